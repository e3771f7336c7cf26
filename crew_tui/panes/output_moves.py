"""Where the lines of output stand when older ones were let go, or came: a line is known by being the same object."""

from __future__ import annotations

from itertools import chain

from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine


class Moves:
    """From the numbers of the lines of one log to those of another."""

    def __init__(self, before: AppendLog[OutputLine], now: AppendLog[OutputLine]) -> None:
        self._before = before
        self._now = now
        self._numbers = {id(line): number for number, line in enumerate(now.first(len(now)))}

    def to(self, number: int) -> int | None:
        """The new number of a line; None when it is not there any more."""
        return self._numbers.get(id(self._before[number])) if number < len(self._before) else None

    def nearest(self, number: int) -> int | None:
        """The same; for a line that is gone that of the next one, else of one before it, or of one that says the same.

        None: the logs have nothing in common.
        """
        for each in chain(range(number, len(self._before)), range(min(number, len(self._before)) - 1, -1, -1)):
            if (found := self.to(each)) is not None:
                return found
        return None

    def alike(self, number: int) -> int:
        """Of logs that have nothing in common: the line that says the same, else the first one."""
        if number < len(self._before):
            said = self._before[number]
            return next((each for each in range(len(self._now)) if self._now[each] == said), 0)
        return 0

    @property
    def lost(self) -> bool:
        """Some of the lines are not there any more."""
        return any(self.to(number) is None for number in range(len(self._before)))
