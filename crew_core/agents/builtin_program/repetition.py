"""Noticing that the model does the same again and again and learns nothing from it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from crew_core.agents.builtin_program.completion import Call

#: So many turns are looked back upon: also two calls that take turns are found.
_WINDOW = 16

#: After so many equal turns the model is told, after so many the work is over.
TELL = 3
END = 6


class Repetition:
    """A turn is equal to another when its calls and their results are: waiting for something is no repetition as long
    as it looks different each time."""

    def __init__(self) -> None:
        self._turns: deque[int] = deque(maxlen=_WINDOW)

    def count(self, calls: Iterable[tuple[Call, str]]) -> int:
        """How often this turn has been there by now."""
        this = hash(tuple((call.tool, call.arguments, result) for call, result in calls))
        self._turns.append(this)
        return self._turns.count(this)
