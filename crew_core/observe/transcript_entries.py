"""What a person reads in a transcript: one entry for a whole text, for a tool call with its result, for a notice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

#: Characters of a text that are shown; a screen of it is far less, and all of it stays on disk.
SHOWN = 64 << 10

#: How pi-crew's decoder tells what was said to the agent.
_PROMPT = "prompt: "


class Role(StrEnum):
    """Who or what an entry comes from. ``STEP``: something that happened to the process."""

    USER = "user"
    ASSISTANT = "assistant"
    THINKING = "thinking"
    TOOL = "tool"
    RESULT = "result"
    MESSAGE = "message"
    QUESTION = "question"
    NOTICE = "notice"
    ERROR = "error"
    USAGE = "usage"
    STEP = "step"
    RAW = "raw"


#: The last of these is what the agent has to say.
SAID = frozenset({Role.ASSISTANT, Role.RESULT})

#: Pieces of these that follow each other are one text.
JOINED = frozenset({Role.ASSISTANT, Role.THINKING})

_ROLES = {
    Kind.TEXT: Role.ASSISTANT,
    Kind.THINKING: Role.THINKING,
    Kind.TOOL_START: Role.TOOL,
    Kind.TOOL_END: Role.TOOL,
    Kind.RESULT: Role.RESULT,
    Kind.STEER: Role.USER,
    Kind.MESSAGE: Role.MESSAGE,
    Kind.QUESTION: Role.QUESTION,
    Kind.PERMISSION: Role.QUESTION,
    Kind.NOTICE: Role.NOTICE,
    Kind.RETRY: Role.NOTICE,
    Kind.ERROR: Role.ERROR,
    Kind.RAW: Role.RAW,
}


def role_of(event: AgentEvent) -> Role | None:
    """None: it says nothing to a person."""
    role = _ROLES.get(event.kind)
    if role is None:
        if event.kind in (Kind.USAGE, Kind.TURN_END):
            return Role.USAGE if event.usage is not None else None
        return Role.STEP
    if role in JOINED and not event.text:
        return None
    if role is Role.NOTICE and event.text.startswith(_PROMPT):
        return Role.USER
    return role


def same_text(before: AgentEvent, after: AgentEvent) -> bool:
    """The later piece goes on in the same line: both belong to one message that came in parts."""
    return bool(before.id) and before.id == after.id


def glue(before: AgentEvent, after: AgentEvent) -> str:
    """What stands between two pieces of one text."""
    return "" if before.text.endswith("\n") or same_text(before, after) else "\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """``text``: what was said, or what a tool was asked; ``result``: what the tool answered, None until it has;
    ``printed``: what it printed before, where no result says it.

    ``left_out``: characters at the end of the text, or else of the result, that are only on disk. ``arguments``: all
    that a tool was given, where its event tells.
    """

    role: Role
    kind: Kind
    at: str
    text: str
    tool: str = ""
    to: str = ""
    result: str | None = None
    printed: str = ""
    failed: bool = False
    ended_at: str = ""
    duration_ms: int | None = None
    usage: Usage | None = None
    arguments: Mapping[str, Any] | None = None
    left_out: int = 0


#: Stands for an entry whose lines are not there any more as they were.
LOST = Entry(Role.RAW, Kind.RAW, "", "")


def text_entry(role: Role, events: Sequence[AgentEvent], most: int | None = SHOWN) -> Entry:
    """One or more pieces of the same role. :param most: characters to keep; None for all."""
    first = events[0]
    parts = [first.said]
    for before, after in pairwise(events):
        parts += [glue(before, after), after.text]
    text = "".join(parts)
    if role is Role.USER and first.kind is Kind.NOTICE:
        text = text.removeprefix(_PROMPT)
    kept = text if most is None else text[:most]
    return Entry(
        role,
        first.kind,
        first.at,
        kept,
        tool=first.tool,
        to=first.to,
        failed=first.failed,
        usage=first.usage,
        left_out=len(text) - len(kept),
    )


def tool_entry(start: AgentEvent | None, end: AgentEvent | None, printed: str = "", most: int | None = SHOWN) -> Entry:
    """A call, its result, or both."""
    known = start or end
    assert known is not None, "one of both is what makes it an entry"
    asked = start.text if start else ""
    result = end.text if end else None
    text = asked if most is None else asked[:most]
    kept = result if most is None or result is None else result[:most]
    arguments = start.data.get("args") if start and start.data else None
    return Entry(
        Role.TOOL,
        known.kind,
        known.at,
        text,
        tool=known.tool,
        result=kept,
        printed=printed if most is None else printed[-most:],
        failed=end is not None and end.failed,
        ended_at=end.at if start and end else "",
        duration_ms=end.duration_ms if end else None,
        arguments=arguments if isinstance(arguments, dict) else None,
        left_out=len(asked) - len(text) + len(result or "") - len(kept or ""),
    )
