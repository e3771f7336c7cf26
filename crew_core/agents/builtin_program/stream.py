"""The program's stdout: one event, one JSON line, written at once. The words are those of ``model/transcript.py``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from crew_core.agents.head_and_tail import HeadAndTail

#: So much of a tool's arguments and of its result is told; shorter keys than this are no secrets.
_TOLD_BYTES = 16_384
_SHORTEST_SECRET = 8


def write_stdout(data: bytes) -> None:
    """:raises OSError: nobody reads it any more."""
    while data:
        data = data[os.write(1, data) :]


class Stream:
    """Whatever leaves by it is valid Unicode; a secret in it is replaced by as many stars."""

    def __init__(self, write: Callable[[bytes], object] = write_stdout) -> None:
        self._write = write
        self._secrets: tuple[bytes, ...] = ()

    def hide(self, secret: str) -> None:
        if len(secret) >= _SHORTEST_SECRET:
            self._secrets += (secret.encode("utf-8", "replace"),)

    def session(self, session_id: str, cwd: str, model: str) -> None:
        self._tell("session", id=session_id, data={"cwd": cwd} | ({"model": model} if model else {}))

    def notice(self, text: str) -> None:
        self._tell("notice", text=text)

    def text(self, message: str, text: str) -> None:
        self._tell("text", id=message, text=text)

    def thinking(self, message: str, text: str) -> None:
        self._tell("thinking", id=message, text=text)

    def tool_start(self, call: str, tool: str, gist: str, arguments: dict[str, Any]) -> None:
        self._tell("tool_start", id=call, tool=tool, text=gist, data={"args": told_arguments(arguments)})

    def tool_output(self, call: str, text: str) -> None:
        self._tell("tool_output", id=call, text=text)

    def tool_end(self, call: str, tool: str, text: str, *, failed: bool, duration_ms: int) -> None:
        fields = {"failed": True} if failed else {}
        self._tell("tool_end", id=call, tool=tool, text=shortened(text), durationMs=duration_ms, **fields)

    def usage(self, usage: dict[str, int], model: str) -> None:
        """:param usage: what the server reported, by the names of ``Usage``; what it did not report is not there."""
        self._tell("usage", usage=usage, data={"model": model})

    def turn_end(self) -> None:
        self._tell("turn_end")

    def permission(self, ask: str, tool: str, gist: str, arguments: dict[str, Any]) -> None:
        data = {"args": told_arguments(arguments), "options": ["allow", "always", "deny"]}
        self._tell("permission", id=ask, tool=tool, text=gist, data=data)

    def answered(self, ask: str, text: str) -> None:
        self._tell("answered", id=ask, text=text)

    def delivery(self, said: str, state: str, text: str = "") -> None:
        self._tell("delivery", id=said, text=text, data={"state": state})

    def retry(self, attempt: int, delay_s: float, text: str) -> None:
        self._tell("retry", text=text, data={"attempt": attempt, "delay_ms": round(delay_s * 1000)})

    def compaction(self, text: str, before: int, after: int) -> None:
        self._tell("compaction", text=text, data={"chars_before": before, "chars_after": after})

    def result(self, message: str) -> None:
        """The work is done, and the message of this id, told as text already, is the answer."""
        self._tell("result", id=message)

    def error(self, text: str) -> None:
        """The work is over without an answer."""
        self._tell("error", text=text)

    def _tell(self, kind: str, **fields: Any) -> None:
        event = {"kind": kind} | {name: value for name, value in fields.items() if value != ""}
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        for secret in self._secrets:
            line = line.replace(secret, b"*" * len(secret))
        self._write(line + b"\n")


def shortened(text: str, room: int = _TOLD_BYTES) -> str:
    """Head and tail of it, when it is longer."""
    if len(text) <= room // 4:
        return text
    kept = HeadAndTail(room)
    kept.add(text.encode("utf-8", "replace"))
    return kept.text().decode("utf-8", "ignore")


def told_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with long strings cut, which then say so; all of them together have a bound."""
    if len(json.dumps(arguments, ensure_ascii=False)) <= _TOLD_BYTES // 4:
        return arguments
    room = _TOLD_BYTES // max(1, min(len(arguments), 16))
    pairs = list(arguments.items())[:16]
    return {
        name[:200]: shortened(value if isinstance(value, str) else json.dumps(value), room) for name, value in pairs
    }
