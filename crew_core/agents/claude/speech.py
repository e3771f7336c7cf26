"""What Claude Code is told on stdin, one JSON line each. One that it cannot read ends it."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_line import encoded


def user_message(text: str, uuid: str = "") -> bytes:
    """What a person says. In a turn it is taken up after the tools that run now, else it begins one.

    It is said again with its ``uuid`` when it is taken up.
    """
    message = {"role": "user", "content": [{"type": "text", "text": text}]}
    named = {"uuid": uuid} if uuid else {}
    return encoded({"type": "user", "message": message, "parent_tool_use_id": None, **named})


def interruption(request_id: str) -> bytes:
    """End this turn. What it asked for permission for is withdrawn."""
    return encoded({"type": "control_request", "request_id": request_id, "request": {"subtype": "interrupt"}})


def allowed(request_id: str, args: Any) -> bytes:
    """The tool may be used, with these arguments."""
    return _response(request_id, {"behavior": "allow", "updatedInput": args})


def denied(request_id: str, why: str) -> bytes:
    """The tool may not be used; the model is told why."""
    return _response(request_id, {"behavior": "deny", "message": why})


def not_understood(request_id: str, subtype: str) -> bytes:
    """A request that nobody here can answer must not wait for ever."""
    response = {"subtype": "error", "request_id": request_id, "error": f"{subtype} is not supported here"}
    return encoded({"type": "control_response", "response": response})


def _response(request_id: str, response: dict[str, Any]) -> bytes:
    whole = {"subtype": "success", "request_id": request_id, "response": response}
    return encoded({"type": "control_response", "response": whole})
