"""JSON lines told as normalized events by a declared mapping (``CommandPlan.map``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.lines import Line, Lines
from crew_core.agents.open_tools import OpenTools
from crew_core.agents.protocol import Finish
from crew_core.agents.telling import raw
from crew_core.agents.tool_words import capped_text, gist
from crew_core.agents.understanding import understood
from crew_core.model.mapping import ANYTHING
from crew_core.model.plan import Mapped
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

#: Longer results are compared by their end with the text that was told.
_COMPARED = 65_536

_ERROR_SHOWN = 2_000

_COUNTS = {
    "input": "input",
    "output": "output",
    "reasoning": "reasoning",
    "cacheRead": "cache_read",
    "cacheWrite": "cache_write",
    "turns": "turns",
}


class MappedLines:
    """Fed with any cutting. Every mapping that a line matches tells an event; a line that matches none is ``raw``.

    The answer is that of the last ``result`` line where one is mapped, else the last message: the text since the
    last tool began, or since the text's ``id`` changed. White space is none. An ``error`` line, or a ``result`` that
    ``failed``, is the program's failure.
    """

    def __init__(self, maps: Sequence[Mapped], answer_bytes: int) -> None:
        self._maps = maps
        self._answer_bytes = answer_bytes
        self._has_result = any(each.kind == Kind.RESULT for each in maps)
        self._lines = Lines()
        self._message = HeadAndTail(answer_bytes)
        self._message_id: str | None = None
        self._messages = 0
        self._result: HeadAndTail | None = None
        self._result_seen = False
        self._error: str | None = None
        self._usage: dict[str, float] = {}
        self._tools = OpenTools()
        self._tellers: dict[str, Callable[[Mapped, Any], AgentEvent]] = {
            Kind.SESSION: self._session,
            Kind.TEXT: self._text,
            Kind.THINKING: lambda mapped, line: AgentEvent(Kind.THINKING, **_words(mapped, line, "id", "text")),
            Kind.TOOL_START: self._tool_start,
            Kind.TOOL_OUTPUT: lambda mapped, line: AgentEvent(Kind.TOOL_OUTPUT, **_words(mapped, line, "id", "text")),
            Kind.TOOL_END: self._tool_end,
            Kind.USAGE: self._used,
            Kind.NOTICE: lambda mapped, line: AgentEvent(Kind.NOTICE, **_words(mapped, line, "text")),
            Kind.RESULT: self._ended,
            Kind.ERROR: self._failed,
        }

    def feed(self, data: bytes) -> list[AgentEvent]:
        return understood(self._lines.feed(data), self._told)

    def finish(self) -> Finish:
        """The stream is at its end."""
        events = understood(self._lines.end(), self._told)
        events += self._tools.close()
        answer = self._result or self._message
        seen = (self._result_seen or not self._has_result) and not answer.blank
        return Finish(
            events=tuple(events),
            answer=answer.text() if seen else b"",
            answer_bytes=answer.size if seen else 0,
            answer_seen=seen,
            program_error=self._error,
            usage=_usage(self._usage),
        )

    def _told(self, line: Line) -> list[AgentEvent]:
        found = None if line.cut else _decoded(line.data)
        told = [self._tellers[each.kind](each, found) for each in self._maps if _matches(each.when, found)]
        # A result that repeats what was told as text says nothing new.
        return [event for event in told if event.kind is not Kind.RESULT or event.text] if told else [raw(line)]

    def _session(self, mapped: Mapped, line: Any) -> AgentEvent:
        words = _words(mapped, line, "id", "model", "version", "cwd")
        return AgentEvent(kind=Kind.SESSION, id=words.pop("id", ""), data=dict(words) or None)

    def _text(self, mapped: Mapped, line: Any) -> AgentEvent:
        words = _words(mapped, line, "id", "text")
        said_id, text = words.get("id"), words.get("text", "")
        if self._message_id is None or (said_id is not None and said_id != self._message_id):
            self._messages += 1
            self._message = HeadAndTail(self._answer_bytes)
            self._message_id = said_id or f"message-{self._messages}"
        self._message.add(text.encode("utf-8", "replace"))
        return AgentEvent(kind=Kind.TEXT, id=self._message_id, text=text)

    def _tool_start(self, mapped: Mapped, line: Any) -> AgentEvent:
        self._message_id = None
        words = _words(mapped, line, "tool", "id", "text")
        tool = words.get("tool", "")
        event = self._tools.start(words.get("id") or tool, tool, _at(line, mapped.fields.get("args")))
        return msgspec.structs.replace(event, text=gist(words["text"])) if "text" in words else event

    def _tool_end(self, mapped: Mapped, line: Any) -> AgentEvent:
        words = _words(mapped, line, "tool", "id", "text")
        took = _at(line, mapped.fields.get("durationMs"))
        return self._tools.end(
            words.get("id") or words.get("tool", ""),
            tool=words.get("tool", ""),
            text=words.get("text", ""),
            failed=_is_true(_at(line, mapped.fields.get("failed"))),
            duration_ms=round(took) if _is_count(took) else None,
        )

    def _used(self, mapped: Mapped, line: Any) -> AgentEvent:
        found = {name: _at(line, path) for name, path in mapped.fields.items() if name != "model"}
        counts = {name: value for name, value in found.items() if _is_count(value)}
        for name, value in counts.items():
            known = self._usage.get(name, 0)
            # Turns are the program's own count, everything else is new since the line before.
            self._usage[name] = max(known, value) if name == "turns" else known + value
        model = _word(_at(line, mapped.fields.get("model")))
        return AgentEvent(kind=Kind.USAGE, usage=_usage(counts), data={"model": model} if model else None)

    def _ended(self, mapped: Mapped, line: Any) -> AgentEvent:
        text = _word(_at(line, mapped.fields.get("text")))
        self._result_seen = True
        if _is_true(_at(line, mapped.fields.get("failed"))):
            self._error = text[:_ERROR_SHOWN] or "the program reports a failure"
            return AgentEvent(kind=Kind.ERROR, text=capped_text(self._error))
        if "text" not in mapped.fields:
            return AgentEvent(kind=Kind.RESULT)
        data = text.encode("utf-8", "replace")
        self._result = HeadAndTail(self._answer_bytes)
        self._result.add(data)
        end = data.strip()[-min(_COMPARED, max(1, self._answer_bytes // 2)) :]
        known = self._message.size >= len(data.strip()) and self._message.text().rstrip().endswith(end)
        return AgentEvent(kind=Kind.RESULT, text="" if known else self._result.text().decode("utf-8", "replace"))

    def _failed(self, mapped: Mapped, line: Any) -> AgentEvent:
        said = _word(_at(line, mapped.fields.get("text"))) or _word(line)
        self._error = said[:_ERROR_SHOWN] or "the program reports an error"
        return AgentEvent(kind=Kind.ERROR, text=capped_text(said))


def _decoded(data: bytes) -> Any:
    """What the line says; None, which no mapping matches, when it is no JSON."""
    try:
        return msgspec.json.decode(data.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _matches(when: Mapping[str, str], line: Any) -> bool:
    if not isinstance(line, dict):
        return False
    found = ((_at(line, path), wanted) for path, wanted in when.items())
    return all(value is not None and wanted in (ANYTHING, _word(value)) for value, wanted in found)


def _at(line: Any, path: str | None) -> Any:
    """The value at a dotted path, of which a number counts in a list; None: there is none."""
    if path is None:
        return None
    for name in path.split("."):
        match line:
            case dict():
                line = line.get(name)
            case list() if name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(line):
                line = line[int(name)]
            case _:
                return None
    return line


def _word(value: Any) -> str:
    """A value as text: a string as it is, everything else as JSON, nothing for null."""
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()


def _words(mapped: Mapped, line: Any, *names: str) -> dict[str, Any]:
    """Those of the fields that are mapped, and in the line."""
    found = {name: _at(line, mapped.fields.get(name)) for name in names}
    return {name: _word(value) for name, value in found.items() if value is not None}


def _is_true(value: Any) -> bool:
    return bool(value) and value not in ("false", "no", "0")


def _is_count(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 2**63


def _usage(counts: Mapping[str, float]) -> Usage | None:
    if not counts:
        return None
    whole = {field: round(counts[name]) for name, field in _COUNTS.items() if name in counts}
    return Usage(cost=counts.get("cost"), **whole)
