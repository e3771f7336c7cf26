"""How a prompt of the Agent Client Protocol has ended."""

from __future__ import annotations

from crew_core.agents.acp.updates import Updates
from crew_core.agents.json_fields import string
from crew_core.agents.json_rpc import Response

#: Reasons of the protocol to stop, besides ``end_turn``.
_STOPPED = {
    "max_tokens": "its answer was cut: the model's limit of tokens is reached",
    "max_turn_requests": "it gave up: too many requests in one turn",
    "refusal": "the model refused",
    "cancelled": "its turn was cancelled",
}


def failure(response: Response, updates: Updates, *, denied: bool) -> str | None:
    """Why the turn failed; None: it ended with an answer. ``denied``: nothing was said after a call was denied."""
    if response.error is not None:
        return response.error.text
    reason = response.result.get("stopReason")
    if reason != "end_turn":
        return _STOPPED.get(string(reason), f"its turn ended as {reason!r}")
    if updates.broken:
        said = updates.answer.text().decode("utf-8", "replace").strip() if updates.answer is not None else ""
        return updates.own_word or said or "it said that it broke"
    if denied:
        return "it stopped when a tool was denied, and said nothing more"
    return None
