"""What a result of Claude Code means. Its ``subtype`` says ``success`` also of failures."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import count, string
from crew_core.agents.tool_words import capped_text

_ERROR_BYTES = 2_000

#: A model stops for these reasons when its answer is whole; a result need not name one.
_WHOLE = frozenset({"", "end_turn", "stop_sequence", "tool_use"})

_STOPPED = {
    "max_tokens": "its answer was cut at the model's output limit",
    "model_context_window_exceeded": "its conversation is longer than the model's context",
    "refusal": "the model refused",
}


def failure(result: dict[str, Any]) -> str | None:
    """Why the turn failed; None: it ended with an answer."""
    subtype, reason = string(result.get("subtype")), string(result.get("terminal_reason"))
    stopped = string(result.get("stop_reason"))
    if subtype == "success" and result.get("is_error") is not True and reason in ("", "completed"):
        return None if stopped in _WHOLE else _STOPPED.get(stopped, f"the model stopped: {stopped}")
    status = count(result.get("api_error_status"))
    names = (reason or (subtype if subtype != "success" else "error"), f"HTTP {status}" if status else "")
    errors = result.get("errors")
    said = string(result.get("result")) or "; ".join(map(str, errors if isinstance(errors, list) else ()))
    return capped_text(": ".join(filter(None, (*names, said))), _ERROR_BYTES)


def aborted(result: dict[str, Any]) -> bool:
    """Whether the turn was interrupted."""
    return string(result.get("terminal_reason")).startswith("aborted_")


def answer(result: dict[str, Any]) -> str:
    """The agent's last message of the turn."""
    return string(result.get("result"))
