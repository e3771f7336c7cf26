"""An agent that prints more than it may is paused, says so, and can be ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.attempt import PauseCause, WorkerPhase
from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.worker.real_attempt import RealAttempt

pytestmark = pytest.mark.usefixtures("no_process_left")

CAP = 200_000
STEPS = [{"do": "flood", "size_bytes": 10_000_000}, {"do": "touch", "path": "never"}, {"do": "hang"}]


def paused(attempt: RealAttempt) -> bool:
    status = attempt.status()
    return status is not None and status.pause is PauseCause.OUTPUT_CAP


def test_the_cap_pauses_the_agent_and_says_so(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, STEPS, output_cap_bytes=CAP).start()
    attempt.until(lambda: paused(attempt))
    status = attempt.status()
    assert status is not None
    assert status.phase is WorkerPhase.PAUSED
    assert CAP <= status.output_bytes < CAP + 200_000
    assert [event.text for event in attempt.of_kind(Kind.PAUSED)] == ["output-cap"]
    result = attempt.cancel()
    assert not (attempt.work / "never").exists()
    assert result.output_bytes == attempt.files.transcript.stat().st_size == status.output_bytes
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED


def test_stderr_counts_too(tmp_path: Path) -> None:
    steps = [{**STEPS[0], "to": "stderr"}, *STEPS[1:]]
    attempt = RealAttempt.make(tmp_path, steps, output_cap_bytes=CAP).start()
    attempt.until(lambda: paused(attempt))
    attempt.cancel()
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED


def test_messages_are_taken_also_while_it_is_paused(tmp_path: Path) -> None:
    child = {"do": "child", "then": [{"do": "wait_for", "path": "go"}, {"do": "message", "id": "m1"}, {"do": "hang"}]}
    attempt = RealAttempt.make(tmp_path, [child, *STEPS], output_cap_bytes=CAP, heartbeat_s=0.05).start()
    attempt.until(lambda: paused(attempt))
    (attempt.work / "go").touch()
    attempt.until(lambda: (s := attempt.status()) is not None and s.messages == 1)
    assert paused(attempt)
    attempt.cancel()
