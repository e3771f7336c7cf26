"""What the programs of our own say: each line is an event already."""

from __future__ import annotations

from collections.abc import Container

import msgspec

from crew_core.agents.lines import Line
from crew_core.agents.telling import raw
from crew_core.model.transcript import AgentEvent, Kind

_DECODER = msgspec.json.Decoder(AgentEvent)


def own_event(line: Line, spoken: Container[Kind]) -> AgentEvent:
    """The event of a line; ``raw`` when it is none, or of a kind that the program may not say."""
    if line.cut:
        return raw(line)
    try:
        event = _DECODER.decode(line.data)
    except (ValueError, RecursionError):
        return raw(line)
    return event if event.kind in spoken else raw(line)
