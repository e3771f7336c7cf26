"""Where a line begins in a file, found from somewhere in it."""

from __future__ import annotations

from typing import BinaryIO

#: Looked through at a time; lines are rarely longer.
_BLOCK_BYTES = 65_536


def line_start(file: BinaryIO, near: int) -> int:
    """The beginning of the line in which the byte at ``near`` stands, or of the file.

    :raises OSError: it cannot be read.
    """
    end = max(0, near)
    while end > 0:
        begin = max(0, end - _BLOCK_BYTES)
        file.seek(begin)
        newline = file.read(end - begin).rfind(b"\n")
        if newline >= 0:
            return begin + newline + 1
        end = begin
    return 0
