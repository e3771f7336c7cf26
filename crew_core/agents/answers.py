"""What a person answers to the requests of a program, until the program goes on with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from crew_core.agents.telling import delivery
from crew_core.model.steering import DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind


@dataclass(frozen=True, slots=True)
class Reply:
    """What is told of a request, and what is sent to the program that made it."""

    events: tuple[AgentEvent, ...] = ()
    outgoing: bytes = b""


class Asking(Protocol):
    """The open requests of a program."""

    def knows(self, request_id: str) -> bool:
        """Whether it is open."""

    def answered(self, steer: Steer) -> tuple[Reply, str | None]:
        """A person has answered an open request. Also returns the tool call that goes on with it; None: no line of the
        stream will say that anything has."""


class Answers:
    """An answer is ``taken`` when the tool that waited for it has ended."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        #: Tool call → the answer that it goes on with.
        self._sent: dict[str, str] = {}

    def given(self, steer: Steer) -> Reply:
        """A person answers."""
        if not self._asking.knows(steer.asked):
            return Reply((delivery(steer.id, DeliveryState.REFUSED, "this is not asked, or not any more"),))
        reply, tool_id = self._asking.answered(steer)
        told = [*reply.events, delivery(steer.id, DeliveryState.SENT)]
        if tool_id is None:
            told.append(delivery(steer.id, DeliveryState.TAKEN))
        else:
            self._sent[tool_id] = steer.id
        return Reply(tuple(told), reply.outgoing)

    def taken(self, told: Iterable[AgentEvent]) -> list[AgentEvent]:
        """The answers that the tools among these events have gone on with."""
        ended = (event.id for event in told if event.kind is Kind.TOOL_END)
        return [delivery(self._sent.pop(tool), DeliveryState.TAKEN) for tool in ended if tool in self._sent]
