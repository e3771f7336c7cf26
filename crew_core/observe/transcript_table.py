"""Which lines make which entry: a few bytes for each, pieces of a text joined, calls of tools paired with results."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.transcript_entries import JOINED, SAID, Role, role_of, same_text

#: Pieces are joined to a text until it is as long; an agent that only prints would be one entry otherwise.
JOINED_BYTES = 64 << 10

#: More calls are never open at once; what lies further back has lost its end.
_MOST_OPEN = 256

#: Events of one line beyond that are passed over: an index of an event has two bytes.
_MOST_EVENTS = 1 << 16

_ROLES = tuple(Role)
_CODES = {role: code for code, role in enumerate(_ROLES)}
_ROLE, _FAILED, _DONE, _TORN = 0x0F, 0x10, 0x20, 0x40


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: its first and its last event, each with the number of its line and its place there."""

    first_line: int
    first_event: int
    last_line: int
    last_event: int


@dataclass(frozen=True, slots=True)
class _Call:
    entry: int
    tool: str
    id: str


class EntryTable:
    """Grows in one thread; others may look at the entries that they were told of.

    A result belongs to the call with its id; without an id on either side, to the first call of the same tool that has
    none yet.
    """

    def __init__(self) -> None:
        self._first_line, self._first_event = array("I"), array("H")
        self._last_line, self._last_event = array("I"), array("H")
        self._codes = array("B")
        #: Entries with a line that begins in one event and goes on in the next.
        self.torn = array("I")
        #: For each result, or piece of output before it, its line and the entry that it belongs to.
        self.result_lines, self.result_entries = array("I"), array("I")
        #: The number of the last entry in which the agent itself says something; -1 before the first.
        self.last_said = -1
        #: Lines or parts of them that were not understood.
        self.raw = 0
        #: Entries that are not any more what they were; whoever uses it empties it.
        self.changed: set[int] = set()
        self._joining: Role | None = None
        self._joined_from = 0
        self._last_text = AgentEvent(Kind.TEXT)
        self._open: dict[int, _Call] = {}
        self._ended: dict[int, _Call] = {}
        self._by_id: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._codes)

    def role(self, entry: int) -> Role:
        return _ROLES[self._codes[entry] & _ROLE]

    def failed(self, entry: int) -> bool:
        """A tool said so, or it is an error."""
        return bool(self._codes[entry] & _FAILED)

    def done(self, entry: int) -> bool:
        """A tool has answered."""
        return bool(self._codes[entry] & _DONE)

    def place(self, entry: int) -> Place:
        return Place(self._first_line[entry], self._first_event[entry], self._last_line[entry], self._last_event[entry])

    def first_at(self, line: int) -> int:
        """The first entry that begins in this line or behind it."""
        return bisect_left(self._first_line, line)

    def take(self, line: int, begin: int, end: int, events: Iterable[AgentEvent]) -> None:
        """The events of the next line, which lies in the file from ``begin`` to ``end``."""
        for at, event in enumerate(events):
            if at >= _MOST_EVENTS:
                return
            role = role_of(event)
            if role is None:
                if event.kind is Kind.TURN_END:
                    self._joining = None
            elif event.kind is Kind.TOOL_END:
                self._joining = None
                self._end(event, line, at)
            elif event.kind is Kind.TOOL_OUTPUT and self._prints(event, line, at):
                self._joining = None
            elif self._joins(role, event, end):
                self._join(event, line, at)
            else:
                self._begin(role, event, line, at, begin)

    def _begin(self, role: Role, event: AgentEvent, line: int, at: int, begin: int) -> None:
        entry = self._add(role, event, line, at)
        self._joining = role if role in JOINED else None
        if role in JOINED:
            self._joined_from = begin
            self._last_text = event
        if role in SAID:
            if self.last_said >= 0:
                self.changed.add(self.last_said)
            self.last_said = entry
        elif role is Role.TOOL:
            self._remember(self._open, _Call(entry, event.tool, event.id))
            if event.id:
                self._by_id[event.id] = entry
        elif role is Role.RAW:
            self.raw += 1

    def _add(self, role: Role, event: AgentEvent, line: int, at: int) -> int:
        self._first_line.append(line)
        self._first_event.append(at)
        self._last_line.append(line)
        self._last_event.append(at)
        self._codes.append(_CODES[role] | (_FAILED if event.failed or role is Role.ERROR else 0))
        return len(self._codes) - 1

    def _joins(self, role: Role, event: AgentEvent, end: int) -> bool:
        last = self._last_text
        return (
            role is self._joining
            and end - self._joined_from <= JOINED_BYTES
            and not (event.id and last.id and event.id != last.id)
        )

    def _join(self, event: AgentEvent, line: int, at: int) -> None:
        entry = len(self._codes) - 1
        last, self._last_text = self._last_text, event
        self._last_line[entry] = line
        self._last_event[entry] = at
        self.changed.add(entry)
        if same_text(last, event) and not last.text.endswith("\n") and not self._codes[entry] & _TORN:
            self._codes[entry] |= _TORN
            self.torn.append(entry)

    def _end(self, event: AgentEvent, line: int, at: int) -> None:
        """A result, which may also come twice: the end of the call, then a message with all of it."""
        message = bool(event.data and event.data.get("message"))
        call = self._find(event, self._ended) if message else None
        call = call or self._find(event, self._open)
        if call is None:
            entry = self._add(Role.TOOL, event, line, at)
            self._codes[entry] |= _DONE
            return
        entry = call.entry
        self._open.pop(entry, None)
        self._ended.pop(entry, None)
        if message:
            self._forget(call)
        else:
            self._remember(self._ended, call)
        self._last_line[entry] = line
        self._last_event[entry] = at
        self._codes[entry] |= _DONE | (_FAILED if event.failed else 0)
        self.result_lines.append(line)
        self.result_entries.append(entry)
        self.changed.add(entry)

    def _prints(self, event: AgentEvent, line: int, at: int) -> bool:
        """A call that has no result yet printed this; False when there is none with its id."""
        entry = self._by_id.get(event.id, -1)
        if entry not in self._open:
            return False
        self._last_line[entry], self._last_event[entry] = line, at
        self.result_lines.append(line)
        self.result_entries.append(entry)
        self.changed.add(entry)
        return True

    def _find(self, event: AgentEvent, calls: dict[int, _Call]) -> _Call | None:
        named = calls.get(self._by_id.get(event.id, -1)) if event.id else None
        if named is not None:
            return named
        for call in calls.values():
            if not (event.id and call.id) and (not event.tool or event.tool == call.tool):
                return call
        return None

    def _remember(self, calls: dict[int, _Call], call: _Call) -> None:
        calls[call.entry] = call
        if len(calls) > _MOST_OPEN:
            self._forget(calls.pop(next(iter(calls))))

    def _forget(self, call: _Call) -> None:
        if call.entry not in self._open and self._by_id.get(call.id) == call.entry:
            del self._by_id[call.id]
