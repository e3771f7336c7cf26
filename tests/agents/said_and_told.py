"""Lines for a session and from it, and what matters of the events that it tells."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

from crew_core.model.transcript import AgentEvent, Kind


def line(**fields: Any) -> bytes:
    """A line of the program."""
    return msgspec.json.encode(fields) + b"\n"


def said(outgoing: bytes) -> list[dict[str, Any]]:
    """What the program is sent, which has to be whole lines."""
    assert outgoing == b"" or outgoing.endswith(b"\n")
    return [json.loads(each) for each in outgoing.splitlines()]


def kinds(events: Iterable[AgentEvent]) -> list[Kind]:
    return [event.kind for event in events]


def states(events: Iterable[AgentEvent]) -> list[tuple[str, str]]:
    """How far what a person sent has come: (its id, state)."""
    return [(event.id, (event.data or {})["state"]) for event in events if event.kind is Kind.DELIVERY]


def after(option: str, argv: tuple[str, ...]) -> str:
    """The value of an option that the program is started with."""
    return argv[argv.index(option) + 1]
