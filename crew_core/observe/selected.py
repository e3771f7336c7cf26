"""The run that is looked at, as slices: each the same object as before while nothing in it changed."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path

from crew_core.observe.output import OutputReader
from crew_core.observe.run_source import Known, source_of
from crew_core.observe.slices import (
    NO_RUN,
    NO_TASKS,
    EventsSlice,
    Liveness,
    RunSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_core.observe.tab_slices import HealthSlice, LookBack, MailSlice, OutputSlice, PlanSlice
from crew_core.observe.watcher import NO_HINTS, Hints


def loading(run_dir: Path) -> dict[SliceName, object]:
    """What is shown of a run until it has been read."""
    run = RunSlice(SliceState.LOADING, run_dir, None, Liveness.UNKNOWN)
    return {
        SliceName.RUN: run,
        SliceName.TASKS: TasksSlice(SliceState.LOADING, ()),
        SliceName.MAIL: MailSlice(SliceState.LOADING, ()),
        SliceName.HEALTH: HealthSlice(SliceState.LOADING, (), ""),
        SliceName.PLAN: PlanSlice(SliceState.LOADING, ()),
    }


class SelectedRun:
    """Owned by the store thread. ``read`` gives the slices that are new."""

    def __init__(self, run_dir: Path, task_id: str | None = None, shown: Set[SliceName] = frozenset()) -> None:
        """``task_id``: whose output; None for that of all tasks. ``shown``: see `show`."""
        self.path = run_dir
        self._source = source_of(run_dir)
        self._output = OutputReader(self._source.agent_file, task_id)
        self._shown = frozenset(shown)
        self._known: Known | None = None
        self._run = NO_RUN
        self._tasks = NO_TASKS
        self._last: dict[SliceName, object] = {}

    @property
    def run(self) -> RunSlice:
        """As it was read last."""
        return self._run

    @property
    def task_id(self) -> str | None:
        return self._output.task_id

    @property
    def alive(self) -> bool:
        """Something may still happen to it without anybody's command."""
        return self._run.live in (Liveness.LIVE, Liveness.INTERRUPTED, Liveness.UNKNOWN)

    def show(self, names: Set[SliceName]) -> dict[SliceName, object]:
        """What is in sight: of the other slices that need files of their own nothing is read."""
        self._shown = frozenset(names)
        return self.read(NO_HINTS)

    def show_output(self, task_id: str | None) -> dict[SliceName, object]:
        """Whose output is to be read from now on."""
        if task_id != self._output.task_id:
            self._output = OutputReader(self._source.agent_file, task_id)
            self._last.pop(SliceName.OUTPUT, None)
        return self.read(NO_HINTS)

    def look_back(self, at: LookBack) -> dict[SliceName, object]:
        """What of the output is looked at from now on."""
        self._output.look_back(at)
        return self.read(NO_HINTS)

    def directories(self) -> Set[Path]:
        """What has to be watched for it."""
        said = (path.parent for path in self._output.paths()) if SliceName.OUTPUT in self._shown else ()
        return {*self._source.watched(), *said}

    def concerned_by(self, hints: Hints) -> bool:
        if hints.everything:
            return True
        mine = self.directories()
        return any(path in mine or path.parent in mine for path in hints.paths)

    def read(self, hints: Hints) -> dict[SliceName, object]:
        """Take in what the hints are about, and return the slices that changed."""
        known = self._source.read(hints)
        changes: dict[SliceName, object] = {}
        if known is not self._known:
            self._known = known
            self._take_run(known, changes)
            self._take_tasks(known, changes)
            events = EventsSlice(_filled(known.count), known.log, known.count)
            self._put(SliceName.EVENTS, events, changes)
        for name in self._shown & _READ.keys():
            self._put(name, _READ[name](self, known), changes)
        return changes

    def _put(self, name: SliceName, slice: object, changes: dict[SliceName, object]) -> None:
        if self._last.get(name) != slice:
            self._last[name] = changes[name] = slice

    def _take_run(self, known: Known, changes: dict[SliceName, object]) -> None:
        now = RunSlice(
            state=_state_of(known),
            path=self.path,
            run=known.run,
            live=known.live,
            why=known.why,
            problems=known.problems,
            evidence=known.evidence,
            doubts=known.doubts,
            foreign=self._source.foreign,
            newer=known.newer,
            unread=known.unread,
            plan_waits=known.plan_waits,
        )
        if now != self._run:
            self._run = changes[SliceName.RUN] = now

    def _take_tasks(self, known: Known, changes: dict[SliceName, object]) -> None:
        before = self._tasks
        same = known.tasks is before.tasks and (known.reasons, known.task_doubts) == (before.reasons, before.doubts)
        if same and before is not NO_TASKS:
            return
        state = _filled(len(known.tasks))
        self._tasks = changes[SliceName.TASKS] = TasksSlice(state, known.tasks, known.reasons, known.task_doubts)

    def _said(self, known: Known) -> OutputSlice:
        return self._output.read(known.tasks)


#: Slices that are read only while somebody looks at them.
_READ: dict[SliceName, Callable[[SelectedRun, Known], object]] = {
    SliceName.OUTPUT: lambda selected, known: selected._said(known),
    SliceName.MAIL: lambda selected, known: selected._source.mail(),
    SliceName.HEALTH: lambda selected, known: selected._source.health(),
    SliceName.PLAN: lambda selected, known: selected._source.plan(),
}


def _filled(count: int) -> SliceState:
    return SliceState.READY if count else SliceState.EMPTY


def _state_of(known: Known) -> SliceState:
    if known.gone:
        return SliceState.ERROR
    if known.run is None and not known.problems:
        return SliceState.EMPTY
    if known.run is None and not (known.tasks or known.count):
        return SliceState.ERROR
    return SliceState.PARTIAL if known.problems else SliceState.READY
