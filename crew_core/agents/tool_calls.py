"""Telling that a tool call begins and that it is over."""

from __future__ import annotations

from typing import Any

from crew_core.agents.tool_words import capped_args, capped_text, gist
from crew_core.model.transcript import AgentEvent, Kind

#: What is nested deeper is left out: what is told must be such as can be written, whatever came.
_DEPTH = 50


def started(
    tool: str, call_id: str, args: Any, about: str = "", parent: str = "", *, depth: int | None = _DEPTH
) -> AgentEvent:
    """A call begins. ``about`` says what it is about, better than its arguments do. ``depth`` None: the arguments are
    known to be such as can be written."""
    return AgentEvent(
        kind=Kind.TOOL_START,
        tool=tool,
        id=call_id,
        text=gist(about or args),
        parent=parent,
        data={"args": writable_args(args, depth)} if args else None,
    )


def ended(
    tool: str, call_id: str, result: str, *, failed: bool, duration_ms: int | None = None, parent: str = ""
) -> AgentEvent:
    """A call is over."""
    return AgentEvent(
        kind=Kind.TOOL_END,
        tool=tool,
        id=call_id,
        text=capped_text(result),
        failed=failed,
        duration_ms=duration_ms,
        parent=parent,
    )


def writable_args(args: Any, depth: int | None = _DEPTH) -> Any:
    """The arguments as far as they are told."""
    return capped_args(args) if depth is None or _shallow(args, depth) else "arguments that are too deeply nested"


def _shallow(value: Any, depth: int) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    elif not isinstance(value, list):
        return True
    return depth > 0 and all(_shallow(each, depth - 1) for each in value)
