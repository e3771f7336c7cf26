"""Whether pi's last message is an answer. Its exit status never says so."""

from __future__ import annotations

from crew_core.agents.tool_words import capped_text

_ERROR_BYTES = 2_000

_STOPPED = {
    "length": "its answer was cut at the model's output limit",
    "aborted": "its turn was interrupted",
    "error": "the model failed",
    "toolUse": "it ended after a tool, without an answer",
    "": "it ended without a message of the model",
}


def failure(stopped: str, error: str) -> str | None:
    """Why the last message is none; None: it is one."""
    if stopped == "stop":
        return None
    said = _STOPPED.get(stopped, f"the model stopped: {stopped}")
    # What was aborted says so twice.
    return said if stopped == "aborted" or not error else capped_text(f"{said}: {error}", _ERROR_BYTES)
