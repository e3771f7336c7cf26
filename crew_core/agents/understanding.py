"""Lines become events one by one, and one that an adapter fails at costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from crew_core.agents.lines import Line
from crew_core.agents.telling import raw
from crew_core.model.transcript import AgentEvent


def understood(lines: Iterable[Line], tell: Callable[[Line], Iterable[AgentEvent]]) -> list[AgentEvent]:
    """What the lines tell. Where ``tell`` raises, what it had told by then stands, and the line follows as ``raw``."""
    events: list[AgentEvent] = []
    for line in lines:
        try:
            events.extend(tell(line))
        except Exception as error:
            events.append(raw(line, error))
    return events
