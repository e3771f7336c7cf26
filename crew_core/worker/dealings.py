"""What passes between the person and the agent, and which conversation it is: gathered from the events."""

from __future__ import annotations

from collections.abc import Iterable

from crew_core.agents.telling import delivery
from crew_core.model.attempt import SessionRef
from crew_core.model.steering import DeliveryState
from crew_core.model.transcript import AgentEvent, Kind

#: The coordinator has to know of these at once.
TOLD = frozenset({Kind.SESSION, Kind.PERMISSION, Kind.QUESTION, Kind.ANSWERED, Kind.DELIVERY})

_UNDER_WAY = frozenset({DeliveryState.QUEUED, DeliveryState.SENT})


class Dealings:
    """Fed with every event. ``count`` grows with each that the coordinator has to know of."""

    def __init__(self, program: str, cwd: str, prompt_hash: str) -> None:
        self._program = program
        self._cwd = cwd
        self._prompt_hash = prompt_hash
        self._under_way: dict[str, None] = {}
        self.count = 0
        self.session: SessionRef | None = None
        self.model: str | None = None

    def observe(self, event: AgentEvent) -> None:
        if event.kind not in TOLD:
            return
        self.count += 1
        match event.kind:
            case Kind.SESSION:
                self._begun(event)
            case Kind.DELIVERY:
                self._delivered(event)
            case _:
                pass

    def _begun(self, event: AgentEvent) -> None:
        data = event.data or {}
        if event.id:
            cwd = data.get("cwd") or self._cwd
            self.session = SessionRef(self._program, event.id, str(cwd), self._prompt_hash)
        if data.get("model"):
            self.model = str(data["model"])

    def _delivered(self, event: AgentEvent) -> None:
        if (event.data or {}).get("state") in _UNDER_WAY:
            self._under_way[event.id] = None
        else:
            self._under_way.pop(event.id, None)

    def lost(self) -> Iterable[AgentEvent]:
        """The agent is gone: what it was sent and never took."""
        return [
            delivery(steer_id, DeliveryState.LOST, "the agent ended before it took this")
            for steer_id in self._under_way
        ]
