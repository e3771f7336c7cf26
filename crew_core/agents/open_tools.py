"""The tools that have begun and not ended, so that an end knows its tool and none stays open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from crew_core.agents.tool_calls import ended, started
from crew_core.agents.tool_words import capped_text
from crew_core.model.transcript import AgentEvent, Kind

#: A program that never tells an end must not fill our memory.
_MOST = 1_000

_NOT_ENDED = "it had not ended when the agent did"


@dataclass(slots=True)
class _Open:
    tool: str
    parent: str
    #: What it has printed so far, as it was told last.
    printed: str = ""


class OpenTools:
    """Tells ``tool_start``, ``tool_output`` and ``tool_end``."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}

    def start(self, tool_id: str, tool: str, args: Any, parent: str = "") -> AgentEvent:
        self._open.pop(tool_id, None)
        self._open[tool_id] = _Open(tool, parent)
        if len(self._open) > _MOST:
            del self._open[next(iter(self._open))]
        # What a line of JSON held can be written as one.
        return started(tool, tool_id, args, parent=parent, depth=None)

    def output(self, tool_id: str, printed: str) -> AgentEvent | None:
        """``printed`` is all of it so far, or its end; what was not told yet is."""
        running = self._open.get(tool_id)
        if running is None:
            return None
        new = _beyond(running.printed, printed)
        running.printed = printed
        if not new:
            return None
        return AgentEvent(kind=Kind.TOOL_OUTPUT, id=tool_id, text=capped_text(new), parent=running.parent)

    def end(
        self, tool_id: str, *, text: str, failed: bool, tool: str = "", duration_ms: int | None = None, parent: str = ""
    ) -> AgentEvent:
        running = self._open.pop(tool_id, None)
        return ended(
            tool or (running.tool if running else ""),
            tool_id,
            text,
            failed=failed,
            duration_ms=duration_ms,
            parent=parent or (running.parent if running else ""),
        )

    def close(self) -> Iterable[AgentEvent]:
        """The agent is gone: what is still open ended with it."""
        told = [self.end(tool_id, text=_NOT_ENDED, failed=True) for tool_id in list(self._open)]
        self._open.clear()
        return told


#: So much of the end of what was told is looked for in what comes next, when that begins later.
_SEAM = 256


def _beyond(told: str, printed: str) -> str:
    """What ``printed`` has behind ``told``; all of it when they have nothing in common."""
    if printed.startswith(told):
        return printed[len(told) :]
    seam = told[-_SEAM:]
    at = printed.rfind(seam)
    return printed if at < 0 else printed[at + len(seam) :]
