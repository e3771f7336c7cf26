"""``events.jsonl`` of a run: followed by what is appended, and folded into a trail."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec

from crew_core.model.events import Event, EventMetadata
from crew_core.observe.picrew import contained, fields
from crew_core.observe.picrew.appended import AppendedLines, Line
from crew_core.observe.picrew.fields import Malformed
from crew_core.observe.picrew.places import EVENTS, SEQUENCE
from crew_core.observe.picrew.trail import Trail
from crew_core.observe.slices import AppendLog, Problem

_decode = msgspec.json.Decoder(Event).decode

#: What the end of a journal needs to say who was running last; a run of 100 tasks ends within it.
END_BYTES = 131_072

#: Problems of one file that are told one by one; a file of garbage has as many as it has lines.
_TOLD = 20


def event_from(data: bytes, run_id: str, index: int) -> Event:
    """One line. What has fields of the wrong type is kept as far as it can be understood.

    :raises Malformed: it is no JSON object, or has no type.
    """
    try:
        return _decode(data)
    except (RecursionError, ValueError):
        record = fields.decoded_record(data)
    kind = fields.text(record, "type")
    if not kind:
        raise Malformed("it is no event")
    metadata = fields.inner(record, "metadata")
    seq = fields.whole(metadata, "seq")
    return Event(
        time=fields.text(record, "time"),
        type=kind,
        run_id=fields.text(record, "runId") or run_id,
        # pi-crew reads a missing number as that of the line.
        metadata=EventMetadata(seq=index if seq is None else seq, provenance=fields.text(metadata, "provenance")),
        task_id=fields.maybe(record, "taskId"),
        message=fields.maybe(record, "message"),
        data=dict(fields.inner(record, "data")),
    )


class PicrewJournal:
    """``log`` and ``trail`` are new objects after the file was replaced (pi-crew does so to shorten it)."""

    def __init__(self, run_dir: Path) -> None:
        self.path = run_dir / EVENTS
        self.log: AppendLog[Event] = AppendLog()
        self.trail = Trail()
        self._run_dir = run_dir
        self._lines = AppendedLines(run_dir, EVENTS)
        self._restarts = 0
        self._bad: list[Problem] = []
        self._bad_count = 0
        self._read_problem: Problem | None = None
        self._announced = 0

    @property
    def bytes_read(self) -> int:
        return self._lines.bytes_read

    @property
    def restarts(self) -> int:
        """How often it was read anew."""
        return self._restarts

    @property
    def missing(self) -> bool:
        return self._lines.missing

    @property
    def whole(self) -> bool:
        """It begins with the first event and nothing in it was unreadable."""
        return self.trail.first_seq == 1 and not self._bad and not self._lines.problems and not self._lines.waiting

    def read(self) -> bool:
        """Take in what was appended; whether anything was."""
        # Before the journal: pi-crew writes it after, so that it can never name an event that is not there yet.
        self._announced = _announced(self._run_dir)
        before = (len(self.log), self._restarts)
        try:
            lines = self._lines.read_new()
            self._read_problem = None
        except OSError as error:
            lines = []
            self._read_problem = Problem(self.path, f"cannot be read: {contained.why_not(error)}")
        if self._lines.restarts != self._restarts:
            self._restarts = self._lines.restarts
            self.log, self.trail = AppendLog(), Trail()
            self._bad, self._bad_count = [], 0
        for line in lines:
            self._take(line)
        return before != (len(self.log), self._restarts)

    def problems(self, *, ended: bool) -> tuple[Problem, ...]:
        """``ended``: nobody is going to finish the last line."""
        found = [*self._lines.problems, *self._bad]
        if self._read_problem is not None:
            found.append(self._read_problem)
        if self._bad_count > len(self._bad):
            found.append(Problem(self.path, f"{self._bad_count - len(self._bad)} more lines are damaged"))
        trail = self.trail
        if trail.first_seq > 1:
            found.append(Problem(self.path, f"begins with event {trail.first_seq}: what came before is gone"))
        if self._announced > trail.last_seq and not self._read_problem:
            what = f"ends with event {trail.last_seq}, but {self._announced} were written"
            found.append(Problem(self.path, what, trail.last_seq or None))
        if ended and self._lines.waiting:
            found.append(Problem(self.path, "ends in the middle of a line", trail.last_seq or None))
        return tuple(found)

    def _take(self, line: Line) -> None:
        try:
            event = event_from(line.data, self._run_dir.name, len(self.log) + 1)
        except Malformed as error:
            self._bad_count += 1
            if len(self._bad) < _TOLD:
                what = f"a line is damaged: {error} (line at byte {line.offset})"
                self._bad.append(Problem(self.path, what, self.trail.last_seq or None))
            return
        self.log.append(event)
        self.trail.take(event)


def _announced(run_dir: Path) -> int:
    """The number of the last event, as the file beside the journal has it; 0 when that cannot be read."""
    try:
        with contained.opened(run_dir, SEQUENCE) as descriptor:
            words = contained.read_whole(descriptor, 64).strip()
    except OSError:
        # The journal itself says what matters; without this file only a cut at a line's end goes unnoticed.
        return 0
    return int(words) if words.isdigit() and len(words) < 16 else 0


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """What the last part of the journal comes to: enough for a row of the list."""

    trail: Trail
    whole: bool


def journal_end(data: bytes, run_id: str) -> JournalEnd:
    """``data``: the last whole lines."""
    trail = Trail()
    lines = data.split(b"\n")
    whole = not lines[-1]
    for index, line in enumerate(lines[:-1]):
        try:
            trail.take(event_from(line, run_id, index + 1))
        except Malformed:
            # The run's own screen names each damaged line; its row needs what can be read.
            whole = False
    return JournalEnd(trail, whole and trail.first_seq == 1)
