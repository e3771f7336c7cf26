"""A log of any length as lines: each is made when it is looked at, and then stays the same object."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from crew_core.observe.slices import AppendLog
from crew_tui.lines import Line

T = TypeVar("T")

#: Lines remembered; far more than a person scrolls through, far less than an agent prints.
_REMEMBERED = 4000


@dataclass(frozen=True, slots=True)
class Days(Generic[T]):
    """Which day an entry is of, empty for none, and the line before the first one of a day that is not `today`."""

    of: Callable[[T], str]
    line: Callable[[str], Line]
    today: str


class LogRows(Generic[T]):
    """Lines of the first entries of a log. Grows with it; `width` and such are bound in `make`.

    The key of a line is the number of its entry; the line before another day has none.
    """

    def __init__(
        self, log: AppendLog[T], make: Callable[[T, str], Line], wanted: Callable[[T], bool], days: Days[T]
    ) -> None:
        """:param make: the line of an entry, with this key."""
        self.log = log
        self._make = make
        self._wanted = wanted
        self._days = days
        self._day = days.today
        #: For each row twice the number of its entry, and one more unless it is the line of its day before it.
        self._chosen: list[int] = []
        self._day_rows: list[int] = []
        self._scanned = 0
        self._made: dict[int, Line] = {}

    def first(self, count: int) -> LogWindow[T]:
        """The rows of the first `count` entries; costs the entries that came since the last call."""
        for index in range(self._scanned, count):
            if self._wanted(self.log[index]):
                self._choose(index)
        self._scanned = max(self._scanned, count)
        return LogWindow(self, len(self._chosen))

    def _choose(self, number: int) -> None:
        day = self._days.of(self.log[number])
        if day and day != self._day:
            self._day = day
            self._day_rows.append(len(self._chosen))
            self._chosen.append(2 * number)
        self._chosen.append(2 * number + 1)

    def line(self, row: int) -> Line:
        made = self._made.get(row)
        if made is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            entry = self.log[number := self.number_at(row)]
            of_day = self.is_day(row)
            made = self._days.line(self._days.of(entry)) if of_day else self._make(entry, str(number))
            self._made[row] = made
        return made

    def is_day(self, row: int) -> bool:
        """It is the line before the entries of another day."""
        return not self._chosen[row] % 2

    def days(self, count: int) -> int:
        """How many of the first `count` rows are such lines."""
        return bisect_left(self._day_rows, count)

    def number_at(self, row: int) -> int:
        """The number in the log of the entry that stands in a row, or below it where that is the line of its day."""
        return self._chosen[row] // 2

    def row_of(self, number: int, count: int) -> int:
        """The row of an entry, or of the next one after it, among the first `count` rows; else the last of them."""
        row = max(0, min(bisect_left(self._chosen, 2 * number + 1, hi=count), count - 1))
        return row + self.is_day(row)


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

    def beside(self, row: int, by: int) -> int:
        """The row so many further, of an entry: what stands before those of a day is passed over."""
        found = max(0, min(row + by, self._length - 1))
        if self._rows.is_day(found):
            # The last row is of an entry, the first one need not be.
            found += -1 if by < 0 < found else 1
        return found

    @property
    def entries(self) -> int:
        """How many of the rows are of entries."""
        return self._length - self._rows.days(self._length)
