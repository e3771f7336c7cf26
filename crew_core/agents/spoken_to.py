"""What programs have in common that tell lines and can be spoken to while they work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from crew_core.agents.answers import Answers, Asking, Reply
from crew_core.agents.lines import Line, Lines
from crew_core.agents.protocol import Reaction
from crew_core.agents.telling import delivery
from crew_core.agents.understanding import understood
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent


class SpokenTo(ABC):
    """Takes in lines and what a person says; what it means is the program's own."""

    def __init__(self, asking: Asking) -> None:
        self._answers = Answers(asking)
        self._lines = Lines()
        #: Goes to the program with the next reaction.
        self._outgoing = bytearray()
        self._done = False
        self._stopping = False

    @abstractmethod
    def _understood(self, line: Line) -> Iterable[AgentEvent]:
        """What a line tells."""

    @abstractmethod
    def _said(self, steer: Steer) -> Iterable[AgentEvent]:
        """A person says something that is no answer."""

    def feed(self, data: bytes) -> Reaction:
        return self._reaction(understood(self._lines.feed(data), self._understood))

    def control(self, steer: Steer) -> Reaction:
        if self._done or self._stopping:
            return self._reaction([delivery(steer.id, DeliveryState.REFUSED, "its work is over")])
        if steer.kind is SteerKind.ANSWER:
            return self._reaction(self._reply(self._answers.given(steer)))
        return self._reaction(self._said(steer))

    def _last_events(self) -> list[AgentEvent]:
        """The stream is at its end: what its last line tells, if it has no newline."""
        return understood(self._lines.end(), self._understood)

    def _reply(self, reply: Reply) -> tuple[AgentEvent, ...]:
        self._outgoing += reply.outgoing
        return reply.events

    def _reaction(self, events: Iterable[AgentEvent] = ()) -> Reaction:
        events = tuple(events)
        outgoing = bytes(self._outgoing)
        self._outgoing.clear()
        return Reaction(events=events, outgoing=outgoing, done=self._done)
