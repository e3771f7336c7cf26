"""How a turn of Codex has ended."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import mapping, string
from crew_core.agents.turn_by_turn import INTERRUPTED

_UNAUTHORIZED = 401
_LOGIN = (
    "; codex has no valid login here: set OPENAI_API_KEY, or run `codex login` and set shareLogin for codex, "
    "or give its config.toml a provider with a key of its own"
)


def failure(turn: dict[str, Any]) -> str | None:
    """Why the turn failed; None: it completed."""
    match turn.get("status"):
        case "completed":
            return None
        case "interrupted":
            return INTERRUPTED
        case status:
            return _error(turn) or f"its turn ended as {status!r}"


def _error(turn: dict[str, Any]) -> str:
    error = mapping(turn.get("error"))
    said = ": ".join(part for part in (string(error.get("message")), string(error.get("additionalDetails"))) if part)
    reasons = mapping(error.get("codexErrorInfo")).values()
    refused = any(mapping(reason).get("httpStatusCode") == _UNAUTHORIZED for reason in reasons)
    refused = refused or error.get("codexErrorInfo") == "unauthorized" or "environment variable" in said
    return said + _LOGIN if refused else said
