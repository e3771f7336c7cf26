"""Where another day begins in what agents print: lines before which a row of its own tells the date."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine
from crew_tui.lines import Line
from crew_tui.panes.days import day_line
from crew_tui.times import day_words

if TYPE_CHECKING:
    from crew_tui.panes.output_rows import Look

#: Characters of a moment from disk, up to its minute.
_MINUTE = 16


class OutputDays:
    """The lines of a log that begin another day, in order."""

    def __init__(self, log: AppendLog[OutputLine], look: Look) -> None:
        self._log = log
        self._look = look
        self._numbers: list[int] = []
        self._scanned = 0
        self._minute = ""
        self._day = look.today
        self._lines: dict[int, Line] = {}

    def look(self, count: int) -> None:
        """Among the first `count` lines; costs those that came since the last call."""
        for number in range(self._scanned, count):
            at = self._log[number].at
            # In no zone does a day begin within a minute.
            if at[:_MINUTE] != self._minute:
                self._minute = at[:_MINUTE]
                day = self._day_of(number)
                if day and day != self._day:
                    self._day = day
                    self._numbers.append(number)
        self._scanned = max(self._scanned, count)

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, index: int) -> int:
        return self._numbers[index]

    def up_to(self, number: int) -> int:
        """How many there are up to a line."""
        return bisect_right(self._numbers, number)

    def line(self, number: int) -> Line:
        """What stands before a line."""
        if number not in self._lines:
            self._lines[number] = day_line(self._day_of(number), self._look.glyphs)
        return self._lines[number]

    def _day_of(self, number: int) -> str:
        return day_words(self._log[number].at, self._look.zone, self._look.since)
