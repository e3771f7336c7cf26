"""What one agent prints, as lines that know their place in its file: the newest are kept, older ones are read back."""

from __future__ import annotations

import os
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from crew_core.model.transcript import Kind
from crew_core.observe.line_start import line_start
from crew_core.observe.output_bounds import OutputBounds
from crew_core.observe.output_decoding import OutputDecoding, Timed, decoding_at
from crew_core.observe.run_source import AgentFile
from crew_core.observe.tab_slices import OutputLine
from crew_core.observe.transcripts import LineTail

#: In place of an offset: the file that the line was in is not there any more.
_NOWHERE = -1


@dataclass(frozen=True, slots=True)
class Place:
    """A line of output: where the line of the file begins that told it, which one that is, and which of its lines."""

    offset: int = 0
    number: int = 0
    within: int = 0


class OutputSource:
    """One file. Used by the store thread."""

    def __init__(self, file: AgentFile, bounds: OutputBounds) -> None:
        self.file = file
        self._bounds = bounds
        self.lines: list[OutputLine] = []
        #: For each of them the offset and the number of the line of the file.
        self._offsets = array("q")
        self._numbers = array("q")
        self._chars = 0
        #: Of the first line that is there; what comes before it has to be read back.
        self._start = Place()
        self._decoding = OutputDecoding(file.task_id, file.decoder())
        self._why_not = ""
        self._open()
        self._tail = LineTail(file.path, self._start.offset)
        #: Of the next line that comes.
        self._next = self._start.number

    def _open(self) -> None:
        try:
            with self.file.path.open("rb") as file:
                start = line_start(file, os.fstat(file.fileno()).st_size - self._bounds.piece_bytes)
                if start:
                    self._decoding = self._decoding_at(file, start)
                    self._start = Place(start, _count_lines(file, start))
        except OSError:
            # Whoever reads the tail is told of it.
            return

    def _decoding_at(self, file: BinaryIO, start: int) -> OutputDecoding:
        return decoding_at(file, start, self.file.task_id, self.file.decoder, self._bounds.warm_up_bytes)

    @property
    def path(self) -> Path:
        return self.file.path

    @property
    def growing(self) -> OutputLine | None:
        return self._decoding.growing

    @property
    def at(self) -> str:
        """The latest moment that it told of."""
        return self._decoding.at

    @property
    def earlier(self) -> int:
        """Lines of the file that come before the first one here."""
        return self._start.number + self._start.within

    @property
    def chars(self) -> int:
        return self._chars

    # What comes

    def read(self, *, ended: bool) -> list[Timed]:
        """What was appended. ``ended``: nothing more is."""
        times_anew = self._tail.times_anew
        try:
            found = self._tail.read_placed(ended=ended)
        except OSError as error:
            return self._cannot(error)
        self._why_not = ""
        told = self._begin_anew() if self._tail.times_anew != times_anew else []
        for offset, line in found:
            told += self._keep(self._decoding.take(line), offset, self._next)
            self._next += 1
        if ended:
            # Where more comes nevertheless, its first line would have told it.
            told += self._keep(self._decoding.end(), self._tail.offset, self._next)
        self._decoding.grow()
        return told

    def _cannot(self, error: OSError) -> list[Timed]:
        """Told once."""
        why = f"cannot be read: {error.strerror or error}"
        before, self._why_not = self._why_not, why
        return [] if why == before else [(self.at, OutputLine("", self.file.task_id, Kind.ERROR, why))]

    def _begin_anew(self) -> list[Timed]:
        """It is another file: what was before the lines that are here is not there any more."""
        told = self._keep(self._decoding.end(), _NOWHERE, 0)
        at = self.at
        self._decoding = OutputDecoding(self.file.task_id, self.file.decoder())
        self._decoding.at = at
        self._start, self._next = Place(), 0
        self._offsets = array("q", [_NOWHERE] * len(self.lines))
        return told

    def _keep(self, told: list[Timed], offset: int, number: int) -> list[Timed]:
        for _, line in told:
            self.lines.append(line)
            self._offsets.append(offset)
            self._numbers.append(number)
            self._chars += len(line.text)
        return told

    # What goes

    @property
    def overfull(self) -> bool:
        """There is twice as much as is kept."""
        return len(self.lines) > 2 * self._bounds.lines or self._chars > 2 * self._bounds.chars

    def let_go(self) -> Sequence[OutputLine]:
        """All but the newest lines; returns those that are gone."""
        first, chars, bounds = len(self.lines), 0, self._bounds
        while first and len(self.lines) - first < bounds.lines and chars < bounds.chars:
            first -= 1
            chars += len(self.lines[first].text)
        gone = self.lines[:first]
        if gone:
            offset = self._offsets[first]
            within = next((n for n in range(first) if self._offsets[first - 1 - n] != offset), first)
            if within == first and self._start.offset == offset:
                within += self._start.within
            self._start = Place() if offset == _NOWHERE else Place(offset, self._numbers[first], within)
            self._cut(first)
            self._chars = chars
        return gone

    def _cut(self, first: int) -> None:
        del self.lines[:first], self._offsets[:first], self._numbers[:first]

    # What was before

    def read_back(self) -> tuple[list[Timed], Sequence[OutputLine]]:
        """The piece before the first line, and lines here that only repeat what it tells."""
        try:
            with self.path.open("rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self._tail.inode or status.st_size < self._tail.offset:
                    # The next look at what was appended finds that out.
                    return [], ()
                return self._piece(file)
        except OSError as error:
            # Nobody promises any more what cannot be read.
            self._start = Place()
            why = f"earlier lines cannot be read: {error.strerror or error}"
            return [("", OutputLine("", self.file.task_id, Kind.ERROR, why))], ()

    def _piece(self, file: BinaryIO) -> tuple[list[Timed], Sequence[OutputLine]]:
        end = self._start
        begin = line_start(file, end.offset - self._bounds.piece_bytes)
        decoding = self._decoding_at(file, begin)
        file.seek(begin)
        found = file.read(end.offset - begin).split(b"\n")[:-1]
        start = Place(begin, max(0, end.number - len(found)) if begin else 0)
        told: list[Timed] = []
        offsets, numbers = array("q"), array("q")
        offset = begin
        for number, line in enumerate(found, start.number):
            lines = decoding.take(line)
            told += lines
            offsets.extend([offset] * len(lines))
            numbers.extend([number] * len(lines))
            offset += len(line) + 1
        if end.within:
            file.seek(end.offset)
            lines = decoding.take(file.readline().removesuffix(b"\n"))[: end.within]
            told += lines
            offsets.extend([end.offset] * len(lines))
            numbers.extend([end.number] * len(lines))
        repeated = self._results() if decoding.spoke else ()
        self.lines[:0] = (line for _, line in told)
        self._offsets, self._numbers = offsets + self._offsets, numbers + self._numbers
        self._chars += sum(len(line.text) for _, line in told)
        self._start = start
        return told, repeated

    def _results(self) -> Sequence[OutputLine]:
        """Take the results out: they were told because nothing else was known to be said."""
        self._decoding.spoke = True
        results = [line for line in self.lines if line.kind == Kind.RESULT]
        if results:
            kept = [n for n, line in enumerate(self.lines) if line.kind != Kind.RESULT]
            self._chars -= sum(len(line.text) for line in results)
            self.lines = [self.lines[n] for n in kept]
            self._offsets = array("q", (self._offsets[n] for n in kept))
            self._numbers = array("q", (self._numbers[n] for n in kept))
        return results


def _count_lines(file: BinaryIO, until: int) -> int:
    """Newlines in the first ``until`` bytes: a count that costs no decoding. :raises OSError: it cannot be read."""
    count = 0
    file.seek(0)
    while until > 0 and (data := file.read(min(until, 1 << 20))):
        count += data.count(b"\n")
        until -= len(data)
    return count
