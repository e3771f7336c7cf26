"""A crew in a temporary place for the benches: plans of shell tasks, and the coordinator that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crew_core.model.events import AttemptStarting, EventMetadata, RunCreated, RunRunning, TaskSeed, make_event
from crew_core.model.plan import AgentPlan, Limits, RunPlan, TaskPlan
from crew_core.model.reduce import reduce_all
from crew_core.model.snapshots import manifest_of
from crew_core.model.state import Run, RunState
from crew_core.model.status import Access, AttemptCause, RunStatus
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.journal import Journal
from crew_core.store.journal_reader import read_journal
from crew_core.store.layout import RunLayout, runs_root
from crew_core.store.snapshot import write_snapshot

PATIENCE_S = 60.0
AT = "2026-01-02T03:04:05.000Z"


@contextmanager
def place() -> Iterator[Path]:
    """A directory with a home of its own: nothing of the person's machine store is touched."""
    with tempfile.TemporaryDirectory(prefix="crew-bench-") as name:
        before = os.environ.get("XDG_STATE_HOME")
        os.environ["XDG_STATE_HOME"] = f"{name}/state"
        try:
            yield Path(name)
        finally:
            if before is None:
                del os.environ["XDG_STATE_HOME"]
            else:
                os.environ["XDG_STATE_HOME"] = before


def make_run(directory: Path, scripts: dict[str, str], number: int = 1) -> RunLayout:
    """A run whose tasks are independent read-only shell scripts, not started yet."""
    run_id = f"team_20260102030405_{number:016x}"
    layout = RunLayout(directory / run_id)
    ensure_directory(RealFs(), layout.root)
    tasks = tuple(
        TaskPlan(id=name, step_id=name, role="r", agent="a", text=text, cwd=str(directory), max_retries=0)
        for name, text in scripts.items()
    )
    plan = RunPlan(
        run_id=run_id,
        goal="bench",
        team="bench",
        workflow="bench",
        cwd=str(directory),
        created_at=AT,
        tasks=tasks,
        agents={"a": AgentPlan(name="a", program="shell", access=Access.READ)},
        limits=Limits(max_workers=len(tasks), machine_workers=max(8, len(tasks))),
    )
    write_snapshot(RealFs(), layout.plan, plan)
    return layout


def finished_runs(directory: Path, number: int) -> Path:
    """A project with so many completed runs; only what the list needs is on disk."""
    project = directory / "project"
    root = runs_root(project)
    root.mkdir(parents=True)
    first = datetime(2026, 1, 2, tzinfo=UTC)
    for index in range(number):
        began = first + timedelta(minutes=index)
        at = began.isoformat().replace("+00:00", "Z")
        run = Run(
            run_id=f"team_{began:%Y%m%d%H%M%S}_{index:016x}",
            team="bench",
            workflow="bench",
            goal=f"goal number {index}",
            status=RunStatus.COMPLETED,
            created_at=at,
            updated_at=at,
            finished_at=at,
            cwd=str(project),
        )
        (root / run.run_id).mkdir()
        write_snapshot(RealFs(), RunLayout(root / run.run_id).manifest, manifest_of(RunState(run)), durable=False)
    return project


def open_runs(directory: Path, number: int) -> Path:
    """A project with so many runs that are at work, all ours to write; the first one is to be followed."""
    project = directory / "open"
    for index in range(number):
        _open_run(runs_root(project), index, "follow me" if index == 0 else f"goal number {index}")
    return project


def open_attempt(directory: Path) -> tuple[Path, Path]:
    """A project with one run that has a running task, and the file of its normalized events: all ours to write."""
    project = open_runs(directory, 1)
    (run_dir,) = runs_root(project).iterdir()
    events = RunLayout(run_dir).attempt("t", 1).events
    events.parent.mkdir(parents=True)
    events.touch()
    return project, events


def _open_run(root: Path, number: int, goal: str) -> None:
    """A run with a running task, as its coordinator left it a moment ago."""
    layout = make_run(root, {"t": goal}, number)
    journal = Journal.open(RealFs(), layout.root)
    seed = TaskSeed(
        id="t", step_id="t", role="r", agent="a", program="shell", cwd="/", access=Access.READ, max_retries=0
    )
    created = RunCreated(goal=goal, team="bench", workflow="bench", cwd="/", created_at=AT, tasks=(seed,))
    started = AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    for seq, (payload, task_id) in enumerate(((created, None), (RunRunning(), None), (started, "t")), start=1):
        metadata = EventMetadata(seq=seq, epoch=1)
        journal.append(make_event(payload, time=AT, run_id=layout.run_id, task_id=task_id, metadata=metadata))
    journal.commit()
    state = reduce_all(None, read_journal(layout.root))
    assert state is not None
    write_snapshot(RealFs(), layout.manifest, manifest_of(state))


def start(layout: RunLayout) -> subprocess.Popen[bytes]:
    """The run's coordinator."""
    with layout.coordinator_log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "crew_core.engine", str(layout.root)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def wait_for(path: Path, contains: bytes = b"") -> float:
    """When ``path`` exists (and contains something), as ``time.perf_counter``.

    :raises TimeoutError: it does not come.
    """
    deadline = time.perf_counter() + PATIENCE_S
    while True:
        try:
            if contains in path.read_bytes():
                return time.perf_counter()
        except FileNotFoundError:
            pass
        if time.perf_counter() > deadline:
            raise TimeoutError(f"{path} did not come")
        time.sleep(0.001)
