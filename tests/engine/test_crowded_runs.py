"""Real runs where memory is short, and where programs are heavy to start."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.events import TaskHeld, payload_of
from crew_core.model.plan import Limits
from crew_core.model.state import HoldCause
from crew_core.model.status import RunStatus
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")

_GIB = 1 << 30
_MODULE = "tests.engine.crowded_machine"


def _held(run: RealRun) -> set[HoldCause]:
    payloads = (payload_of(event) for event in run.events())
    return {each.hold.cause for each in payloads if isinstance(each, TaskHeld) and each.hold is not None}


def test_where_there_is_memory_for_nobody_they_work_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_FREE_BYTES", "0")
    # Fails when it is not alone.
    alone = f'mkdir "{tmp_path}/here" && echo yes && rmdir "{tmp_path}/here"'
    tasks = [task(name, alone, agent="reader", retries=0) for name in "abc"]
    run = RealRun.make(tmp_path, plan(*tasks, limits=Limits(max_workers=3)), _MODULE)
    assert run.finish().run.status is RunStatus.COMPLETED, run.log()
    assert _held(run) == {HoldCause.MEMORY}


def test_the_next_heavy_program_starts_when_the_one_before_has_told_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIAL_FREE_BYTES", str(16 * _GIB))
    # Far longer than the test may take: only what the first one tells ends the wait.
    monkeypatch.setenv("TRIAL_START_S", "3600")
    first = f'echo begun; until [ -e "{tmp_path}/second" ]; do sleep 0.02; done'
    tasks = [task("a", first, agent="reader"), task("b", f'echo x >"{tmp_path}/second"; echo done', agent="reader")]
    run = RealRun.make(tmp_path, plan(*tasks, limits=Limits(max_workers=2)), _MODULE)
    assert run.finish().run.status is RunStatus.COMPLETED, run.log()
    assert _held(run) == {HoldCause.START_UP}
    assert [event.task_id for event in run.events() if event.type == "attempt.starting"] == ["a", "b"]
