"""What an agent told, for reading: text that came in pieces as whole lines, and nothing twice."""

from __future__ import annotations

from msgspec.structs import replace

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.repeated_output import RepeatedOutput

_PIECED = frozenset({Kind.TEXT, Kind.THINKING})

#: A line that grows beyond this is told as far as it is there.
_LONGEST = 65_536


class JoinedText:
    """One transcript. Models speak in pieces of a few characters: those of one message have the same id; events
    without one are whole already."""

    def __init__(self) -> None:
        self._repeated = RepeatedOutput()
        #: The line that is not complete yet.
        self.open: AgentEvent | None = None

    def take(self, event: AgentEvent) -> list[AgentEvent]:
        """The events that can be told now; a text has all the lines that its piece completes."""
        if event.kind not in _PIECED or not event.id:
            return [*self.end(), self._repeated.take(event)]
        before = self.open
        told: list[AgentEvent] = []
        if before is not None and (before.kind, before.id, before.parent) == (event.kind, event.id, event.parent):
            event = replace(event, text=before.text + event.text, at=before.at)
        else:
            told = self.end()
        whole, newline, rest = event.text.rpartition("\n")
        if newline:
            told.append(replace(event, text=whole + newline))
        if len(rest) > _LONGEST:
            told.append(replace(event, text=rest))
            rest = ""
        self.open = replace(event, text=rest) if rest else None
        return told

    def end(self) -> list[AgentEvent]:
        """What is left, when nothing more of it comes."""
        left, self.open = self.open, None
        return [left] if left is not None else []
