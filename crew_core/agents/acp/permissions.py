"""Permission requests of the Agent Client Protocol: what is asked, and which of the offered answers is given."""

from __future__ import annotations

from typing import Any

from crew_core.agents.acp.content import about, args_of
from crew_core.agents.asking import Ask
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import Request

#: Kinds of tools that look at the working directory, and those that have nothing to do with it.
_READING = frozenset({"read", "search", "think"})
_ELSEWHERE = frozenset({"fetch"})

CANCELLED: dict[str, Any] = {"outcome": {"outcome": "cancelled"}}


def wanted(request: Request) -> dict[str, Any]:
    """The tool call that the request is about."""
    return mapping(request.params.get("toolCall"))


def ask_of(request: Request, tool: str) -> Ask:
    """``tool`` is the name under which the call was told."""
    call = wanted(request)
    return Ask(
        id=f"ask-{request.id}",
        tool=tool,
        text=string(call.get("title")) or about(call) or tool,
        args=args_of(call),
        reads=string(call.get("kind")) in _READING,
        changes=string(call.get("kind")) not in _ELSEWHERE,
    )


def answer(request: Request, *, allow: bool) -> dict[str, Any]:
    """Only this once: what a person always allows is remembered by us, for this attempt and no longer."""
    kinds = ("allow_once", "allow_always") if allow else ("reject_once", "reject_always")
    options = [mapping(option) for option in sequence(request.params.get("options"))]
    for kind in kinds:
        for option in options:
            if option.get("kind") == kind:
                return {"outcome": {"outcome": "selected", "optionId": string(option.get("optionId"))}}
    return CANCELLED
