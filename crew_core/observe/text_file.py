"""A text file of any size, read in parts of whole lines: never more of it is in memory than was asked for."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.observe.picrew.contained import NotPlain, opened

#: A part is read and laid out within a few milliseconds.
_PART_BYTES = 64 * 1024

#: The same rule as git's: a NUL this early means that it is no text.
_BINARY_WITHIN = 8000

# Without O_NONBLOCK a FIFO in place of a file would hold the reader for ever.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK


class Change(StrEnum):
    """What became of a file since it was looked at. ``OTHER``: replaced, cut short or written anew."""

    NONE = "none"
    GREW = "grew"
    OTHER = "other"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines in a row: ``size_bytes`` of the file. ``continued``: the last one goes on in the next part."""

    size_bytes: int
    texts: tuple[str, ...]
    continued: bool


class TextFile:
    """Holds its file open: what is shown stays readable when the file is deleted. Used by one thread."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """:param descriptor: is closed by `close`."""
        self.path = path
        self._descriptor = descriptor
        self._status = os.fstat(descriptor)
        #: Of files so large that the list of their parts would be felt, the parts are larger.
        self._part_bytes = max(_PART_BYTES, self._status.st_size >> 16)

    def close(self) -> None:
        os.close(self._descriptor)

    @property
    def size_bytes(self) -> int:
        """When it was looked at last."""
        return self._status.st_size

    @property
    def binary(self) -> bool:
        """:raises OSError: it cannot be read."""
        return b"\0" in self.head(_BINARY_WITHIN)

    def head(self, most: int) -> bytes:
        """The first bytes. :raises OSError: it cannot be read."""
        return os.pread(self._descriptor, most, 0)

    def text(self, most: int) -> str:
        """The first ``most`` bytes as text. :raises OSError: it cannot be read."""
        data = bytearray()
        while len(data) < most and (piece := os.pread(self._descriptor, most - len(data), len(data))):
            data += piece
        return data.decode("utf-8", "replace")

    def lines_at(self, offset: int, size_bytes: int | None = None) -> Lines | None:
        """The lines of the part that begins at ``offset``; None at the end of the file.

        What is no UTF-8 becomes U+FFFD. :param size_bytes: of a part that is known already.
        :raises OSError: it cannot be read.
        """
        wanted = size_bytes or self._part_bytes
        data = os.pread(self._descriptor, wanted, offset)
        if not data:
            return None
        end = len(data)
        at_end = offset + end >= self.size_bytes
        if size_bytes is None and not at_end:
            end = data.rfind(b"\n") + 1 or _whole_characters(data)
        continued = not at_end and data[end - 1 : end] != b"\n"
        texts = data[:end].decode("utf-8", "replace").split("\n")
        if not texts[-1]:
            texts.pop()
        return Lines(end, tuple(text.removesuffix("\r") for text in texts), continued)

    def look_again(self) -> Change:
        """Whether it is still what was read. Its size is known anew afterwards."""
        before, self._status = self._status, os.fstat(self._descriptor)
        return what_became(self.path, before, self._status)


def what_became(path: Path, before: os.stat_result, now: os.stat_result) -> Change:
    """Of a file that is held open, from how it was and how it is; ``path`` is where it was found."""
    try:
        there = os.stat(path)
    except OSError:
        return Change.GONE
    if (there.st_dev, there.st_ino) != (now.st_dev, now.st_ino) or now.st_size < before.st_size:
        return Change.OTHER
    if now.st_size > before.st_size:
        return Change.GREW
    return Change.NONE if now.st_mtime_ns == before.st_mtime_ns else Change.OTHER


def _whole_characters(data: bytes) -> int:
    """How many of the bytes make whole UTF-8 characters; what never was UTF-8 is left as it is."""
    for end in range(len(data), max(0, len(data) - 4), -1):
        first = data[end - 1]
        if first < 0x80:
            return len(data)
        if first >= 0xC0:
            needed = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
            return len(data) if len(data) - end + 1 >= needed else end - 1
    return len(data)


def open_file(path: Path) -> TextFile:
    """:raises OSError: it is not there, may not be read, or is no regular file."""
    descriptor = os.open(path, _FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotPlain(0, "is no regular file", str(path))
        return TextFile(path, descriptor)
    except BaseException:
        os.close(descriptor)
        raise


def open_below(root: Path, *parts: str) -> TextFile:
    """The file at ``parts`` below ``root``, reached without any symbolic link: for what somebody else wrote.

    :raises OSError: it is not there, may not be read, or is no regular file.
    """
    with opened(root, *parts) as descriptor:
        return TextFile(root.joinpath(*parts), os.dup(descriptor))
