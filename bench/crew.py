"""A crew in a temporary place for the benches: plans of shell tasks, and the coordinator that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crew_core.model.plan import AgentPlan, Limits, RunPlan, TaskPlan
from crew_core.model.status import Access
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot

PATIENCE_S = 60.0


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
        created_at="2026-01-02T03:04:05.000Z",
        tasks=tasks,
        agents={"a": AgentPlan(name="a", program="shell", access=Access.READ)},
        limits=Limits(max_workers=len(tasks), machine_workers=max(8, len(tasks))),
    )
    write_snapshot(RealFs(), layout.plan, plan)
    return layout


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
