"""Searching a transcript: line after line of what a person reads, step by step, also while the file grows."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from crew_core.observe.giving_way import giving_way
from crew_core.observe.transcript_entries import Entry
from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_lines import CHUNK, LONGEST_LINE
from crew_core.observe.transcript_probe import Probe, probe_of

#: The lines of an entry that are searched, in the order in which they are shown.
Texts = Callable[[Entry], Sequence[str]]

#: Lines with a match that are remembered.
MOST_HITS = 100_000

#: Entries that are looked at in about a millisecond.
_ENTRIES_A_TIME = 32

#: A hit is one number, the entry's before the line's: so that many need little room, and are in order.
_ENTRY = 32


def hit(entry: int, line: int) -> int:
    return entry << _ENTRY | line


def entry_of(hit: int) -> int:
    return hit >> _ENTRY


def line_of(hit: int) -> int:
    return hit & (1 << _ENTRY) - 1


class TranscriptSearch:
    """Used by the thread of its index. ``hits`` are in order."""

    def __init__(self, index: TranscriptIndex, pattern: re.Pattern[str], texts: Texts, *, verbatim: bool) -> None:
        """:param verbatim: the words of an entry stand in its lines as they are, but for the escapes of JSON.

        Then lines in which they are not need no decoding.
        """
        self._index = index
        self._matches = pattern.search
        self._texts = texts
        self._probe = probe_of(pattern) if verbatim else None
        self._line = 0
        self.hits: list[int] = []
        #: There are more than are remembered.
        self.full = False

    @property
    def searched_bytes(self) -> int:
        """The offset up to which it has come."""
        return self._index.lines.begin_of(self._line)

    def step(self) -> bool:
        """Search the next chunk of what is indexed; False when there is none. :raises OSError: it cannot be read."""
        lines = self._index.lines
        first = self._line
        if first >= len(lines) or self.full:
            return False
        begin = lines.begin_of(first)
        last = max(first, lines.at(begin + CHUNK) - 1) if lines.end > begin + CHUNK else len(lines) - 1
        for entry in giving_way(sorted(self._candidates(first, last)), _ENTRIES_A_TIME):
            self._look_at(entry)
        self._line = last + 1
        return True

    def _look_at(self, entry: int) -> None:
        """Find anew in an entry that may have been looked at before."""
        whole = self._index.whole(entry)
        found = [hit(entry, line) for line, text in enumerate(self._texts(whole)) if self._matches(text)]
        # The name of a tool stands before the first line.
        if whole.tool and self._matches(whole.tool) and hit(entry, 0) not in found[:1]:
            found.insert(0, hit(entry, 0))
        if self.hits and self.hits[-1] >= hit(entry, 0):
            start = bisect_left(self.hits, hit(entry, 0))
            self.hits[start : bisect_left(self.hits, hit(entry + 1, 0))] = found
        else:
            self.hits += found
        if len(self.hits) >= MOST_HITS:
            self.full = True

    def _candidates(self, first: int, last: int) -> set[int]:
        """The entries with a line from ``first`` to ``last`` that may match."""
        if self._probe is None or self._index.lines.span(first, last) > CHUNK + LONGEST_LINE:
            return self._all_of(first, last)
        found = set(chain.from_iterable(map(self._entries_of, self._promising(self._probe, first, last))))
        # A match may lie over the seam of two pieces.
        table = self._index.table
        for entry in table.torn[max(0, bisect_left(table.torn, table.first_at(first)) - 1) :]:
            place = table.place(entry)
            if place.first_line > last:
                break
            if place.last_line >= first:
                found.add(entry)
        return found

    def _all_of(self, first: int, last: int) -> set[int]:
        table = self._index.table
        results = slice(bisect_left(table.result_lines, first), bisect_right(table.result_lines, last))
        return {*range(max(0, table.first_at(first) - 1), table.first_at(last + 1)), *table.result_entries[results]}

    def _promising(self, probe: Probe, first: int, last: int) -> Iterator[int]:
        lines = self._index.lines
        begin = lines.begin_of(first)
        places = probe.places(self._index.read_at(begin, lines.span(first, last)))
        place = next(places, None)
        while place is not None:
            line = lines.at(begin + place)
            yield line
            try:
                place = places.send(lines.begin_of(line + 1) - begin)
            except StopIteration:
                return

    def _entries_of(self, line: int) -> Iterator[int]:
        """All entries of which a part stands in this line."""
        table = self._index.table
        entry = table.first_at(line)
        if entry and table.place(entry - 1).last_line >= line:
            yield entry - 1
        while entry < len(table) and table.place(entry).first_line == line:
            yield entry
            entry += 1
        results = table.result_lines
        for at in range(bisect_left(results, line), bisect_right(results, line)):
            yield table.result_entries[at]
