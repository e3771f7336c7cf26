"""The stream of one agent with its tool calls paired: each call has an id, and one end with its result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.stream_lines import agent_events, text_events

#: More calls are never open at once; what lies further back has lost its end.
_MOST_OPEN = 64


@dataclass(slots=True)
class _Call:
    """``own_id``: the id that the stream gives; it is empty in what pi-crew shortened. ``end``: seen, not told yet."""

    id: str
    own_id: str
    tool: str
    at: str
    end: AgentEvent | None = None


class AgentStream:
    """Feed it the lines of one file in order, from the beginning or from somewhere.

    pi-crew leaves out the ids of tool calls. A result then belongs to the call that ended first and has none yet,
    which is the order in which pi writes them.
    """

    def __init__(self, source: Path) -> None:
        """``source``: the file, whose name says whether its lines are JSON or plain text."""
        self._events = agent_events if source.suffix == ".jsonl" else text_events
        self._open: list[_Call] = []
        self._told: set[str] = set()
        self._count = 0

    def feed(self, line: bytes) -> tuple[AgentEvent, ...]:
        """What the line adds; the end of a call may come with a later line than it stands in."""
        return tuple(told for event in self._events(line) for told in self._take(event))

    def _take(self, event: AgentEvent) -> Iterator[AgentEvent]:
        match event.kind:
            case Kind.TOOL_START:
                yield self._begin(event)
            case Kind.TOOL_END if event.data and event.data.get("message"):
                yield from self._result(event)
            case Kind.TOOL_END:
                yield from self._end(event)
            case Kind.TURN_END | Kind.ENDED:
                yield from self._flush()
                yield event
            case _:
                yield event

    def _begin(self, event: AgentEvent) -> AgentEvent:
        self._count += 1
        call = _Call(event.id or f"call-{self._count}", event.id, event.tool, event.at)
        self._open = [*self._open[-_MOST_OPEN + 1 :], call]
        return replace(event, id=call.id)

    def _end(self, event: AgentEvent) -> Iterator[AgentEvent]:
        call = self._find(event, ended=False)
        if event.data and event.data.get("result"):
            yield self._close(call, event)
        elif call is not None:
            # The result follows in a message of its own.
            call.end = event
        else:
            yield event

    def _result(self, event: AgentEvent) -> Iterator[AgentEvent]:
        if event.id in self._told:
            # It came with the end of the call already.
            return
        call = self._find(event, ended=True) or self._find(event, ended=False)
        yield self._close(call, event)

    def _find(self, event: AgentEvent, *, ended: bool) -> _Call | None:
        for call in self._open:
            if (call.end is not None) is not ended:
                continue
            if event.id and call.own_id:
                if event.id == call.own_id:
                    return call
            elif not event.tool or event.tool == call.tool:
                return call
        return None

    def _close(self, call: _Call | None, event: AgentEvent) -> AgentEvent:
        if event.id:
            self._told.add(event.id)
        if call is None:
            return replace(event, tool=event.tool or "tool", data=None)
        self._open.remove(call)
        end = call.end or event
        return replace(
            event,
            at=end.at or event.at,
            tool=call.tool,
            id=call.id,
            failed=event.failed or end.failed,
            duration_ms=_milliseconds(call.at, end.at or event.at),
            data=None,
        )

    def _flush(self) -> Iterator[AgentEvent]:
        """Calls that ended without a result."""
        for call in [call for call in self._open if call.end is not None]:
            if call.end is not None:
                yield self._close(call, call.end)


def _milliseconds(start: str, end: str) -> int | None:
    began, ended = fields.moment(start), fields.moment(end)
    return None if began is None or ended is None else max(0, round((ended - began) * 1000))
