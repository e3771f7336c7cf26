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


#: Nothing is told before ``told`` is there, nothing ends before ``end`` is.
_SLOW = 'until [ -e "{0}/told" ]; do sleep 0.02; done; echo begun; until [ -e "{0}/end" ]; do sleep 0.02; done'


def _two(directory: Path) -> tuple[RealRun, RealRun]:
    """Two runs of one machine: a heavy program of the first one starts, the second one has not begun."""
    texts = (_SLOW.format(directory), "echo done")
    plans = [plan(task("a", text, agent="reader"), run_id=f"team_{i}_a") for i, text in enumerate(texts)]
    first, second = (RealRun.make(directory, each, _MODULE) for each in plans)
    first.start().until(lambda: "attempt.started" in first.types("a"))
    return first, second


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
    told = [event.message for event in run.events() if event.type == "task.held"]
    assert told == ["waits for another agent's start to be over"], "the journal has the words that status has"
    assert [event.task_id for event in run.events() if event.type == "attempt.starting"] == ["a", "b"]


@pytest.mark.parametrize(("cores", "cause"), [("1", HoldCause.START_UP), ("4", HoldCause.MEMORY)])
def test_a_heavy_program_waits_for_one_of_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: str, cause: HoldCause
) -> None:
    # For one of them, less the reserve. On four cores two may start at once.
    monkeypatch.setenv("TRIAL_FREE_BYTES", str(2 * _GIB))
    monkeypatch.setenv("TRIAL_START_S", "3600")
    monkeypatch.setenv("TRIAL_CORES", cores)
    first, second = _two(tmp_path)
    second.start().until(lambda: bool(_held(second)))
    (tmp_path / "told").touch()
    assert second.wait().run.status is RunStatus.COMPLETED, second.log()
    assert _held(second) == {cause}
    (tmp_path / "end").touch()
    assert first.wait().run.status is RunStatus.COMPLETED, first.log()


def test_nobody_waits_for_a_program_that_took_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAL_FREE_BYTES", str(16 * _GIB))
    monkeypatch.setenv("TRIAL_START_S", "1")
    first, second = _two(tmp_path)
    assert second.finish().run.status is RunStatus.COMPLETED, second.log()
    (tmp_path / "told").touch()
    (tmp_path / "end").touch()
    assert first.wait().run.status is RunStatus.COMPLETED, first.log()


def test_a_dead_coordinator_holds_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIAL_FREE_BYTES", str(16 * _GIB))
    monkeypatch.setenv("TRIAL_START_S", "3600")
    first, second = _two(tmp_path)
    second.start().until(lambda: bool(_held(second)))
    assert first.process is not None
    first.process.kill()
    assert second.wait().run.status is RunStatus.COMPLETED, second.log()
    (tmp_path / "told").touch()
    (tmp_path / "end").touch()
    first.process.wait()
    assert first.finish().run.status is RunStatus.COMPLETED, first.log()
