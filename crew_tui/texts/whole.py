"""A text that is laid out as a whole: formatted ones, and those that were made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.text_book import Part
from crew_core.observe.text_file import Change, TextFile
from crew_tui.lines import Line

#: From the cells of a row, and whether long lines are to be wrapped, to the lines.
LayOut = Callable[[int, bool], Sequence[Line]]


@dataclass(frozen=True, slots=True)
class WholeText:
    """`source` is what is copied. With a `file`: what it was read from."""

    source: str
    lay_out: LayOut
    file: TextFile | None = None
    note: str = ""

    @property
    def path(self) -> Path | None:
        return self.file.path if self.file is not None else None

    @property
    def size_bytes(self) -> int:
        return self.file.size_bytes if self.file is not None else len(self.source.encode("utf-8", "replace"))

    def laid_out(self, width: int, *, wrap: bool) -> WholeBook:
        return WholeBook(lambda: self.lay_out(width, wrap), self.size_bytes)

    def look_again(self) -> Change:
        change = self.file.look_again() if self.file is not None else Change.NONE
        # A paragraph that became longer is another one.
        return Change.OTHER if change is Change.GREW else change

    def text(self, most: int) -> str:
        return self.source[:most]

    def close(self) -> None:
        if self.file is not None:
            self.file.close()


class WholeBook:
    """One part."""

    def __init__(self, lay_out: Callable[[], Sequence[Line]], size_bytes: int) -> None:
        self.parts: list[Part] = []
        self._lay_out = lay_out
        self._size_bytes = size_bytes
        self._rows: Sequence[Line] = ()

    def read_more(self) -> bool:
        if self.parts:
            return False
        self._rows = tuple(self._lay_out())
        self.parts.append(Part(0, self._size_bytes, 0, len(self._rows), 0, len(self._rows)))
        return bool(self._rows)

    def rows_of(self, part: Part) -> Sequence[Line]:
        return self._rows

    def found(self, part: Part, matches: Callable[[str], int | None]) -> Iterator[int]:
        return (row for row, line in enumerate(self._rows) if matches(line.text) is not None)

    def grew(self) -> None:
        """It has no file that could."""
