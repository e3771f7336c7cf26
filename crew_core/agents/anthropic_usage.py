"""What a message of Anthropic's interface used: Claude Code tells and records it in that form."""

from __future__ import annotations

from typing import Any

from crew_core.agents.json_fields import count, mapping
from crew_core.model.usage import Usage


def usage_of(reported: dict[str, Any]) -> Usage:
    """From the ``usage`` of a message, whose input leaves out what came from a cache."""
    return Usage(
        input=count(reported.get("input_tokens")),
        output=count(reported.get("output_tokens")),
        reasoning=count(mapping(reported.get("output_tokens_details")).get("thinking_tokens")),
        cache_read=count(reported.get("cache_read_input_tokens")),
        cache_write=count(reported.get("cache_creation_input_tokens")),
    )
