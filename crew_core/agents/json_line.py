"""One JSON object a line, both ways: what programs send, however badly encoded, and what they are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from crew_core.agents.lines import Line

#: Node's ``readline`` also ends a line there, though JSON allows both inside of a string.
_OTHER_LINE_ENDS = {"\u2028".encode(): b"\\u2028", "\u2029".encode(): b"\\u2029"}


def decoded(line: Line) -> dict[str, Any] | None:
    """The object of a complete line; None: it holds none. Bytes and escapes that are no text become U+FFFD."""
    if line.cut:
        return None
    try:
        found = msgspec.json.decode(line.data)
    except (ValueError, RecursionError):
        found = _leniently(line.data)
    return found if isinstance(found, dict) else None


def _leniently(data: bytes) -> Any:
    """JavaScript cuts strings between the halves of a pair, and writes the half as an escape."""
    if not data.lstrip().startswith(b"{"):
        return None
    try:
        return _paired(json.loads(data.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None


def _paired(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_paired(each) for each in value]
        case dict():
            return {_paired(name): _paired(each) for name, each in value.items()}
        case _:
            return value


def encoded(message: Mapping[str, Any]) -> bytes:
    """The line that tells a program this. A character that cannot be written becomes ``?``."""
    try:
        line = msgspec.json.encode(message)
    except UnicodeEncodeError:
        line = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace")
    for end, escape in _OTHER_LINE_ENDS.items():
        line = line.replace(end, escape)
    return line + b"\n"
