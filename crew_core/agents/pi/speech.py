"""What pi is told on stdin, one JSON line each."""

from __future__ import annotations

from crew_core.agents.json_line import encoded

#: Ids of our own commands; those of a person's messages are theirs.
STATE, PROMPT, ABORT = "crew-state", "crew-prompt", "crew-abort"


def get_state() -> bytes:
    """Which session it has, and which model."""
    return encoded({"id": STATE, "type": "get_state"})


def prompt(command_id: str, text: str, waiting: str = "steer") -> bytes:
    """Something a person says. ``waiting``: when it is taken up while the agent works, as ``steer`` after the tools
    that run now, as ``followUp`` after its answer; an idle agent begins with it at once either way."""
    return encoded({"id": command_id, "type": "prompt", "message": text, "streamingBehavior": waiting})


def abort(command_id: str) -> bytes:
    """End what it does, tools too. It is answered when the agent is idle."""
    return encoded({"id": command_id, "type": "abort"})


def dialog_answer(request_id: str, said: str) -> bytes:
    """The answer to a dialog that asks for text or a choice."""
    return encoded({"type": "extension_ui_response", "id": request_id, "value": said})


def dialog_confirmed(request_id: str, confirmed: bool) -> bytes:
    """The answer to a dialog that asks yes or no."""
    return encoded({"type": "extension_ui_response", "id": request_id, "confirmed": confirmed})


def dialog_cancelled(request_id: str) -> bytes:
    """Nobody answers. An abort waits for ever while a dialog is open."""
    return encoded({"type": "extension_ui_response", "id": request_id, "cancelled": True})
