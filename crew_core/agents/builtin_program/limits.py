"""The bounds of the work, each with a default that a variable of the environment replaces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from crew_core.agents.builtin_program.failure import Failed


class Limits(NamedTuple):
    """``CREW_BUILTIN_`` and the name in capitals is the variable.

    A local server may read a long prompt for minutes before its first word: ``read_timeout_s`` is for that.
    ``retry_s`` is the first wait, doubled each time. ``context_tokens``: beyond it the conversation is shortened.
    """

    max_turns: float = 200
    connect_timeout_s: float = 15
    read_timeout_s: float = 300
    retries: float = 4
    retry_s: float = 1
    context_tokens: float = 120_000
    shell_timeout_s: float = 120
    search_timeout_s: float = 30


def read_limits(environment: Mapping[str, str]) -> Limits:
    """:raises Failed: one of them is no positive number."""
    found = {}
    for name in Limits._fields:
        variable = f"CREW_BUILTIN_{name.upper()}"
        if text := environment.get(variable):
            try:
                found[name] = float(text)
            except ValueError:
                found[name] = -1.0
            if not 0 <= found[name] < 1e9 or (found[name] == 0 and name != "retries"):
                raise Failed(f"{variable} is no positive number: {text}")
    return Limits(**found)
