"""Reading one file below a directory: bounded, only what is a regular file, and never through a symbolic link.

A run that somebody else wrote is data. Each part of the path is opened below the one before it, so that no link in
the tree can lead a reader out of it.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

#: A manifest of pi-crew with 500 tasks is 3 MB; what is ten times that is no manifest.
LARGEST_DOCUMENT = 32 * 1024 * 1024

#: No line that pi-crew writes comes near it: it cuts texts at 8 KB.
LONGEST_LINE = 1024 * 1024

# Without O_NONBLOCK a FIFO in place of a file would hold the reader for ever.
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_DIRECTORY = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY


class Stamp(NamedTuple):
    """When two are equal, the file was not written in between. All zero: there is no file."""

    inode: int
    size: int
    mtime_ns: int


MISSING = Stamp(0, 0, 0)


class NotPlain(OSError):
    """What is there is no regular file, or a symbolic link stands on the way: it is not read."""


class TooLarge(OSError):
    """The file is larger than anything that pi-crew writes there."""


def stamp_of(status: os.stat_result) -> Stamp:
    return Stamp(status.st_ino, status.st_size, status.st_mtime_ns)


@contextmanager
def opened(root: Path, *parts: str) -> Iterator[int]:
    """A descriptor of the regular file at ``parts`` below ``root``; ``root`` itself must be no link either.

    :raises FileNotFoundError: it is not there. :raises NotPlain: a link, a directory, a device.
    :raises OSError: it may not be read.
    """
    with opened_directory(root, *parts[:-1]) as above:
        descriptor = _open(parts[-1], _FILE, above, root.joinpath(*parts))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlain(errno.EINVAL, "is no regular file", str(root.joinpath(*parts)))
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def opened_directory(root: Path, *parts: str) -> Iterator[int]:
    """The same for a directory; without ``parts`` it is ``root``."""
    path = root
    descriptor = _open(str(root), _DIRECTORY | os.O_NOFOLLOW, None, path)
    try:
        for part in parts:
            path /= part
            below = _open(part, _DIRECTORY | os.O_NOFOLLOW, descriptor, path)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def _open(name: str, flags: int, above: int | None, path: Path) -> int:
    try:
        return os.open(name, flags, dir_fd=above)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise NotPlain(error.errno, "is a symbolic link: not followed", str(path)) from error
        if error.errno == errno.ENOTDIR and flags & os.O_DIRECTORY:
            raise NotPlain(error.errno, "is a symbolic link or no directory: not followed", str(path)) from error
        if error.errno == errno.ENXIO:
            raise NotPlain(error.errno, "is no regular file", str(path)) from error
        error.filename = str(path)
        raise


def names_in(root: Path, *parts: str) -> list[str]:
    """Names in a directory, in order; none when it is not there.

    :raises OSError: it may not be read, or is reached through a link.
    """
    try:
        with opened_directory(root, *parts) as directory:
            return sorted(os.listdir(directory))
    except FileNotFoundError:
        return []


def read_whole(descriptor: int, most: int = LARGEST_DOCUMENT) -> bytes:
    """Everything in the file. :raises TooLarge: it is more than ``most`` bytes."""
    size = os.fstat(descriptor).st_size
    if size > most:
        raise TooLarge(errno.EFBIG, f"is too large to be read ({size} bytes)")
    pieces = []
    left = most
    while left > 0 and (piece := os.read(descriptor, min(left, 1 << 20))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def read_end(descriptor: int, most: int) -> tuple[int, bytes]:
    """The last whole lines of a file, up to ``most`` bytes of them, with the byte offset where they begin."""
    size = os.fstat(descriptor).st_size
    start = max(0, size - most)
    data = os.pread(descriptor, most, start)
    if start == 0:
        return 0, data
    first = data.find(b"\n") + 1
    return start + first, data[first:] if first else b""


def why_not(error: OSError) -> str:
    """What is wrong, in words for a person."""
    return error.strerror or str(error)
