"""The matches of a search in the lines of output that are kept: which there are, and at which one is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter

from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine
from crew_tui.panes.output_rows import said


class OutputMatches:
    """Grows with the log. A match is the number of a line."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.forget()

    def forget(self) -> None:
        """Lines have other numbers now, or there are others."""
        self.numbers: list[int] = []
        #: Where one is; -1: at none.
        self.here = -1
        self._searched = 0
        #: How often each of them is said, by task and text.
        self.texts: Counter[tuple[str, str]] = Counter()

    def take(self, log: AppendLog[OutputLine], count: int) -> None:
        """Search the first `count` lines; costs the lines that came since the last call."""
        for number in range(self._searched, count):
            entry = log[number]
            text = said(entry)
            if self.pattern.search(text):
                self.numbers.append(number)
                self.texts[entry.task_id, text] += 1
        self._searched = max(self._searched, count)

    def nearest(self, number: int) -> int | None:
        """The first match from this line on, else the last one before it."""
        if not self.numbers:
            return None
        at = bisect_left(self.numbers, number)
        return self.numbers[min(at, len(self.numbers) - 1)]

    def beside(self, number: int, by: int) -> int | None:
        """The next match after this line, the one before with -1; behind the last comes the first."""
        if not self.numbers:
            return None
        at = bisect_right(self.numbers, number) if by > 0 else bisect_left(self.numbers, number) - 1
        return self.numbers[at % len(self.numbers)]

    def words(self) -> str:
        """`match 3 of 17`, `no match`."""
        count = len(self.numbers)
        if not count:
            return "no match"
        at = bisect_left(self.numbers, self.here)
        if self.here < 0 or self.numbers[min(at, count - 1)] != self.here:
            return f"{count} match{'es' if count > 1 else ''}"
        return f"match {at + 1} of {count}"
