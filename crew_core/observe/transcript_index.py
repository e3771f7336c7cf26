"""A transcript of any size: an index of it in memory, its entries made when they are asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.byte_file import Bytes
from crew_core.observe.giving_way import giving_way
from crew_core.observe.transcript_entries import LOST, SHOWN, Entry, Role, role_of, text_entry, tool_entry
from crew_core.observe.transcript_lines import LONGEST_LINE, LineStarts, overlong
from crew_core.observe.transcript_table import EntryTable, Place

Decode = Callable[[bytes], Sequence[AgentEvent]]

#: What is read before anything else of a file that is larger than this: many screens of entries.
TAIL = 256 << 10

#: Where no line ends in the tail, so much is tried.
_LONGEST_TAIL = 1 << 20

#: Entries that are kept after they were made, and characters of them.
KEPT, _KEPT_CHARACTERS = 2_000, 8 << 20

#: Bytes before the end that must still be there when a file has grown: else it was written anew.
_REMEMBERED = 256

#: The name of an entry, as long as its file is the same: the offset of its line, and its place in there.
Key = tuple[int, int]


class TranscriptIndex:
    """Used by one thread; its `table` may be looked at by others up to the entries that they were told of."""

    def __init__(self, file: Bytes, decode: Decode, start: int = 0) -> None:
        """:param start: the offset of a line: what is before it is left out."""
        self._file = file
        self._decode = decode
        self.lines = LineStarts(file, start)
        self.table = EntryTable()
        #: US dollars that were reported in what is indexed; None when nobody has reported any.
        self.cost: float | None = None
        self._kept: OrderedDict[int, Entry] = OrderedDict()
        self._kept_characters = 0
        self._fingerprint = b""
        self._told = 0
        self._changed: set[int] = set()

    @property
    def complete(self) -> bool:
        """All that was there at the last look is indexed."""
        return self.lines.read_to >= self._file.size_bytes

    def read_more(self) -> bool:
        """Index the next chunk; False at the end of the file. :raises OSError: it cannot be read."""
        at, begin = len(self.lines), self.lines.end
        found = self.lines.read_more()
        if found is None:
            return False
        for line in giving_way(found):
            end = self.lines.begin_of(at + 1)
            if line and not line.isspace():
                events = understood(self._decode, line)
                self.table.take(at, begin, end, events)
                self._count(events)
            at, begin = at + 1, end
        for entry in self.table.changed:
            self._forget(entry)
            if entry < self._told:
                self._changed.add(entry)
        self.table.changed.clear()
        self._fingerprint = self._before_end()
        return True

    def _count(self, events: Sequence[AgentEvent]) -> None:
        for event in events:
            if event.kind is Kind.USAGE and event.usage is not None and event.usage.cost is not None:
                self.cost = (self.cost or 0.0) + event.usage.cost

    def tell_changed(self) -> frozenset[int]:
        """Of the entries that there were at the last call, those that are not what they were."""
        changed = frozenset(self._changed)
        self._changed.clear()
        self._told = len(self.table)
        return changed

    def still_same(self) -> bool:
        """What was there before is still there: it was only appended to. :raises OSError: it cannot be read."""
        return self._before_end() == self._fingerprint

    def _before_end(self) -> bytes:
        end = self.lines.read_to
        begin = max(self.lines.start, end - _REMEMBERED)
        return self._file.read_at(begin, end - begin)

    def read_at(self, offset: int, most: int) -> bytes:
        """Bytes as they stand in the file. :raises OSError: they cannot be read."""
        return self._file.read_at(offset, most)

    def key_of(self, entry: int) -> Key:
        place = self.table.place(entry)
        return self.lines.begin_of(place.first_line), place.first_event

    def number_of(self, key: Key) -> int:
        """The entry with this key, or the first one behind it; the number of entries if there is none."""
        entry = self.table.first_at(max(0, self.lines.at(key[0])))
        while entry < len(self.table) and self.key_of(entry) < key:
            entry += 1
        return entry

    def entry(self, number: int) -> Entry:
        """As much of it as is shown. :raises OSError: it cannot be read."""
        known = self._kept.get(number)
        if known is None:
            known = self._kept[number] = self._made(number, whole=False)
            self._kept_characters += _weight(known)
            while len(self._kept) > KEPT or self._kept_characters > _KEPT_CHARACTERS:
                self._forget(next(iter(self._kept)))
        else:
            self._kept.move_to_end(number)
        return known

    def whole(self, number: int) -> Entry:
        """All of it. :raises OSError: it cannot be read."""
        return self._made(number, whole=True)

    def _forget(self, number: int) -> None:
        known = self._kept.pop(number, None)
        if known is not None:
            self._kept_characters -= _weight(known)

    def _made(self, number: int, *, whole: bool) -> Entry:
        place = self.table.place(number)
        role = self.table.role(number)
        limit = {"most": None} if whole else {}
        if role is Role.TOOL:
            first = self._event(place.first_line, place.first_event)
            last = first
            if (place.last_line, place.last_event) != (place.first_line, place.first_event):
                last = self._event(place.last_line, place.last_event)
            start = first if first and first.kind is Kind.TOOL_START else None
            end = last if last and last.kind is Kind.TOOL_END else None
            printed = self._printed(place, start.id) if start and not (end and end.text) else ""
            return tool_entry(start, end, printed, **limit) if start or end else LOST
        events: list[AgentEvent] = []
        for line, data in enumerate(self.lines.read(place.first_line, place.last_line), place.first_line):
            first_event = place.first_event if line == place.first_line else 0
            last_event = place.last_event if line == place.last_line else len(data)
            found = understood(self._decode, data)[first_event : last_event + 1] if data.strip() else ()
            events += (event for event in found if role_of(event) is role)
        return text_entry(role, events, **limit) if events else LOST

    def _printed(self, place: Place, call: str) -> str:
        """The last of what a call printed before it had a result."""
        lines = self.lines
        first = max(place.first_line, lines.at(max(0, lines.begin_of(place.last_line) - SHOWN)))
        read = lines.read(first, place.last_line) if place.last_line > place.first_line else []
        events = (event for line in read if line.strip() for event in understood(self._decode, line))
        return "".join(event.text for event in events if event.kind is Kind.TOOL_OUTPUT and event.id == call)

    def _event(self, line: int, at: int) -> AgentEvent | None:
        events = understood(self._decode, self.lines.read_line(line))
        return events[at] if at < len(events) else None


def understood(decode: Decode, line: bytes) -> Sequence[AgentEvent]:
    """What is not understood is an event of its own: nothing of a transcript is passed over."""
    if len(line) > LONGEST_LINE:
        line = overlong(line, len(line))
    try:
        return decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return (AgentEvent(kind=Kind.RAW, text=line.decode("utf-8", "replace")),)


def tail_start(file: Bytes) -> int | None:
    """Where the last lines begin that are shown first; None when the file is so small that all of it is.

    :raises OSError: it cannot be read.
    """
    size = file.size_bytes
    most = TAIL
    while size > 2 * most:
        newline = file.read_at(size - most, most).find(b"\n")
        if 0 <= newline < most - 1:
            return size - most + newline + 1
        most *= 2
        if most > _LONGEST_TAIL:
            return None
    return None


def _weight(entry: Entry) -> int:
    return (
        len(entry.text)
        + len(entry.result or "")
        + len(entry.printed)
        + (len(str(entry.arguments)) if entry.arguments else 0)
    )
