"""The run that is looked at, as slices: each the same object as before while nothing in it changed."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from crew_core.model.status import RunStatus
from crew_core.observe.liveness import liveness
from crew_core.observe.output import OutputReader
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.slices import (
    EventsSlice,
    Liveness,
    OutputSlice,
    RunSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_core.observe.watcher import Hints
from crew_core.store.layout import RunLayout

NO_RUN = RunSlice(SliceState.EMPTY, None, None, Liveness.UNKNOWN)
NO_TASKS = TasksSlice(SliceState.EMPTY, ())

_SNAPSHOTS = frozenset({"manifest.json", "tasks.json"})


def loading(run_dir: Path) -> dict[SliceName, object]:
    """What is shown of a run until it has been read."""
    run = RunSlice(SliceState.LOADING, run_dir, None, Liveness.UNKNOWN)
    return {SliceName.RUN: run, SliceName.TASKS: TasksSlice(SliceState.LOADING, ())}


class SelectedRun:
    """Owned by the store thread. ``read`` gives the slices that are new."""

    def __init__(self, run_dir: Path, task_id: str | None = None) -> None:
        """``task_id``: whose output; None for that of all tasks."""
        self.path = run_dir
        self._layout = RunLayout(run_dir)
        self._reader = RunReader(run_dir)
        self._output = OutputReader(run_dir, task_id)
        self._reading: RunReading | None = None
        self._live = Liveness.UNKNOWN
        self._run = NO_RUN
        self._tasks = NO_TASKS
        self._events: EventsSlice | None = None
        self._said: OutputSlice | None = None

    @property
    def task_id(self) -> str | None:
        return self._output.task_id

    @property
    def alive(self) -> bool:
        """Something may still happen to it without anybody's command."""
        return self._live in (Liveness.LIVE, Liveness.INTERRUPTED, Liveness.UNKNOWN)

    def show_output(self, task_id: str | None) -> None:
        """Whose output is to be read from now on."""
        if task_id != self._output.task_id:
            self._output = OutputReader(self.path, task_id)
            self._said = None

    def directories(self) -> Set[Path]:
        """What has to be watched for it."""
        return {self.path, *(path.parent for path in self._output.paths())}

    def concerned_by(self, hints: Hints) -> bool:
        if hints.everything:
            return True
        mine = self.directories()
        return any(path in mine or path.parent in mine for path in hints.paths)

    def read(self, hints: Hints) -> dict[SliceName, object]:
        """Take in what the hints are about, and return the slices that changed."""
        rewritten = {self.path / name for name in _SNAPSHOTS}
        if self._reader.damaged and not rewritten.isdisjoint(hints.paths):
            self._reader.check_again()
        reading = self._reader.read()
        status = reading.state.run.status if reading.state else None
        self._live = self._liveness(reading, status)
        changes: dict[SliceName, object] = {}
        self._take_run(reading, changes)
        if reading is not self._reading:
            self._take_tasks(reading, changes)
            self._take_events(reading, changes)
        self._reading = reading
        said = self._output.read(reading.tasks)
        if said is not self._said:
            self._said = changes[SliceName.OUTPUT] = said
        return changes

    def _liveness(self, reading: RunReading, status: RunStatus | None) -> Liveness:
        if reading.gone:
            return Liveness.UNKNOWN
        # Before its first event a run waits for its coordinator.
        return liveness(self.path, RunStatus.QUEUED if status is None and not reading.problems else status)

    def _take_run(self, reading: RunReading, changes: dict[SliceName, object]) -> None:
        run = reading.state.run if reading.state else None
        why = "its directory is gone" if reading.gone else reading.why
        if self._live is Liveness.INTERRUPTED:
            why = "no coordinator works on it: resume"
        now = RunSlice(_state_of(reading), self.path, run, self._live, why, reading.problems)
        if now != self._run:
            self._run = changes[SliceName.RUN] = now

    def _take_tasks(self, reading: RunReading, changes: dict[SliceName, object]) -> None:
        before = self._tasks
        if reading.tasks is before.tasks and reading.reasons == before.reasons and before is not NO_TASKS:
            return
        state = SliceState.READY if reading.tasks else SliceState.EMPTY
        self._tasks = changes[SliceName.TASKS] = TasksSlice(state, reading.tasks, reading.reasons)

    def _take_events(self, reading: RunReading, changes: dict[SliceName, object]) -> None:
        before = self._events
        if before is not None and before.log is reading.log and before.count == reading.count:
            return
        state = SliceState.READY if reading.count else SliceState.EMPTY
        self._events = changes[SliceName.EVENTS] = EventsSlice(state, reading.log, reading.count)


def _state_of(reading: RunReading) -> SliceState:
    if reading.gone or (reading.state is None and reading.problems):
        return SliceState.ERROR
    if reading.state is None:
        return SliceState.EMPTY
    return SliceState.PARTIAL if reading.problems else SliceState.READY
