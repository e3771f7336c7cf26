"""What a person sent to an agent that takes one turn at a time: it waits, is on its way, was taken."""

from __future__ import annotations

from collections.abc import Iterable

from crew_core.agents.telling import delivery
from crew_core.model.steering import DeliveryState, Steer
from crew_core.model.transcript import AgentEvent

#: Said of what is sent while nothing can take it any more.
OVER = "its work is over"


class Correspondence:
    """Messages for the next turn, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: list[Steer] = []

    def keep(self, steer: Steer, why: str = "it waits for the next turn") -> list[AgentEvent]:
        """It is for the next turn."""
        self._waiting.append(steer)
        return [delivery(steer.id, DeliveryState.QUEUED, why)]

    def take(self) -> tuple[Steer, ...]:
        """Everything that waits; it waits no more."""
        waiting, self._waiting = tuple(self._waiting), []
        return waiting

    def refuse(self, why: str) -> list[AgentEvent]:
        """No turn follows."""
        return told(self.take(), DeliveryState.REFUSED, why)


def told(steers: Iterable[Steer], state: DeliveryState, why: str = "") -> list[AgentEvent]:
    """How far these have come."""
    return [delivery(steer.id, state, why) for steer in steers]
