"""How long each tool call took, where its program does not tell: from when its start was seen to when its end was."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model.transcript import AgentEvent, Kind

#: Calls that never end are forgotten, the oldest first.
_MOST_RUNNING = 1_000


class ToolTimes:
    """Fed with the events in order, each with the moment (in seconds that never go back) at which it was seen."""

    def __init__(self) -> None:
        self._began: dict[str, float] = {}

    def timed(self, event: AgentEvent, moment_s: float) -> AgentEvent:
        """The event; a ``tool_end`` with its duration, if its start was seen. What the program told of it stays."""
        call = event.id or event.tool
        if event.kind is Kind.TOOL_START:
            self._began.pop(call, None)
            self._began[call] = moment_s
            if len(self._began) > _MOST_RUNNING:
                del self._began[next(iter(self._began))]
        elif event.kind is Kind.TOOL_END:
            began = self._began.pop(call, None)
            if began is not None and event.duration_ms is None:
                return replace(event, duration_ms=round((moment_s - began) * 1000))
        return event
