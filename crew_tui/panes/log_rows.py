"""A log of any length as lines: each is made when it is looked at, and then stays the same object."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from crew_core.observe.slices import AppendLog
from crew_tui.lines import Line

T = TypeVar("T")

#: Lines remembered; far more than a person scrolls through, far less than an agent prints.
_REMEMBERED = 4000


class LogRows(Generic[T]):
    """Lines of the first entries of a log. Grows with it; `width` and such are bound in `make`.

    The key of a line is the number of its entry.
    """

    def __init__(self, log: AppendLog[T], make: Callable[[T, str], Line], wanted: Callable[[T], bool]) -> None:
        """:param make: the line of an entry, with this key."""
        self.log = log
        self._make = make
        self._wanted = wanted
        self._chosen: list[int] = []
        self._scanned = 0
        self._made: dict[int, Line] = {}

    def first(self, count: int) -> LogWindow[T]:
        """The rows of the first `count` entries; costs the entries that came since the last call."""
        for index in range(self._scanned, count):
            if self._wanted(self.log[index]):
                self._chosen.append(index)
        self._scanned = max(self._scanned, count)
        return LogWindow(self, len(self._chosen))

    def line(self, row: int) -> Line:
        made = self._made.get(row)
        if made is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            number = self._chosen[row]
            made = self._made[row] = self._make(self.log[number], str(number))
        return made

    def number_at(self, row: int) -> int:
        """The number in the log of the entry that stands in a row."""
        return self._chosen[row]

    def row_of(self, number: int, count: int) -> int:
        """The row of an entry, or of the next one after it, among the first `count` rows; else the last of them."""
        return max(0, min(bisect_left(self._chosen, number, hi=count), count - 1))


class LogWindow(Generic[T]):
    """The rows that there were at one moment."""

    def __init__(self, rows: LogRows[T], length: int) -> None:
        self._rows = rows
        self._length = length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int, /) -> Line:
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._rows.line(index)

    def __iter__(self) -> Iterator[Line]:
        return map(self._rows.line, range(self._length))

    def number_at(self, row: int) -> int:
        """The number in the log of the entry that stands in a row."""
        return self._rows.number_at(row)

    def row_of(self, number: int) -> int:
        """The row of an entry; of the next one that is shown, if it is left out."""
        return self._rows.row_of(number, self._length)
