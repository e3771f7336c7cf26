"""The two verbs of an end as steps in time: what to do to the tree, and when to look again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from crew_core.model.attempt import StopRequest
from crew_core.model.status import StopVerb

#: Design: SIGTERM to the tree at 0 ms, SIGKILL at 100 ms, again until the tree is empty.
TERM_TO_KILL_S = 0.1

#: Design: what a program gets for its own interrupt before it is cancelled.
INTERRUPT_S = 2.0

#: Between two looks at a tree that is being ended.
LOOK_S = 0.008


class Act(Enum):
    NOTHING = auto()
    INTERRUPT = auto()
    TERMINATE = auto()
    KILL = auto()


@dataclass(slots=True)
class Ending:
    """Begun once; a cancel overrides a stop. ``next_act`` is asked again and again until the tree is empty."""

    request: StopRequest
    began: float
    _interrupted: bool = False
    _terminated_at: float | None = None

    def override(self, request: StopRequest, now: float) -> bool:
        """Take a stronger request; False when it is none."""
        if not request.verb.overrides(self.request.verb):
            return False
        self.request = request
        self.began = now
        return True

    def next_act(self, now: float) -> Act:
        if self.request.verb is StopVerb.STOP and now < self.began + INTERRUPT_S:
            if self._interrupted:
                return Act.NOTHING
            self._interrupted = True
            return Act.INTERRUPT
        if self._terminated_at is None:
            self._terminated_at = now
            return Act.TERMINATE
        return Act.KILL if now >= self._terminated_at + TERM_TO_KILL_S else Act.NOTHING
