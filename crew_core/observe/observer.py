"""The store thread: waits for hints, reads what they are about, publishes the slices that changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from crew_core.observe.link import Link
from crew_core.observe.listing import RunIndex
from crew_core.observe.run_row import ROW_FILES
from crew_core.observe.slices import NO_RUN, NO_TASKS, Looked, RunsSlice, SliceName, SliceState
from crew_core.observe.stopped import stopped
from crew_core.observe.tireless_thread import TirelessThread
from crew_core.observe.watcher import EVERYTHING, NO_HINTS, Backend, Hints

if TYPE_CHECKING:
    from crew_core.observe.selected import SelectedRun
    from crew_core.observe.tab_slices import LookBack

#: All hints may be lost: while a run is active it is looked at again after this.
ACTIVE_LOOK_S = 2.0

#: The same for the directories of runs while nothing is active; no file of a run is touched then.
IDLE_LOOK_S = 5.0

#: The first change is told at once; what follows within this time is gathered. Under one frame of the screen.
GATHER_S = 0.012

#: Rows of the first list: as many as a high screen shows. The rest is read when that is painted, in portions between
#: which other requests are carried out.
FIRST_ROWS = 50
MORE_ROWS = 500

Find = Callable[[], Sequence[Path]]
LookAround = Callable[[], Looked]
Publish = Callable[[dict[SliceName, object]], None]


class Observer(TirelessThread):
    """Methods may be called from any thread and return at once; all reading happens in the store thread."""

    def __init__(
        self,
        find: Find,
        publish: Publish,
        *,
        runs: Sequence[Path] = (),
        around: LookAround | None = None,
        backend: str = Backend.AUTO,
    ) -> None:
        """:param find: gives the directories that hold runs; called in the store thread, as are the others.
        :param runs: single runs besides.
        :param around: what is to be told when there are no runs at all; asked only then.
        """
        super().__init__("store")
        self._find = find
        self._around = around
        self._single = tuple(runs)
        self._roots: tuple[Path, ...] = ()
        self._publish = publish
        self._link = Link(Backend(backend), lambda link: publish({SliceName.LINK: link}))
        self._index = RunIndex(self._roots, self._single)
        self._runs = RunsSlice(SliceState.LOADING, (), 0)
        self._listed: frozenset[Path] = frozenset()
        self._active: frozenset[Path] = frozenset()
        #: The newest rows are on the screen: there is time for the others.
        self._reading_on = False
        #: How many rows are wanted by now.
        self._rows = FIRST_ROWS
        #: The run that was asked for; it is the selected one unless its reading fails.
        self._wanted: Path | None = None
        self._selected: SelectedRun | None = None
        self._shown: frozenset[SliceName] = frozenset()
        self._in_sight: frozenset[Path] = frozenset()
        self._changes: dict[SliceName, object] = {}
        self._root_stamps: tuple[int, ...] = ()
        self._looked_at = 0.0

    def select(self, run_dir: Path | None) -> None:
        """The run that is looked at from now on."""
        self._ask(lambda: self._select(run_dir))

    def show_output(self, task_id: str | None) -> None:
        """Whose output of the selected run; None for that of all tasks."""
        self._ask(lambda: self._of_selected(lambda run: run.show_output(task_id)))

    def look_back(self, at: LookBack) -> None:
        """What of the output is looked at from now on."""
        self._ask(lambda: self._of_selected(lambda run: run.look_back(at)))

    def show(self, names: Set[SliceName]) -> None:
        """What of the selected run is in sight; the rest is not read."""
        self._ask(lambda: self._show(names))

    def look_closely(self, runs: Set[Path]) -> None:
        """The listed runs that are in sight: they are watched, as active ones are in any case."""
        self._ask(lambda: self._look_closely(runs))

    def look_at(self, find: Find, runs: Sequence[Path] = (), around: LookAround | None = None) -> None:
        """List the runs of other directories, and these single ones, from now on. For ``around`` see ``__init__``."""
        self._ask(lambda: self._look_at(find, runs, around))

    def read_on(self) -> None:
        """Read the rest of the list of runs. Until then only the newest rows are read."""
        self._ask(self._read_on)

    def refresh(self) -> None:
        """Read everything again now."""
        self._ask(self._refresh)

    def _wake(self) -> None:
        self._link.wake()

    # From here on: the store thread

    def _shut(self) -> None:
        self._link.close()

    def _failed(self, error: Exception) -> None:
        link = self._link.tell_stale(error)
        known = self._selected.run if self._selected is not None else NO_RUN
        self._publish(stopped(self._runs, known, self._wanted, link))

    def _begin(self) -> None:
        """Read everything, again if reading failed: then what was asked for meanwhile may be what helps."""
        before, self._changes = self._selected, {}
        if self._failures:
            self._carry_out()
        self._look_at(self._find, self._single, self._around, self._rows)
        if self._wanted is not None and self._selected is before:
            same = before is not None and before.path == self._wanted
            self._begin_with(self._wanted, before.task_id if before and same else None, again=True)
        self._tell()
        self._link.open()
        self._look(NO_HINTS)

    def _turn(self) -> None:
        """Sleep until there is something, then look at it."""
        if self._reading_on and not self._index.complete:
            self._read_more()
        more = self._reading_on and not self._index.complete
        left = 0.0 if more else self._looked_at + self._patience() - time.monotonic()
        hints = NO_HINTS if self._requests else self._link.wait(left)
        self._look(hints | self._overdue())
        if hints:
            self._gather()

    def _gather(self) -> None:
        """A busy run is told of once in a while, a person's request at once."""
        until = time.monotonic() + GATHER_S
        while (left := until - time.monotonic()) > 0 and not self._requests:
            if self._closed.wait(left):
                return

    def _patience(self) -> float:
        busy = self._active or (self._selected is not None and self._selected.alive)
        return ACTIVE_LOOK_S if busy else IDLE_LOOK_S

    def _overdue(self) -> Hints:
        """From time to time what may have changed without a hint."""
        if time.monotonic() < self._looked_at + self._patience():
            return NO_HINTS
        self._looked_at = time.monotonic()
        paths = {path / name for path in self._active for name in ROW_FILES}
        if self._selected is not None and self._selected.alive:
            paths.add(self._selected.path)
        stamps = tuple(_modified(root) for root in self._roots)
        if stamps != self._root_stamps or self._runs.problems:
            paths.update(self._roots)
        return Hints(frozenset(paths))

    def _look(self, hints: Hints) -> None:
        """Carry out requests, take the hints in, publish. What is newly watched is read once more behind the watch."""
        self._carry_out()
        while True:
            self._take_in(hints)
            added = self._watch_what_is_shown()
            self._tell()
            if not added or self._closed.is_set():
                return
            hints = Hints(frozenset(added))

    def _take_in(self, hints: Hints) -> None:
        if hints:
            self._take_runs(hints)
        selected = self._selected
        if selected is not None and selected.concerned_by(hints):
            self._changes |= selected.read(hints)

    def _take_runs(self, hints: Hints) -> None:
        names = hints.everything or any(self._lists(path) for path in hints.paths)
        changed = {path.parent for path in hints.paths if path.name in ROW_FILES} | hints.paths
        if names:
            self._root_stamps = tuple(_modified(root) for root in self._roots)
        looked = changed & self._listed
        if not names and not looked:
            return
        self._take_rows(self._index.read(self._rows, None if hints.everything else looked, names=names))

    def _take_rows(self, runs: RunsSlice) -> None:
        if runs is not self._runs:
            self._runs = runs
            looked = self._around() if self._around and not runs.total else None
            self._changes[SliceName.RUNS] = replace(runs, looked=looked) if looked else runs
            self._listed = frozenset(row.path for row in runs.rows)
            self._active = frozenset(row.path for row in runs.rows if row.status is not None and not row.status.ended)

    def _read_more(self) -> None:
        self._rows += MORE_ROWS
        self._take_rows(self._index.read(self._rows, (), names=False))
        self._tell()

    def _lists(self, path: Path) -> bool:
        """Whether a change of `path` can mean that there are other runs than before."""
        return any(root in (path, path.parent) or path in root.parents for root in self._roots)

    def _watch_what_is_shown(self) -> frozenset[Path]:
        """Watch the directories of runs, of the runs in sight and the active ones; returns the new ones."""
        selected = self._selected.directories() if self._selected is not None else frozenset()
        return self._link.watch({_nearest(root) for root in self._roots} | self._active | self._in_sight | selected)

    def _tell(self) -> None:
        changes, self._changes = self._changes, {}
        if changes and not self._closed.is_set():
            self._publish(changes)

    # Requests

    def _select(self, run_dir: Path | None) -> None:
        if run_dir is None:
            self._selected = self._wanted = None
            self._changes |= {SliceName.RUN: NO_RUN, SliceName.TASKS: NO_TASKS}
        elif self._wanted != run_dir:
            self._begin_with(run_dir, None)

    def _begin_with(self, run_dir: Path, task_id: str | None, *, again: bool = False) -> None:
        """:param again: it is what stands on the screen, and stays there until it has been read."""
        # The list of runs is on the screen before what reads a run is imported.
        from crew_core.observe.selected import SelectedRun, loading

        self._wanted = run_dir
        if not again:
            # A long journal takes a moment; until then nothing of the former run may stand there.
            self._publish(loading(run_dir))
        selected = SelectedRun(run_dir, task_id, self._shown)
        self._changes |= selected.read(NO_HINTS)
        # Until here what stands on the screen is of the former one.
        self._selected = selected

    def _of_selected(self, asked: Callable[[SelectedRun], dict[SliceName, object]]) -> None:
        if self._selected is not None:
            self._changes |= asked(self._selected)

    def _show(self, names: Set[SliceName]) -> None:
        self._shown = frozenset(names)
        self._of_selected(lambda run: run.show(names))

    def _read_on(self) -> None:
        self._reading_on = True

    def _look_closely(self, runs: Set[Path]) -> None:
        self._in_sight = frozenset(runs)

    def _look_at(self, find: Find, runs: Sequence[Path], around: LookAround | None, rows: int = FIRST_ROWS) -> None:
        self._find, self._single, self._around = find, tuple(runs), around
        self._roots = tuple(find())
        self._link.place = self._roots[0] if self._roots else Path()
        self._index, self._rows = RunIndex(self._roots, self._single), rows
        self._take_runs(EVERYTHING)

    def _refresh(self) -> None:
        if self._selected is not None:
            self._begin_with(self._selected.path, self._selected.task_id, again=True)
        # As many rows as stand on the screen: none of them is to vanish for a moment.
        self._look_at(self._find, self._single, self._around, self._rows)


def _nearest(directory: Path) -> Path:
    """Itself, or what is above it until it is made."""
    return next((each for each in (directory, *directory.parents) if os.path.isdir(each)), Path("/"))


def _modified(directory: Path) -> int:
    try:
        return directory.stat().st_mtime_ns
    except OSError:
        return 0
