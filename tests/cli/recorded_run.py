"""Runs on disk that no process ever worked on: their journals are written by the coordinator's own ledger."""

from __future__ import annotations

from pathlib import Path

from crew_core.engine.ledger import Ledger
from crew_core.model import events as e
from crew_core.model.plan import RunPlan
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store import artifacts
from crew_core.store.clock import SystemClock
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot
from tests.engine.run_builders import created, plan, task

FAILED = "team_20260102030405_00000000000000aa"
QUEUED = "team_20260102030406_00000000000000bb"

#: Raw output that would clear a terminal's screen.
NASTY = b"\x1b[2Jred \x1b[31malert\x1b[0m\nsecond\n"


def _ledger(runs: Path, of: RunPlan) -> Ledger:
    layout = RunLayout(runs / of.run_id)
    for directory in (layout.root, layout.artifacts, layout.attempts):
        ensure_directory(RealFs(), directory)
    write_snapshot(RealFs(), layout.plan, of)
    ledger = Ledger(layout, RealFs(), SystemClock())
    ledger.record(created(of))
    return ledger


def _attempt(
    ledger: Ledger, task_id: str, n: int, outcome: AttemptOutcome, *, spent: int = 0, usage: Usage | None = None
) -> None:
    cause = AttemptCause.FIRST if n == 1 else AttemptCause.RETRY
    worker = f"w-{task_id}-{n}"
    ledger.record(e.AttemptStarting(n=n, cause=cause, worker_id=worker, program="shell", retries_spent=spent), task_id)
    ended = e.AttemptEnded(n=n, outcome=outcome, code=outcome.value, usage=usage, model="big-model" if usage else None)
    ledger.record(ended, task_id)


def failed_run(runs: Path) -> Path:
    """``build`` completed with a result and usage, ``test`` failed twice, ``ship`` was skipped."""
    tasks = (task("build"), task("test", retries=1), task("ship", after=("test",)))
    ledger = _ledger(runs, plan(*tasks, run_id=FAILED))
    layout = RunLayout(runs / FAILED)
    ledger.record(e.RunRunning())
    usage = Usage(input=1200, output=300, cost=0.25)
    _attempt(ledger, "build", 1, AttemptOutcome.COMPLETED, usage=usage)
    _transcript(layout)
    stored = artifacts.record(RealFs(), layout.artifacts, "results/build.txt", b"built\n", "result", "build")
    ledger.record(e.TaskCompleted(result=stored, exit_code=0, usage=usage), "build")
    _attempt(ledger, "test", 1, AttemptOutcome.FAILED)
    _attempt(ledger, "test", 2, AttemptOutcome.FAILED, spent=1)
    ledger.record(e.TaskDeadLettered(attempts=2, last_error="exit status 1"), "test")
    error = "exit status 1: \x1b[31mE assert 1 == 2\x1b[0m"
    ledger.record(e.TaskFailed(code="exit_code(1)", error=error), "test", message=error)
    ledger.record(e.TaskSkipped(because="test"), "ship", message="test did not complete")
    summary = artifacts.record(RealFs(), layout.artifacts, "summary.md", b"# try it\n", "summary", "coordinator")
    ledger.record(e.ArtifactRecorded(artifact=summary))
    ledger.record(e.RunFailed(code="task_failed"), message="failed: test")
    _close(ledger)
    return layout.root


def _transcript(layout: RunLayout) -> None:
    import msgspec

    attempt = layout.attempt("build", 1)
    ensure_directory(RealFs(), attempt.root)
    attempt.transcript.write_bytes(NASTY)
    said = (AgentEvent(kind=Kind.STARTED, text="pid 1"), AgentEvent(kind=Kind.TEXT, text=NASTY.decode()))
    attempt.events.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in said))


def interrupted_run(runs: Path) -> Path:
    """``one`` runs, ``two`` waits for the directory, and no coordinator lives."""
    ledger = _ledger(runs, plan(task("one"), task("two"), run_id=QUEUED))
    ledger.record(e.RunRunning())
    starting = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    ledger.record(starting, "one")
    ledger.record(e.TaskHeld(hold=Hold(cause=HoldCause.DIRECTORY, by=f"{QUEUED}/one")), "two")
    _close(ledger)
    return runs / QUEUED


def _close(ledger: Ledger) -> None:
    ledger.commit()
    ledger.write_snapshots(now=True)
    ledger.close()
