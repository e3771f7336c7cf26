"""The normalized events that several adapters tell in the same words."""

from __future__ import annotations

from crew_core.agents.lines import RAW_SHOWN, Line
from crew_core.model.steering import DeliveryState
from crew_core.model.transcript import AgentEvent, Kind


def delivery(steer_id: str, state: DeliveryState, text: str = "") -> AgentEvent:
    """How far something that a person sent has come."""
    return AgentEvent(kind=Kind.DELIVERY, id=steer_id, text=text, data={"state": state.value})


def answered(request_id: str, text: str, tool: str = "") -> AgentEvent:
    """A request waits for nothing any more, and why."""
    return AgentEvent(kind=Kind.ANSWERED, id=request_id, tool=tool, text=text)


def raw(line: Line, error: Exception | None = None) -> AgentEvent:
    """A line that nobody understands, by its beginning. ``error``: the adapter failed at it."""
    data = {"error": repr(error)} if error is not None else None
    return AgentEvent(kind=Kind.RAW, text=line.data[:RAW_SHOWN].decode("utf-8", "replace"), data=data)
