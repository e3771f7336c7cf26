"""The list of runs: names newest first, and of each run only its head."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from crew_core.model.attempt import PauseCause
from crew_core.model.plan import RunPlan
from crew_core.model.state import Run
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.liveness import liveness
from crew_core.observe.slices import Liveness, Problem, RunRow, RunsSlice, SliceState
from crew_core.store.errors import StoreError
from crew_core.store.layout import RunLayout, is_safe_id
from crew_core.store.snapshot import read_snapshot

#: More rows than anybody scrolls through; the total is exact all the same.
ROWS = 200

_Stamp = tuple[int, int, int]
_NONE: _Stamp = (0, 0, 0)


class _AttemptHead(msgspec.Struct, frozen=True, rename="camel"):
    pause: PauseCause | None = None


class _TaskHead(msgspec.Struct, frozen=True, rename="camel"):
    """What the list needs of a task; the rest is not decoded."""

    id: str
    status: TaskStatus
    attempts: tuple[_AttemptHead, ...] = ()


class _TasksHead(msgspec.Struct, frozen=True, rename="camel"):
    seq: int
    tasks: tuple[_TaskHead, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """A row without liveness, which no file stamp can tell."""

    stamps: tuple[_Stamp, ...]
    row: RunRow


class RunIndex:
    """Rows of all runs below some directories. Owned by one thread; keeps what it read until a file changes."""

    def __init__(self, roots: Sequence[Path], extra: Iterable[Path] = ()) -> None:
        """``extra``: run directories elsewhere."""
        self._roots = tuple(roots)
        self._extra = tuple(extra)
        self._heads: dict[Path, _Head] = {}
        self._rows: dict[Path, RunRow] = {}
        self._last: RunsSlice | None = None

    def paths(self) -> tuple[list[Path], list[Problem]]:
        """Run directories, newest first: ids begin with the time."""
        found: dict[str, Path] = {path.name: path for path in self._extra if path.is_dir()}
        problems = []
        for root in self._roots:
            try:
                names = [entry.name for entry in root.iterdir()]
            except FileNotFoundError:
                continue
            except OSError as error:
                problems.append(Problem(root, f"cannot be read: {error.strerror or error}"))
                continue
            found.update((name, root / name) for name in names if is_safe_id(name) and (root / name).is_dir())
        return [found[name] for name in sorted(found, reverse=True)], problems

    def read(self, limit: int | None = ROWS, changed: Collection[Path] | None = None) -> RunsSlice:
        """The list. With ``changed`` only those runs are looked at again; the others keep their rows."""
        paths, problems = self.paths()
        shown = paths if limit is None else paths[:limit]
        rows = tuple(self._row(path, looked=changed is None or path in changed) for path in shown)
        for path in self._heads.keys() - set(shown):
            del self._heads[path]
            self._rows.pop(path, None)
        state = SliceState.PARTIAL if problems else SliceState.READY if rows else SliceState.EMPTY
        last = self._last
        if (
            last is not None
            and (last.state, last.total, last.problems) == (state, len(paths), tuple(problems))
            and len(last.rows) == len(rows)
            and all(a is b for a, b in zip(last.rows, rows, strict=True))
        ):
            return last
        self._last = RunsSlice(state, rows, len(paths), tuple(problems))
        return self._last

    def _row(self, path: Path, *, looked: bool) -> RunRow:
        known = self._rows.get(path)
        if known is not None and not looked:
            return known
        head = self._head(path)
        row = _with_liveness(head.row)
        if row == known:
            return known
        self._rows[path] = row
        return row

    def _head(self, path: Path) -> _Head:
        layout = RunLayout(path)
        stamps = (_stamp(layout.manifest), _stamp(layout.tasks), _stamp(layout.plan))
        known = self._heads.get(path)
        if known is not None and known.stamps == stamps:
            return known
        head = _Head(stamps, _read_row(layout))
        self._heads[path] = head
        return head


def list_runs(roots: Sequence[Path], limit: int | None = None, statuses: Collection[RunStatus] = ()) -> RunsSlice:
    """The list, read once, for the command line. With ``statuses`` only runs in one of them."""
    everything = RunIndex(roots).read(None if statuses else limit)
    if not statuses:
        return everything
    rows = [row for row in everything.rows if row.status in statuses]
    return RunsSlice(everything.state, tuple(rows[:limit]), len(rows), everything.problems)


def row_of(run_dir: Path) -> RunRow:
    """The row of one run."""
    return _with_liveness(_read_row(RunLayout(run_dir)))


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        # Missing or forbidden: reading it will say which.
        return _NONE
    return (found.st_ino, found.st_size, found.st_mtime_ns)


def _read_row(layout: RunLayout) -> RunRow:
    try:
        run = read_snapshot(layout.manifest, Run)
    except FileNotFoundError:
        return _planned_row(layout)
    except (OSError, StoreError) as error:
        return _unknown_row(layout, f"manifest.json: {error}")
    try:
        tasks = read_snapshot(layout.tasks, _TasksHead).tasks
        problem = ""
    except (OSError, StoreError) as error:
        tasks, problem = (), f"tasks.json is damaged: {error}"
    done = sum(1 for task in tasks if task.status.ended)
    running = sum(1 for task in tasks if task.status is TaskStatus.RUNNING)
    paused = [task.id for task in tasks if task.attempts and task.attempts[-1].pause is not None]
    waiting = [task.id for task in tasks if task.status is TaskStatus.WAITING]
    why = f"{paused[0]} is paused" if paused else f"{waiting[0]} waits for you" if waiting else run.summary or ""
    return RunRow(
        run_id=run.run_id,
        path=layout.root,
        project=run.project_root or run.cwd,
        team=run.team,
        workflow=run.workflow,
        goal=run.goal,
        status=run.status,
        live=Liveness.UNKNOWN,
        created_at=run.created_at,
        updated_at=run.updated_at,
        finished_at=run.finished_at,
        done=done,
        total=len(tasks),
        running=running,
        needs_you=bool(paused or waiting) or run.status is RunStatus.BLOCKED,
        why=why,
        problem=problem,
    )


def _planned_row(layout: RunLayout) -> RunRow:
    """A run whose coordinator has written nothing yet."""
    try:
        plan = read_snapshot(layout.plan, RunPlan)
    except (OSError, StoreError) as error:
        return _unknown_row(layout, f"neither manifest.json nor workflow.json can be read: {error}")
    return RunRow(
        run_id=plan.run_id,
        path=layout.root,
        project=plan.project_root or plan.cwd,
        team=plan.team,
        workflow=plan.workflow,
        goal=plan.goal,
        status=RunStatus.QUEUED,
        live=Liveness.UNKNOWN,
        created_at=plan.created_at,
        updated_at=plan.created_at,
        finished_at=None,
        done=0,
        total=len(plan.tasks),
        running=0,
        needs_you=False,
        why="waits for its coordinator",
    )


def _unknown_row(layout: RunLayout, problem: str) -> RunRow:
    return RunRow(
        run_id=layout.run_id,
        path=layout.root,
        project="",
        team="",
        workflow="",
        goal="",
        status=None,
        live=Liveness.UNKNOWN,
        created_at="",
        updated_at="",
        finished_at=None,
        done=0,
        total=0,
        running=0,
        needs_you=False,
        problem=problem.splitlines()[0],
    )


def _with_liveness(row: RunRow) -> RunRow:
    live = liveness(row.path, row.status)
    interrupted = live is Liveness.INTERRUPTED
    why = "no coordinator works on it: resume" if interrupted else row.why
    return replace(row, live=live, why=why, needs_you=row.needs_you or interrupted)
