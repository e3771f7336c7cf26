"""Cutting a stream into lines, at the newline character and nowhere else, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass

#: A line that is longer is told as ``raw`` by its beginning. pi repeats a 5 MB answer three times in one line.
LONGEST_LINE = 32 * 1024 * 1024

#: So much of a line that is not understood, or too long, is told; the transcript has all of it.
RAW_SHOWN = 4_096


@dataclass(frozen=True, slots=True)
class Line:
    """Without its newline. ``cut``: it was longer than may be kept, and this is its beginning."""

    data: bytes
    cut: bool = False


class Lines:
    """Fed with any cutting. Empty lines are left out."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._rest = bytearray()
        self._passing_over = False

    def feed(self, data: bytes) -> list[Line]:
        """The lines that these bytes complete, and the beginning of one that became too long."""
        found: list[Line] = []
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece, found)
            self._end(found)
        self._add(rest, found)
        return found

    def end(self) -> list[Line]:
        """The stream is at its end: its last line, if it has no newline."""
        found: list[Line] = []
        self._end(found)
        return found

    def _add(self, piece: bytes, found: list[Line]) -> None:
        if self._passing_over:
            return
        self._rest += piece
        if len(self._rest) > self._longest:
            found.append(Line(bytes(self._rest[:RAW_SHOWN]), cut=True))
            self._rest.clear()
            self._passing_over = True

    def _end(self, found: list[Line]) -> None:
        if self._rest:
            found.append(Line(bytes(self._rest)))
            self._rest.clear()
        self._passing_over = False
