"""What was said so far, as the model is told it; kept as JSON lines so that a later attempt can go on with it."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from crew_core.agents.builtin_program.completion import Call
from crew_core.agents.builtin_program.failure import Failed

Message = dict[str, Any]

_VERSION = 1

_ID = re.compile(r"[0-9a-f]{8,64}")

_LOST = "there is no result: the agent ended before the tool did"


class Conversation:
    """``messages`` has no system message: that is each attempt's own."""

    def __init__(self, messages: list[Message], file: int | None) -> None:
        self.messages = messages
        self._file = file

    def user(self, text: str) -> None:
        self._add({"role": "user", "content": text})

    def assistant(self, text: str, calls: list[Call]) -> None:
        """Arguments that are no JSON object are kept as an empty one: servers refuse to be told them again."""
        message: Message = {"role": "assistant", "content": text}
        if calls:
            message["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.tool, "arguments": _sound(call.arguments)},
                }
                for call in calls
            ]
        self._add(message)

    def tool(self, call: Call, text: str) -> None:
        self._add({"role": "tool", "tool_call_id": call.id, "content": text})

    def _add(self, message: Message) -> None:
        self.messages.append(message)
        _append(self._file, message)


def begin(state_dir: str, session_id: str, cwd: str, prompt_hash: str) -> Conversation:
    """A fresh one. :raises OSError: it cannot be kept."""
    file = None
    if state_dir:
        os.makedirs(state_dir, mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        file = os.open(_path(state_dir, session_id), flags, 0o600)
    _append(file, {"version": _VERSION, "id": session_id, "cwd": cwd, "promptHash": prompt_hash})
    return Conversation([], file)


def resume(state_dir: str, session_id: str, cwd: str, prompt_hash: str) -> Conversation:
    """The one of this id, if it is what the caller takes it for: same directory, same first prompt.

    A last line that was cut is left out; a tool call without a result gets one that says so.

    :raises Failed: it is not there, or another. :raises OSError: it cannot be read.
    """
    if not _ID.fullmatch(session_id) or not state_dir:
        raise Failed(f"there is no session {session_id[:80]!r}")
    path = _path(state_dir, session_id)
    if not os.path.exists(path):
        raise Failed(f"there is no session {session_id}")
    with open(path, "rb") as file:
        lines = file.read().split(b"\n")
    header, *messages = [_decoded(line, session_id) for line in lines[:-1]] or [{}]
    expected = {"version": _VERSION, "id": session_id, "cwd": cwd, "promptHash": prompt_hash}
    wrong = [name for name, value in expected.items() if header.get(name) != value]
    if wrong:
        raise Failed(f"the session {session_id} is another one: its {', '.join(wrong)} differs")
    writing = os.open(path, os.O_WRONLY | os.O_APPEND)
    if lines[-1]:
        os.truncate(path, sum(len(line) + 1 for line in lines[:-1]))
    conversation = Conversation(messages, writing)
    for call_id in unanswered(messages):
        conversation.tool(Call(call_id, "", ""), _LOST)
    return conversation


def unanswered(messages: list[Message]) -> list[str]:
    """The tool calls of the last message with calls that have no result."""
    answered = set()
    for message in reversed(messages):
        if message.get("role") == "tool":
            answered.add(message.get("tool_call_id"))
            continue
        return [call["id"] for call in message.get("tool_calls", ()) if call["id"] not in answered]
    return []


def arguments_of(call: Call) -> dict[str, Any] | None:
    """None: they are no JSON object. No arguments at all are an empty one."""
    try:
        found = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _sound(arguments: str) -> str:
    return (arguments or "{}") if arguments_of(Call("", "", arguments)) is not None else "{}"


def _path(state_dir: str, session_id: str) -> str:
    return os.path.join(state_dir, f"{session_id}.jsonl")


def _append(file: int | None, line: dict[str, Any]) -> None:
    if file is not None:
        data = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        while data:
            data = data[os.write(file, data) :]


def _decoded(line: bytes, session_id: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Failed(f"the session {session_id} is damaged") from error
    if not isinstance(found, dict):
        raise Failed(f"the session {session_id} is damaged")
    return found
