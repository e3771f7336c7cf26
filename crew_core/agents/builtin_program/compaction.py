"""Making a conversation shorter: old tool results first, then long arguments, then what is old at all."""

from __future__ import annotations

import json
from typing import Any

from crew_core.agents.builtin_program.conversation import Message

#: What is left of an old tool result or argument.
_KEPT_CHARS = 300

#: What is left of a recent one when nothing else helps.
_RECENT_CHARS = 4_000

#: So many of the model's last messages, with the results after them, are recent: by stage.
_RECENT = (6, 2, 1)

#: Characters of English text or code per token; servers count exactly, this decides only when to begin.
CHARS_PER_TOKEN = 4

STAGES = 4

_LEFT_OUT = "[{} earlier messages of this conversation are left out here, because it became too long.]"


def size(messages: list[Message]) -> int:
    """Characters that the model has to read."""
    return sum(
        len(message.get("content") or "")
        + sum(len(call["function"]["arguments"]) for call in message.get("tool_calls", ()))
        for message in messages
    )


def compacted(messages: list[Message], stage: int) -> list[Message]:
    """The conversation without what ``stage`` (0 to 3) gives up; every call keeps its result.

    0, 1: old tool results are cut, from stage 1 on the arguments of old calls too. 2: what lies between the task and
    the last turn is left out. 3: the results of that turn are cut too.
    """
    begin = _recent_from(messages, _RECENT[min(stage, len(_RECENT) - 1)])
    old, recent = messages[:begin], messages[begin:]
    if stage < 2:
        return [_cut(message, _KEPT_CHARS, arguments=stage > 0) for message in old] + recent
    if stage > 2:
        recent = [_cut(message, _RECENT_CHARS, arguments=True) for message in recent]
    task = next((at for at, message in enumerate(old) if message["role"] != "user"), len(old))
    left_out = len(old) - task
    note: list[Message] = [{"role": "user", "content": _LEFT_OUT.format(left_out)}] if left_out else []
    return [*old[:task], *note, *recent]


def _recent_from(messages: list[Message], turns: int) -> int:
    places = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    return places[-turns] if len(places) >= turns else (places[0] if places else len(messages))


def _cut(message: Message, room: int, *, arguments: bool) -> Message:
    if message["role"] == "tool":
        return message | {"content": _shortened(message.get("content") or "", room)}
    if arguments and "tool_calls" in message:
        return message | {"tool_calls": [_cut_call(call, room) for call in message["tool_calls"]]}
    return message


def _cut_call(call: dict[str, Any], room: int) -> dict[str, Any]:
    function = call["function"]
    if len(function["arguments"]) <= room:
        return call
    given = json.loads(function["arguments"])
    short = {name: _shortened(value, room) if isinstance(value, str) else value for name, value in given.items()}
    return call | {"function": function | {"arguments": json.dumps(short, ensure_ascii=False)}}


def _shortened(text: str, room: int) -> str:
    if len(text) <= room + 100:
        return text
    half = room // 2
    return f"{text[:half]}\n[… {len(text) - room} characters were left out later …]\n{text[-half:]}"
