"""Saying something to an agent within its turn: ``_session/steering``, which some agents announce in ``initialize``."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import mapping
from crew_core.agents.json_rpc import Response

METHOD = "_session/steering"


def announced(result: dict[str, Any]) -> bool:
    """In the answer to ``initialize``."""
    return mapping(mapping(result.get("_meta")).get("steering")).get("supported") is True


def params(session: str, text: str) -> dict[str, Any]:
    """Without the last of it, an agent whose turn has just ended would begin one that nobody waits for."""
    return {
        "sessionId": session,
        "prompt": [{"type": "text", "text": text}],
        "_meta": {"steering": {"idleBehavior": "promptRequired"}},
    }


def not_taken(response: Response) -> str:
    """Why it is not in the turn; empty when it is."""
    if response.error is not None:
        return response.error.text
    return "no turn is under way" if response.result.get("outcome") == "promptRequired" else ""
