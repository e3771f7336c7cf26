"""What a tool printed while it ran is not told again with its end."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model.transcript import AgentEvent, Kind

#: Characters of a tool's output that are remembered; of a longer one its end tells all.
_LONGEST = 65_536

#: Tools at work at a time; an end that never comes must not fill our memory.
_MOST = 100


class RepeatedOutput:
    """One transcript, event by event."""

    def __init__(self) -> None:
        self._printed: dict[str, str] = {}

    def take(self, event: AgentEvent) -> AgentEvent:
        """The event, the end of a tool without what was told of it before."""
        if event.kind is Kind.TOOL_OUTPUT and event.id:
            printed = self._printed.pop(event.id, "") + event.text
            if len(printed) <= _LONGEST:
                self._printed[event.id] = printed
            if len(self._printed) > _MOST:
                del self._printed[next(iter(self._printed))]
        elif event.kind is Kind.TOOL_END and event.id:
            printed = self._printed.pop(event.id, "").rstrip("\n")
            if printed and event.text.startswith(printed):
                return replace(event, text=event.text.removeprefix(printed).strip("\n"))
        return event
