"""Whole lines appended to a file that somebody else writes: every byte is read once, in bounded memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from crew_core.observe.picrew import contained
from crew_core.observe.slices import Problem

#: pi-crew cuts its journal at 4 MB; of a larger one the end is read.
MOST_AT_ONCE = 16 * 1024 * 1024

#: Bytes before the place where reading stopped that must be the same when it goes on.
_REMEMBERED = 64


class Line(NamedTuple):
    """Without its newline. ``offset`` is that of its first byte in the file."""

    offset: int
    data: bytes


class AppendedLines:
    """``read_new`` gives the lines that came since the last call; a half-written one waits for its rest.

    A file that was replaced, cut short or written over is read anew: ``restarts`` grows, and what was made of
    earlier lines is void. ``problems`` belong to what was read since the last restart.
    """

    def __init__(self, root: Path, *parts: str) -> None:
        self.path = root.joinpath(*parts)
        self.restarts = 0
        self.problems: list[Problem] = []
        self.bytes_read = 0
        #: Bytes of a last line that has no newline yet.
        self.waiting = 0
        self.missing = False
        self._root = root
        self._parts = parts
        self._inode: int | None = None
        self._offset = 0
        self._before = b""
        self._skipping = False

    def read_new(self) -> list[Line]:
        """:raises OSError: it may not be read; a file that is not there has no lines."""
        try:
            with contained.opened(self._root, *self._parts) as descriptor:
                self.missing = False
                return self._read(descriptor)
        except FileNotFoundError:
            self.missing = True
            if self._inode is not None:
                self._restart()
            return []

    def _read(self, descriptor: int) -> list[Line]:
        status = os.fstat(descriptor)
        if not self._continues(descriptor, status):
            self._restart()
        self._inode = status.st_ino
        if self._offset == 0 and status.st_size > MOST_AT_ONCE:
            self._offset = status.st_size - MOST_AT_ONCE
            self._skipping = True
            self._tell(0, f"its first {self._offset} bytes are not shown")
        lines: list[Line] = []
        while data := os.pread(descriptor, MOST_AT_ONCE, self._offset):
            self.bytes_read += len(data)
            self._take(data, lines)
            if len(data) < MOST_AT_ONCE:
                break
        remembered = min(_REMEMBERED, self._offset)
        self._before = os.pread(descriptor, remembered, self._offset - remembered)
        return lines

    def _continues(self, descriptor: int, status: os.stat_result) -> bool:
        if self._inode is None:
            return True
        if status.st_ino != self._inode or status.st_size < self._offset:
            return False
        return os.pread(descriptor, len(self._before), self._offset - len(self._before)) == self._before

    def _take(self, data: bytes, lines: list[Line]) -> None:
        """Cut what was read into lines; an unfinished last one stays for the next time."""
        begun = self._offset
        start = 0
        while (end := data.find(b"\n", start)) >= 0:
            if self._skipping:
                self._skipping = False
            elif end - start > contained.LONGEST_LINE:
                self._tell(begun + start, f"a line of {end - start} bytes is not shown")
            elif end > start:
                lines.append(Line(begun + start, data[start:end]))
            start = end + 1
        rest = len(data) - start
        if rest > contained.LONGEST_LINE and not self._skipping:
            self._tell(begun + start, f"a line of more than {contained.LONGEST_LINE} bytes is not shown")
            self._skipping = True
        if self._skipping:
            start, rest = len(data), 0
        self._offset, self.waiting = begun + start, rest

    def _restart(self) -> None:
        self.restarts += 1
        self.problems = []
        self._inode, self._offset, self._before = None, 0, b""
        self._skipping, self.waiting = False, 0

    def _tell(self, offset: int, what: str) -> None:
        self.problems.append(Problem(self.path, f"{what} (byte {offset})"))
