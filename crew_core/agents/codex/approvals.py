"""What Codex asks before it does something, and how it is answered.

Source: ``codex app-server generate-json-schema``, ``ServerRequest`` and the ``…RequestApproval`` types.
"""

from __future__ import annotations

from typing import Any

from crew_core.agents.asking import Ask
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import Request
from crew_core.agents.role_tools import Does

#: Kinds of commands that Codex's own parser takes for reading.
_READING = frozenset({"read", "listFiles", "search"})


def ask_of(request: Request, *, trusted: bool) -> Ask | None:
    """What the request wants; None when it is no request for permission.

    ``trusted``: commands that Codex takes for reading are taken for that.
    """
    params = request.params
    ask_id = f"ask-{request.id}"
    why = string(params.get("reason"))
    args: dict[str, Any]
    match request.method:
        case "item/commandExecution/requestApproval":
            command = string(params.get("command"))
            actions = [string(mapping(action).get("type")) for action in sequence(params.get("commandActions"))]
            reads = trusted and bool(actions) and all(action in _READING for action in actions)
            args = {"command": command, "cwd": string(params.get("cwd")), "reason": why}
            return Ask(ask_id, "shell", command or why, args, reads, does=Does.RUN)
        case "item/fileChange/requestApproval":
            args = {"item": string(params.get("itemId")), "reason": why, "root": string(params.get("grantRoot"))}
            return Ask(ask_id, "apply_patch", why or "change files", args, does=Does.CHANGE)
        case "item/permissions/requestApproval":
            args = {"permissions": mapping(params.get("permissions")), "reason": why}
            return Ask(ask_id, "permissions", why or "more permissions", args, does=Does.RUN)
        case "mcpServer/elicitation/request":
            server, message = string(params.get("serverName")), string(params.get("message"))
            return Ask(ask_id, f"mcp:{server}", message, {"server": server})
        case _:
            return None


def answer(request: Request, *, allow: bool) -> dict[str, Any]:
    """The result that the request gets. A denial lets the turn go on."""
    match request.method:
        case "item/permissions/requestApproval":
            granted = mapping(request.params.get("permissions")) if allow else {}
            return {"permissions": granted, "scope": "turn"}
        case "mcpServer/elicitation/request":
            return {"action": "accept" if allow else "decline", "content": {} if allow else None}
        case _:
            return {"decision": "accept" if allow else "decline"}
