"""The one seam through which everything durable touches the disk.

Files are created 0600 and directories 0700. Every method raises the `OSError` of its system call. Tests put a
failing or dying `Fs` in place of `RealFs`; nothing else in the program opens files for writing.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Protocol

FILE_MODE = 0o600
DIRECTORY_MODE = 0o700

#: Temporaries begin with a dot, so readers of a maildir pass over them, and end like this, so a sweep knows
#: them.
TEMPORARY_SUFFIX = ".tmp"


class Fs(Protocol):
    """What the store asks of a file system. Descriptors are close-on-exec."""

    def open_append(self, path: Path, mode: int = FILE_MODE) -> int:
        """Open for appending, created when missing."""
        ...

    def open_in_place(self, path: Path, mode: int = FILE_MODE) -> int:
        """Open for reading and writing, not truncated, created when missing; a symbolic link is refused."""
        ...

    def create_exclusive(self, path: Path, mode: int = FILE_MODE) -> int:
        """Create for writing. :raises FileExistsError: somebody was first."""
        ...

    def write(self, fd: int, data: bytes) -> None:
        """Write all of `data`, however many system calls it takes."""
        ...

    def write_at(self, fd: int, offset: int, data: bytes) -> None:
        """Write all of `data` at `offset`; not for descriptors of `open_append`."""
        ...

    def truncate(self, fd: int, size_bytes: int) -> None: ...

    def fsync(self, fd: int) -> None: ...

    def close(self, fd: int) -> None: ...

    def fsync_dir(self, path: Path) -> None:
        """Make the names in a directory durable."""
        ...

    def replace(self, source: Path, target: Path) -> None: ...

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name. :raises FileExistsError: the name is taken."""
        ...

    def unlink(self, path: Path) -> None: ...

    def mkdir(self, path: Path, mode: int = DIRECTORY_MODE) -> None: ...

    def read_bytes(self, path: Path) -> bytes: ...

    def listdir(self, path: Path) -> list[str]: ...

    def stat(self, path: Path) -> os.stat_result:
        """Of the path itself: a symbolic link is not followed."""
        ...

    def fstat(self, fd: int) -> os.stat_result: ...


class RealFs:
    """The operating system's own."""

    def open_append(self, path: Path, mode: int = FILE_MODE) -> int:
        return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, mode)

    def open_in_place(self, path: Path, mode: int = FILE_MODE) -> int:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, mode)

    def create_exclusive(self, path: Path, mode: int = FILE_MODE) -> int:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)

    def write(self, fd: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(fd, rest) :]

    def write_at(self, fd: int, offset: int, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            written = os.pwrite(fd, rest, offset)
            rest, offset = rest[written:], offset + written

    def truncate(self, fd: int, size_bytes: int) -> None:
        os.ftruncate(fd, size_bytes)

    def fsync(self, fd: int) -> None:
        os.fsync(fd)

    def close(self, fd: int) -> None:
        os.close(fd)

    def fsync_dir(self, path: Path) -> None:
        fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def replace(self, source: Path, target: Path) -> None:
        os.replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        os.link(source, target)

    def unlink(self, path: Path) -> None:
        os.unlink(path)

    def mkdir(self, path: Path, mode: int = DIRECTORY_MODE) -> None:
        os.mkdir(path, mode)

    def read_bytes(self, path: Path) -> bytes:
        return path.read_bytes()

    def listdir(self, path: Path) -> list[str]:
        return os.listdir(path)

    def stat(self, path: Path) -> os.stat_result:
        return os.lstat(path)

    def fstat(self, fd: int) -> os.stat_result:
        return os.fstat(fd)


def write_durable(fs: Fs, path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Put `data` at `path`, whole or not at all, also across a power failure, before returning.

    After an `OSError` the old file is still whole, or (when only the last sync failed) the new one is; in
    both cases the caller must not take the write for done.
    """
    temporary = _write_temporary(fs, path, data, mode, sync=True)
    _rename_in(fs, temporary, path)
    fs.fsync_dir(path.parent)


def write_replace(fs: Fs, path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Put `data` at `path`, whole for every reader, but unsynced: for hints such as heartbeats."""
    _rename_in(fs, _write_temporary(fs, path, data, mode, sync=False), path)


def create_durable(fs: Fs, path: Path, data: bytes, mode: int = FILE_MODE) -> None:
    """Like `write_durable`, for whoever is first: the file appears whole and never replaces another.

    :raises FileExistsError: somebody was first; nothing was changed.
    """
    temporary = _write_temporary(fs, path, data, mode, sync=True)
    try:
        fs.link(temporary, path)
    finally:
        _discard(fs, temporary)
    fs.fsync_dir(path.parent)


def ensure_directory(fs: Fs, path: Path, mode: int = DIRECTORY_MODE, *, within: Path | None = None) -> None:
    """Make `path` and what is missing above it, durably. An existing directory is left as it is.

    :raises FileNotFoundError: `within`, above or at `path`, is gone; nothing of it was made anew.
    """
    missing: list[Path] = []
    here = path
    while not here.is_dir():
        if here == within:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(here))
        missing.append(here)
        here = here.parent
    for directory in reversed(missing):
        try:
            fs.mkdir(directory, mode)
        except FileExistsError:
            if not stat.S_ISDIR(directory.stat().st_mode):
                raise
        fs.fsync_dir(directory.parent)


def sweep_temporaries(fs: Fs, directory: Path) -> int:
    """Remove what interrupted writes left in `directory`; only its one writer may call this.

    Returns how many.
    """
    leftovers = [n for n in fs.listdir(directory) if n.startswith(".") and n.endswith(TEMPORARY_SUFFIX)]
    for name in leftovers:
        fs.unlink(directory / name)
    return len(leftovers)


def temporary_beside(path: Path) -> Path:
    """A fresh name in the directory of `path` that readers pass over and `sweep_temporaries` removes."""
    return path.with_name(f".{path.name[:100]}.{os.getpid()}.{os.urandom(4).hex()}{TEMPORARY_SUFFIX}")


def _write_temporary(fs: Fs, path: Path, data: bytes, mode: int, *, sync: bool) -> Path:
    temporary = temporary_beside(path)
    fd = fs.create_exclusive(temporary, mode)
    try:
        try:
            fs.write(fd, data)
            if sync:
                fs.fsync(fd)
        finally:
            fs.close(fd)
    except OSError:
        _discard(fs, temporary)
        raise
    return temporary


def _rename_in(fs: Fs, temporary: Path, path: Path) -> None:
    try:
        fs.replace(temporary, path)
    except OSError:
        _discard(fs, temporary)
        raise


def _discard(fs: Fs, temporary: Path) -> None:
    try:
        fs.unlink(temporary)
    except OSError:
        # What went before it is the news, good or bad; a leftover is removed by the next sweep.
        return
