"""One run, read incrementally: the journal is folded by the coordinator's own reducer, each byte read once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crew_core.model.events import Event
from crew_core.model.explain import explain, explain_unattended
from crew_core.model.reduce import reduce_all
from crew_core.model.snapshots import TasksFile
from crew_core.model.state import Run, RunState, Task
from crew_core.observe.slices import AppendLog, Liveness, Problem
from crew_core.store import journal_reader
from crew_core.store.errors import StoreError
from crew_core.store.journal_tail import JournalTail
from crew_core.store.layout import RunLayout
from crew_core.store.run_format import newer_format
from crew_core.store.snapshot import read_snapshot


@dataclass(frozen=True, slots=True)
class RunReading:
    """What is known of the run. ``state`` None: nothing has happened yet, or nothing can be read."""

    state: RunState | None
    why: str
    reasons: Mapping[str, str]
    tasks: tuple[Task, ...]
    log: AppendLog[Event]
    count: int
    problems: tuple[Problem, ...]
    gone: bool = False
    #: A newer crew-tui has written the run, in words; empty otherwise.
    newer: str = ""

    def reasons_while(self, live: Liveness) -> Mapping[str, str]:
        """``reasons`` speaks of a run that a coordinator works on."""
        return explain_unattended(self.tasks, self.reasons) if live is Liveness.INTERRUPTED else self.reasons


class RunReader:
    """``read`` again after each hint of a change; when nothing changed it returns the very same reading."""

    def __init__(self, run_dir: Path) -> None:
        self._layout = RunLayout(run_dir)
        self._tail = JournalTail(run_dir, self._damaged)
        self._restarts = 0
        self._state: RunState | None = None
        self._log: AppendLog[Event] = AppendLog()
        self._journal_problems: list[Problem] = []
        #: Found by the reading under way, maybe in another file than the former ones.
        self._fresh: list[Problem] = []
        self._snapshot_problems: list[Problem] | None = None
        self._newer = ""
        self._last: RunReading | None = None

    @property
    def bytes_read(self) -> int:
        """Bytes of the journal that were read from disk so far."""
        return self._tail.bytes_read

    @property
    def damaged(self) -> bool:
        """A snapshot could not be read, and may be mended by the next write."""
        return bool(self._snapshot_problems) and not self._newer

    def check_again(self) -> None:
        """The snapshots were written anew: the next ``read`` looks whether they are whole."""
        self._snapshot_problems = None

    def read(self) -> RunReading:
        """Take in what was appended. Never raises for what is on disk: damage becomes a problem."""
        if self._snapshot_problems is None:
            self._snapshot_problems = self._check_snapshots()
        extra: list[Problem] = []
        try:
            events = self._tail.read_new()
        except OSError as error:
            events = []
            extra.append(Problem(self._layout.journal, f"cannot be read: {error.strerror or error}"))
        if self._tail.restarts != self._restarts:
            self._start_over()
        self._journal_problems += self._fresh
        self._fresh = []
        if events:
            self._take(events)
        gone = _gone(self._layout.root)
        problems = (*self._snapshot_problems, *self._journal_problems, *extra)
        last = self._last
        if last is not None and not events and last.problems == problems and last.gone == gone:
            return last
        self._last = self._reading(problems, gone)
        return self._last

    def _start_over(self) -> None:
        self._restarts = self._tail.restarts
        self._state = None
        self._log = AppendLog()
        self._journal_problems = []

    def _take(self, events: list[Event]) -> None:
        for event in events:
            self._log.append(event)
        try:
            self._state = reduce_all(self._state, events)
        except (msgspec.ValidationError, KeyError) as error:
            # One event of a shape that this version does not understand must not hide the others.
            self._state = self._one_by_one(events)
            self._journal_problems.append(Problem(self._layout.journal, f"an event is not understood: {error}"))

    def _one_by_one(self, events: list[Event]) -> RunState | None:
        state = self._state
        for event in events:
            try:
                state = reduce_all(state, (event,))
            except (msgspec.ValidationError, KeyError):
                continue
        return state

    def _damaged(self, problem: journal_reader.Problem) -> None:
        self._fresh.append(Problem(problem.path, f"{problem.reason} (byte {problem.offset})"))

    def _check_snapshots(self) -> list[Problem]:
        """The snapshots are not needed here, but a person should know when one is damaged, or the run is newer."""
        newer = newer_format(self._layout)
        if newer is not None:
            self._newer = newer.told
            return [Problem(newer.path, newer.told)]
        problems = []
        for path, kind in ((self._layout.manifest, Run), (self._layout.tasks, TasksFile)):
            try:
                read_snapshot(path, kind)
            except FileNotFoundError:
                continue
            except (OSError, StoreError) as error:
                problems.append(Problem(path, f"is damaged, shown from the journal instead: {_brief(error, path)}"))
        return problems

    def _reading(self, problems: tuple[Problem, ...], gone: bool) -> RunReading:
        state = self._state
        tasks = self._tasks(state)
        if state is None:
            return RunReading(None, "", {}, tasks, self._log, len(self._log), problems, gone, self._newer)
        words = explain(state)
        return RunReading(state, words.run, words.tasks, tasks, self._log, len(self._log), problems, gone, self._newer)

    def _tasks(self, state: RunState | None) -> tuple[Task, ...]:
        """The tasks in their order; the same tuple when every one of them is the same."""
        tasks = tuple(state.tasks.values()) if state else ()
        before = self._last.tasks if self._last else ()
        same = len(tasks) == len(before) and all(a is b for a, b in zip(tasks, before, strict=True))
        return before if same else tasks


def _gone(directory: Path) -> bool:
    """It is not there; one that cannot be looked at may be, on a file system that does not answer."""
    try:
        os.stat(directory)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _brief(error: Exception, path: Path) -> str:
    """Without the name of the file, which stands before it."""
    said = str(error).removeprefix(f"{path}: ")
    return said.splitlines()[0][:200] if said else type(error).__name__
