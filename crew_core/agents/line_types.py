"""Lines that say in ``type`` what they are, each told by whoever knows its type."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from crew_core.agents.json_fields import string
from crew_core.model.transcript import AgentEvent

Teller = Callable[[dict[str, Any]], list[AgentEvent] | None]


def told_by_type(
    line: dict[str, Any], tellers: Mapping[str, Teller], silent: Container[str]
) -> list[AgentEvent] | None:
    """The events of a line, none when its type is ``silent``; None: nobody understands it."""
    kind = string(line.get("type"))
    if kind in silent:
        return []
    teller = tellers.get(kind)
    return None if teller is None else teller(line)
