"""What an agent has been doing, as it is told while it works."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.usage import Usage


class Activity(StrEnum):
    ACTIVE = "active"
    LONG_RUNNING = "active_long_running"
    NEEDS_ATTENTION = "needs_attention"


class ToolUse(msgspec.Struct, frozen=True, rename="camel"):
    """A tool call that has ended."""

    tool: str
    args: str = ""
    ended_at: str = ""
    failed: bool = False


class Progress(msgspec.Struct, frozen=True, rename="camel"):
    """What an agent has been doing (pi-crew's ``agentProgress``)."""

    current_tool: str | None = None
    current_tool_args: str | None = None
    current_tool_started_at: str | None = None
    recent_tools: tuple[ToolUse, ...] = ()
    recent_output: tuple[str, ...] = ()
    tool_count: int = 0
    tokens: int = 0
    turns: int = 0
    duration_ms: int = 0
    last_activity_at: str | None = None
    activity_state: Activity = Activity.ACTIVE
    failed_tool: str | None = None
    consecutive_failures: int = 0
    unknown_events: int = 0
    #: What it waits for an answer to, by event id: permission requests and questions.
    asks: tuple[str, ...] = ()
    #: All that it has reported so far; ``cost_behind``: tokens after the last cost.
    usage: Usage | None = None
    cost_behind: bool = False
    #: How often it has reported use: responses of the model, or turns where a program tells no more.
    reports: int = 0
    #: The one that it asked most, as the program names it; of sub-agents nothing is said here.
    model: str | None = None
