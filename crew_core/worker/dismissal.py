"""Sending away a program that waits for more when its work is done."""

from __future__ import annotations

from crew_core.model.attempt import StopRequest
from crew_core.model.status import StopCode, StopVerb

#: What a program gets for its own clean-up once its stdin has ended; Claude Code needed 1.6 s of it.
DISMISS_S = 2.0

DISMISSED = StopRequest(StopVerb.CANCEL, StopCode.CALLER_STOPPED, "its work was done and it did not end by itself")


class Dismissal:
    """Begun once."""

    def __init__(self) -> None:
        #: When the program must have ended, on the monotonic clock.
        self.due_at = float("inf")

    def begin(self, now: float) -> None:
        self.due_at = min(self.due_at, now + DISMISS_S)

    @property
    def begun(self) -> bool:
        return self.due_at < float("inf")

    def overdue(self, now: float) -> bool:
        return now >= self.due_at
