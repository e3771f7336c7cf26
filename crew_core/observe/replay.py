"""A run as it was at any moment: the same fold as the coordinator's, with resting places so that no jump is far."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from crew_core.model.events import Event
from crew_core.model.reduce import reduce_all
from crew_core.model.state import RunState
from crew_core.observe.picrew.formats import is_picrew_run
from crew_core.observe.picrew.journal import PicrewJournal
from crew_core.observe.picrew.trail import TASK_STATES
from crew_core.observe.reading import RunReader
from crew_core.observe.slices import AppendLog, Problem

#: Events between two kept states: folding so many takes a millisecond, and keeping a state of 500 tasks 20 KB.
EVERY = 128


Fold = Callable[[RunState | None, Sequence[Event]], RunState | None]


class Replay:
    """Folds every event once when it is made, about 5 µs for each. From then on it only computes."""

    def __init__(self, log: AppendLog[Event], count: int, every: int = EVERY, fold: Fold = reduce_all) -> None:
        """:param count: how many events of the log belong to it. :param fold: what a test counts."""
        self.events: Sequence[Event] = tuple(log.first(count))
        #: Numbers of events, from 0, that this version does not understand; they change nothing.
        self.unknown: frozenset[int] = frozenset()
        self._every = every
        self._fold = fold
        self._kept: list[RunState | None] = [None]
        self._last: tuple[int, RunState | None] = (-1, None)
        unknown: list[int] = []
        for start in range(0, count, every):
            state, passed = self._folded(self._kept[-1], self.events[start : start + every])
            self._kept.append(state)
            unknown += (start + number for number in passed)
        self.unknown = frozenset(unknown)

    def __len__(self) -> int:
        return len(self.events)

    def state_at(self, number: int) -> RunState | None:
        """The state right after the event with this number; None while no run has been created.

        :raises IndexError: there is no such event.
        """
        if not 0 <= number < len(self.events):
            raise IndexError(number)
        last, state = self._last
        if number != last:
            kept = (number + 1) // self._every
            start = kept * self._every
            if start <= last + 1 <= number:
                # Playing goes on from where it is.
                start = last + 1
            else:
                state = self._kept[kept]
            state, _ = self._folded(state, self.events[start : number + 1])
            self._last = (number, state)
        return state

    def _folded(self, state: RunState | None, events: Sequence[Event]) -> tuple[RunState | None, Sequence[int]]:
        """With the places of the events that are not understood."""
        try:
            return self._fold(state, events), ()
        except (msgspec.ValidationError, KeyError):
            passed: list[int] = []
            for place, event in enumerate(events):
                try:
                    state = self._fold(state, (event,))
                except (msgspec.ValidationError, KeyError):
                    passed.append(place)
            return state, passed


class EventReplay:
    """The events of a journal that pi-crew wrote: of its tasks they tell only starts, ends and changes."""

    def __init__(self, log: AppendLog[Event], count: int, problems: Sequence[Problem] = ()) -> None:
        """:param problems: what of the journal could not be read."""
        self.events: Sequence[Event] = tuple(log.first(count))
        self.problems = problems
        self._of_tasks: dict[str, list[int]] = {}
        for number, event in enumerate(self.events):
            if event.task_id and event.type in TASK_STATES:
                self._of_tasks.setdefault(event.task_id, []).append(number)

    def __len__(self) -> int:
        return len(self.events)

    def last_told(self, number: int) -> Sequence[int]:
        """The newest event on how each task stands, up to the event with this number; in the order of their first."""
        passed = ((numbers, bisect_right(numbers, number)) for numbers in self._of_tasks.values())
        return tuple(numbers[count - 1] for numbers, count in passed if count)


def replay_of(run_dir: Path) -> Replay | EventReplay:
    """The replay of a run, up to what stands in its journal now. Never raises for what is on disk."""
    if is_picrew_run(run_dir):
        journal = PicrewJournal(run_dir)
        journal.read()
        return EventReplay(journal.log, len(journal.log), journal.problems(ended=False))
    reading = RunReader(run_dir).read()
    return Replay(reading.log, reading.count)
