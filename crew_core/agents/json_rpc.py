"""JSON-RPC 2.0 over lines: one message a line, both sides ask and answer, the ids of each side are its own.

Source: https://www.jsonrpc.org/specification. Codex leaves out the ``jsonrpc`` field and expects the same of us.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents.json_fields import integer, mapping, string
from crew_core.agents.json_line import decoded, encoded
from crew_core.agents.lines import Line, Lines

#: Error codes of the specification.
METHOD_NOT_FOUND = -32601
INTERNAL_ERROR = -32603

Id = int | str


@dataclass(frozen=True, slots=True)
class Request:
    """The program asks, and waits for an answer under its ``id``. ``line`` is what it was made of, as below."""

    id: Id
    method: str
    params: dict[str, Any]
    line: Line


@dataclass(frozen=True, slots=True)
class Notification:
    """The program says something that needs no answer."""

    method: str
    params: dict[str, Any]
    line: Line


@dataclass(frozen=True, slots=True)
class Response:
    """The answer to ``method``, which we had asked; ``error`` None: it went well, with ``result``."""

    id: int
    method: str
    result: dict[str, Any]
    line: Line
    error: Failure | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An error response. ``text`` is its message and what ``data`` says beside it."""

    code: int
    text: str


Message = Request | Notification | Response | Line


class Peer:
    """Our end of the connection: bytes in any cutting to messages, and messages to bytes."""

    def __init__(self, *, versioned: bool = True) -> None:
        """``versioned``: each message says ``"jsonrpc": "2.0"``."""
        self._lines = Lines()
        self._head: dict[str, Any] = {"jsonrpc": "2.0"} if versioned else {}
        self._asked: dict[int, str] = {}
        self._next_id = 1

    def request(self, method: str, params: dict[str, Any]) -> tuple[int, bytes]:
        """The id under which the response will come, and what is to be sent."""
        number, self._next_id = self._next_id, self._next_id + 1
        self._asked[number] = method
        return number, self._line({"id": number, "method": method, "params": params})

    def notify(self, method: str, params: dict[str, Any]) -> bytes:
        return self._line({"method": method, "params": params})

    def answer(self, to: Id, result: dict[str, Any]) -> bytes:
        return self._line({"id": to, "result": result})

    def refuse(self, to: Id, code: int, message: str) -> bytes:
        return self._line({"id": to, "error": {"code": code, "message": message}})

    def feed(self, data: bytes) -> list[Message]:
        """What these bytes complete, in order. A line that is no message, or answers nothing, comes as it is."""
        return [self._message(line) for line in self._lines.feed(data)]

    def end(self) -> list[Message]:
        """The stream is at its end: a last line without its newline."""
        return [self._message(line) for line in self._lines.end()]

    def _line(self, message: dict[str, Any]) -> bytes:
        return encoded(self._head | message)

    def _message(self, line: Line) -> Message:
        read = decoded(line)
        if read is None:
            return line
        number, method = read.get("id"), read.get("method")
        if isinstance(method, str):
            if "id" not in read:
                return Notification(method, mapping(read.get("params")), line)
            if isinstance(number, int | str) and not isinstance(number, bool):
                return Request(number, method, mapping(read.get("params")), line)
        elif integer(number) is not None and ("result" in read or "error" in read):
            asked = self._asked.pop(read["id"], None)
            if asked is not None:
                return Response(read["id"], asked, mapping(read.get("result")), line, _failure(read.get("error")))
        return line


def _failure(error: object) -> Failure | None:
    if error is None:
        return None
    said = mapping(error)
    text = string(said.get("message")) or "an error without words"
    data = said.get("data")
    details = string(data) or string(mapping(data).get("details")) or string(mapping(data).get("message"))
    return Failure(integer(said.get("code")) or 0, f"{text}: {details}" if details and details not in text else text)
