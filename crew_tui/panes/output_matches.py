"""The matches of a search in the lines of output that are kept: which there are, and at which one is."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter

from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine
from crew_tui.panes.output_moves import Moves
from crew_tui.panes.output_rows import said


class OutputMatches:
    """Grows with the log. A match is the number of a line."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.numbers: list[int] = []
        #: Where one is; -1: at none.
        self.here = -1
        self._searched = 0
        #: Whether lines match that were searched when they had other numbers.
        self._known: dict[int, bool] = {}
        #: How often each of them is said, by task and text.
        self.texts: Counter[tuple[str, str]] = Counter()

    def take(self, log: AppendLog[OutputLine], count: int) -> None:
        """Search the first `count` lines; costs the lines that came since the last call."""
        for number in range(self._searched, count):
            if not self._known.get(number, True):
                continue
            entry = log[number]
            text = said(entry)
            if self.pattern.search(text):
                self.numbers.append(number)
                self.texts[entry.task_id, text] += 1
        self._searched = max(self._searched, count)
        self._known = {}

    def move(self, moves: Moves) -> None:
        """Lines have other numbers now; `take` is to be called for all of them."""
        found = set(self.numbers)
        places = ((moves.to(number), number in found) for number in range(self._searched))
        self._known = {number: matches for number, matches in places if number is not None}
        here = moves.to(self.here) if self.here >= 0 else None
        self.here = -1 if here is None else here
        self.numbers, self._searched = [], 0
        self.texts.clear()

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
