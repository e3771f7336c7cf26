"""Permission requests of the Agent Client Protocol: what is asked, and which of the offered answers is given."""

from __future__ import annotations

from typing import Any

from crew_core.agents.acp.content import about, args_of
from crew_core.agents.asking import Ask
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import Request
from crew_core.agents.role_tools import Does

#: Kinds of tools that look at the working directory, and those that have nothing to do with it.
_READING = frozenset({"read", "search", "think"})
_ELSEWHERE = frozenset({"fetch"})

#: The protocol's kinds of tools, by what a role's list of tools says of them.
_DOES = {"edit": Does.CHANGE, "delete": Does.CHANGE, "move": Does.CHANGE, "execute": Does.RUN, "fetch": Does.WEB}

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
        does=_DOES.get(string(call.get("kind"))),
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
