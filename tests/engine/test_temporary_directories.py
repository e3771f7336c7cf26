"""The temporary directory of an attempt whose supervisor is lost is removed by whoever finds that out."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from crew_core.model.attempt import Claim
from crew_core.model.status import AttemptOutcome
from crew_core.store.snapshot import read_snapshot
from tests.engine.real_run import RealRun
from tests.engine.run_builders import task
from tests.engine.trial_run import TRIAL, trial_run

pytestmark = pytest.mark.usefixtures("no_process_left")

#: The first time it hangs in the middle of its work.
_HANGS_ONCE = """
echo KEY=secret > "$TMPDIR/left.log"
if mkdir once 2>/dev/null; then touch up; exec sleep 60; fi
echo done
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "T"
    made.mkdir()
    monkeypatch.setenv("TMPDIR", str(made))
    return made


def hanging(directory: Path) -> RealRun:
    """In the middle of its work, as the journal has it."""
    run = trial_run(directory, task("a", _HANGS_ONCE, agent=TRIAL, cwd=str(directory), retries=1)).start()
    run.until(lambda: (directory / "up").exists() and run.task("a").attempts[0].supervisor is not None)
    return run


def kill_supervisor(run: RealRun) -> None:
    supervisor = run.task("a").attempts[0].supervisor
    assert supervisor is not None
    os.kill(supervisor.pid, signal.SIGKILL)


def outcomes(run: RealRun) -> list[AttemptOutcome | None]:
    return [attempt.outcome for attempt in run.wait().tasks["a"].attempts]


def test_by_its_coordinator(tmp_path: Path, temporary: Path) -> None:
    run = hanging(tmp_path)
    assert [path.name for path in temporary.rglob("*.log")] == ["left.log"]
    kill_supervisor(run)
    assert outcomes(run) == [AttemptOutcome.LOST, AttemptOutcome.COMPLETED]
    assert not list(temporary.iterdir())


def test_by_a_coordinator_that_comes_later_and_has_another_place_for_temporary_files(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = hanging(tmp_path)
    run.kill()
    kill_supervisor(run)
    assert list(temporary.iterdir())
    monkeypatch.delenv("TMPDIR")
    run.start()
    assert outcomes(run) == [AttemptOutcome.LOST, AttemptOutcome.COMPLETED]
    assert not list(temporary.iterdir())


def test_never_one_that_somebody_else_has_written_into_its_claim(tmp_path: Path, temporary: Path) -> None:
    run = hanging(tmp_path)
    run.kill()
    files, project = run.layout.attempt("a", 1), tmp_path / "project"
    project.mkdir()
    said = read_snapshot(files.claim, Claim).temporary
    assert said is not None
    files.claim.write_text(files.claim.read_text().replace(said, str(project)))
    kill_supervisor(run)
    run.start()
    assert outcomes(run) == [AttemptOutcome.LOST, AttemptOutcome.COMPLETED]
    assert project.is_dir()
