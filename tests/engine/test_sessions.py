"""Which attempts go on with a conversation, and which begin anew."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from crew_core.model.attempt import AttemptSpec
from crew_core.model.commands import CommandKind
from crew_core.model.plan import Wants
from crew_core.model.status import AttemptCause, AttemptOutcome, RunStatus
from crew_core.ops import control
from crew_core.store.snapshot import read_snapshot
from tests.engine.real_run import RealRun
from tests.engine.run_builders import task
from tests.engine.trial_run import TRIAL, ask, trial_run
from tests.ops.crew_project import until_ended

pytestmark = pytest.mark.usefixtures("no_process_left")

#: The first time it hangs in the middle of its work; then it says which conversation it has gone on with.
_HANGS_ONCE = """
echo "!session s1"
if mkdir once 2>/dev/null; then touch up; exec sleep 60; fi
echo "resumed: $TRIAL_RESUMED"
"""


def spec(run: RealRun, n: int) -> AttemptSpec:
    return read_snapshot(run.layout.attempt("a", n).spec, AttemptSpec)


def prompt(run: RealRun, n: int) -> str:
    return run.layout.attempt("a", n).prompt.read_text()


def hanging(directory: Path, *, retries: int = 0) -> RealRun:
    made = task("a", _HANGS_ONCE, agent=TRIAL, cwd=str(directory), retries=retries)
    run = trial_run(directory, made).start()
    run.until(lambda: (directory / "up").exists() and "session" in run.layout.attempt("a", 1).events.read_text())
    return run


def test_a_correction_goes_on_with_the_conversation_and_is_short(tmp_path: Path) -> None:
    script = """
    echo "!session s1"
    if [ -z "$TRIAL_RESUMED" ]; then echo "no verdict"; else echo "VERDICT: PASS"; fi
    """
    made = task("a", script, agent=TRIAL, cwd=str(tmp_path), wants=Wants.VERDICT)
    run = trial_run(tmp_path, made)
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED, run.log()
    first, second = state.tasks["a"].attempts
    assert (second.cause, second.resume) == (AttemptCause.CONTINUE, first.session)
    assert state.tasks["a"].retries_spent == 0
    assert spec(run, 2).resume == first.session
    assert "was refused" in prompt(run, 2)
    assert "# Project" in prompt(run, 1)
    assert "# Project" not in prompt(run, 2)
    assert "It ended with" not in prompt(run, 2)


def test_a_retry_after_a_lost_attempt_goes_on_with_it_and_spends_a_retry(tmp_path: Path) -> None:
    run = hanging(tmp_path, retries=1)
    run.until(lambda: run.task("a").attempts[0].supervisor is not None)
    supervisor = run.task("a").attempts[0].supervisor
    assert supervisor is not None
    os.kill(supervisor.pid, signal.SIGKILL)
    state = run.wait()
    lost, second = state.tasks["a"].attempts
    assert lost.outcome is AttemptOutcome.LOST
    assert (second.cause, state.tasks["a"].retries_spent) == (AttemptCause.RETRY, 1)
    assert second.resume is not None
    assert second.resume.id == "s1"
    assert "resumed: s1" in run.result("a")
    assert prompt(run, 2).startswith("# Go on")


def test_resume_after_a_cancel_goes_on_and_spends_no_retry(tmp_path: Path) -> None:
    run = hanging(tmp_path)
    assert control.cancel(run.layout.root).ok
    run.wait()
    assert ask(run, CommandKind.RESUME).ok
    assert until_ended(run) == "completed"
    task_a = run.task("a")
    assert (task_a.attempts[1].cause, task_a.retries_spent) == (AttemptCause.CONTINUE, 0)
    assert "resumed: s1" in run.result("a")


def test_retry_of_what_was_cancelled_begins_anew(tmp_path: Path) -> None:
    run = hanging(tmp_path)
    assert control.cancel(run.layout.root).ok
    run.wait()
    assert ask(run, CommandKind.RETRY).ok
    assert until_ended(run) == "completed"
    assert run.task("a").attempts[1].cause is AttemptCause.FIRST
    assert spec(run, 2).resume is None
    assert prompt(run, 2) == prompt(run, 1)


def test_a_conversation_whose_first_prompt_is_not_the_same_is_not_gone_on_with(tmp_path: Path) -> None:
    run = hanging(tmp_path)
    first = run.layout.attempt("a", 1).prompt
    first.write_text(first.read_text() + "and more\n")
    assert control.cancel(run.layout.root).ok
    run.wait()
    assert ask(run, CommandKind.RESUME).ok
    assert until_ended(run) == "completed"
    assert spec(run, 2).resume is None


def test_a_retry_after_a_failure_begins_anew(tmp_path: Path) -> None:
    script = 'echo "!session s1"; if mkdir once 2>/dev/null; then exit 3; fi; echo "resumed: $TRIAL_RESUMED"'
    run = trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path), retries=1))
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED
    assert state.tasks["a"].attempts[1].resume is None
