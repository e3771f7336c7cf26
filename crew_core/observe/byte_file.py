"""A file that others append to, read by offset: what became of it since the last look is asked, never assumed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from crew_core.observe.picrew.contained import opened
from crew_core.observe.text_file import Change, what_became


class Bytes(Protocol):
    """What a transcript asks of its file. Tests put one in its place that counts what is read."""

    @property
    def path(self) -> Path: ...

    @property
    def size_bytes(self) -> int:
        """When it was looked at last."""

    def read_at(self, offset: int, most: int) -> bytes:
        """Up to ``most`` bytes; fewer only at the end of the file. :raises OSError: it cannot be read."""

    def look_again(self) -> Change:
        """What became of it since the last look; its size is known anew afterwards."""

    def close(self) -> None: ...


#: Opens it, possibly again later. Raises OSError when it is not there or cannot be read.
OpenBytes = Callable[[], Bytes]


class ByteFile:
    """Holds its file open: what was found stays readable when the file is deleted. Used by one thread."""

    def __init__(self, path: Path, descriptor: int) -> None:
        """:param descriptor: is closed by `close`."""
        self.path = path
        self._descriptor = descriptor
        self._status = os.fstat(descriptor)

    @property
    def size_bytes(self) -> int:
        return self._status.st_size

    def read_at(self, offset: int, most: int) -> bytes:
        data = os.pread(self._descriptor, most, offset)
        if len(data) == most or not data:
            return data
        pieces = [data]
        left = most - len(data)
        while left > 0 and (piece := os.pread(self._descriptor, left, offset + most - left)):
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    def look_again(self) -> Change:
        before, self._status = self._status, os.fstat(self._descriptor)
        return what_became(self.path, before, self._status)

    def close(self) -> None:
        os.close(self._descriptor)


def open_bytes(root: Path, *parts: str) -> ByteFile:
    """The file at ``parts`` below ``root``, reached without any symbolic link.

    :raises OSError: it is not there, may not be read, or is no regular file.
    """
    with opened(root, *parts) as descriptor:
        return ByteFile(root.joinpath(*parts), os.dup(descriptor))
