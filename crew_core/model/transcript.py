"""Normalized events of one attempt: what any agent program did, in one vocabulary (``attempts/…/events.jsonl``)."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from crew_core.model.usage import Usage


class Kind(StrEnum):
    """What happened. The last group comes from the supervisor, the rest from an adapter."""

    SESSION = "session"
    TEXT = "text"
    THINKING = "thinking"
    TOOL_START = "tool_start"
    TOOL_OUTPUT = "tool_output"
    TOOL_END = "tool_end"
    USAGE = "usage"
    TURN_END = "turn_end"
    PERMISSION = "permission"
    QUESTION = "question"
    ANSWERED = "answered"
    RETRY = "retry"
    COMPACTION = "compaction"
    DELIVERY = "delivery"
    NOTICE = "notice"
    RESULT = "result"
    ERROR = "error"
    RAW = "raw"

    STARTED = "started"
    STEER = "steer"
    MESSAGE = "message"
    PAUSED = "paused"
    RESUMED = "resumed"
    STOPPING = "stopping"
    ENDED = "ended"


class AgentEvent(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One line. ``text`` is what a person reads; ``data`` holds what only a program needs.

    ``at`` is stamped by the supervisor when it saw the event; ``duration_ms`` and ``failed`` belong to
    ``tool_end``: where the program tells no duration, the supervisor does. ``id`` pairs tool_start with tool_output
    and tool_end, a question or permission with its answered, a steer (what a person sent) with its deliveries, and
    names messages. ``parent`` is the tool call of the sub-agent that the event comes from; empty: the agent itself.
    """

    kind: Kind
    at: str = ""
    text: str = ""
    tool: str = ""
    id: str = ""
    to: str = ""
    parent: str = ""
    failed: bool = False
    duration_ms: int | None = None
    usage: Usage | None = None
    data: dict[str, Any] | None = None

    @property
    def said(self) -> str:
        """What a person reads: the text, with the model of a session and the state of a delivery before it, and the
        answers that a question names behind it."""
        about = {Kind.SESSION: "model", Kind.DELIVERY: "state"}.get(self.kind)
        told = (self.data or {}).get(about) if about else None
        named = (self.data or {}).get("options") if self.kind is Kind.QUESTION else None
        answers = ", ".join(each for each in named if isinstance(each, str)) if isinstance(named, list) else ""
        colon = ":" if told and self.text and self.kind is Kind.DELIVERY else ""
        return " ".join(part for part in (f"{told or ''}{colon}", self.text, f"({answers})" if answers else "") if part)
