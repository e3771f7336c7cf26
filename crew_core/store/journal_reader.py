"""Reading a whole journal, also a damaged one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crew_core.model.events import Event
from crew_core.store.errors import Corrupt
from crew_core.store.segments import ACTIVE_NAME, Line, closed_segments, file_id, lines_of, torn_from

_decode = msgspec.json.Decoder(Event).decode


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a journal that could not be read as it should be."""

    path: Path
    offset: int
    reason: str


OnProblem = Callable[[Problem], None]


def read_journal(run_dir: Path, on_problem: OnProblem | None = None) -> Iterator[Event]:
    """All events in order; none when there is no journal. A half-written last line is passed over in silence.

    With `on_problem` damage is reported there and reading goes on behind it; without, it ends the reading.
    :raises Corrupt: damage, when there is no `on_problem`.
    """
    check = SequenceCheck(on_problem or _raise)
    active = run_dir / ACTIVE_NAME
    # The active file is opened first: if it is closed meanwhile, it is found among the segments and not read
    # twice.
    try:
        fd = os.open(active, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        fd = None
    try:
        seen = set()
        for segment in closed_segments(run_dir):
            with open(segment.path, "rb") as file:
                seen.add(file_id(os.fstat(file.fileno())))
                data = file.read()
            yield from check.events(segment.path, data, 0, closed=True)
        if fd is not None and file_id(os.fstat(fd)) not in seen:
            with open(fd, "rb", closefd=False) as file:
                data = file.read()
            yield from check.events(active, data, 0, closed=False)
    finally:
        if fd is not None:
            os.close(fd)


class SequenceCheck:
    """Turns bytes of segments, given in order, into events, and reports what is wrong with them."""

    def __init__(self, on_problem: OnProblem) -> None:
        self._on_problem = on_problem
        self._last = 0
        #: The byte behind the last line that `events` has taken.
        self.end = 0

    def events(self, path: Path, data: bytes, offset: int, *, closed: bool) -> Iterator[Event]:
        """Events in `data`, which begins at `offset` of `path`.

        In the active file (`closed` False) a torn last line may still be completed or cut, so it is left for
        later.
        """
        self.end = offset
        whole = data if closed else data[: torn_from(data)]
        for line in lines_of(whole, offset):
            self.end = line.offset + len(line.text) + 1
            event = _event_of(line)
            if isinstance(event, str):
                self._on_problem(Problem(path, line.offset, event))
                # The lost line held one event; the gap that it leaves is no second problem.
                self._last += 1
                continue
            if event.seq != self._last + 1:
                self._on_problem(Problem(path, line.offset, f"event {event.seq} follows {self._last}"))
            self._last = event.seq
            yield event
        if closed and self.end < offset + len(data):
            self._on_problem(Problem(path, self.end, "a closed segment ends within a line"))


def _event_of(line: Line) -> Event | str:
    try:
        return _decode(line.text)
    except (ValueError, RecursionError) as error:
        return f"not an event: {error}"


def _raise(problem: Problem) -> None:
    raise Corrupt(problem.path, problem.reason, problem.offset)
