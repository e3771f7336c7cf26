"""Whatever an agent starts, nothing of it lives when the end is reported."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import psutil
import pytest

from crew_core.model.attempt import WorkerStatus
from crew_core.model.commands import CommandKind, OutcomeCode
from crew_core.model.status import AttemptOutcome, RunStatus, TaskStatus
from crew_core.ops.control import Sender, Wanted
from crew_core.store.clock import SystemClock
from crew_core.store.identity import real_identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.lock import is_free
from crew_core.store.snapshot import read_snapshot
from crew_core.store.sweep import sweep
from tests import leftovers
from tests.awaiting import PATIENCE_S
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task
from tests.worker.bad_trees import HANG, TREES, UP, Steps
from tests.worker.real_attempt import RealAttempt, agent_script, wait_until

pytestmark = pytest.mark.usefixtures("no_process_left")

every_tree = pytest.mark.parametrize("tree", TREES.values(), ids=TREES)
Tree = Callable[[str], Steps]


def origin(directory: Path, test_id: str) -> leftovers.Origin:
    return leftovers.Origin(test_id, directory)


def grown(directory: Path, tree: Tree, **fields: object) -> RealAttempt:
    attempt = RealAttempt.make(directory, tree(str(directory / "work")), **fields)
    return attempt.start().until_there("up")


@every_tree
def test_a_cancel_returns_when_nothing_is_left(tmp_path: Path, test_id: str, tree: Tree) -> None:
    attempt = grown(tmp_path, tree)
    result = attempt.cancel()
    assert leftovers.living(origin(tmp_path, test_id)) == []
    assert (result.survivors, result.exit_code, result.signal) == (0, None, 9)
    assert result.ended_processes >= 2
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED


@pytest.mark.parametrize("name", ["holds stdout", "moving", "everything"])
def test_an_agent_that_ends_takes_its_tree_with_it(tmp_path: Path, test_id: str, name: str) -> None:
    steps = [step for step in TREES[name](str(tmp_path / "work")) if step not in (HANG, UP)]
    result = RealAttempt.make(tmp_path, [*steps, {"do": "exit", "code": 0}]).finish()
    assert leftovers.living(origin(tmp_path, test_id)) == []
    assert (result.survivors, result.exit_code) == (0, 0)
    assert result.ended_processes >= 1


@every_tree
def test_a_killed_supervisor_leaves_nothing_to_a_living_coordinator(tmp_path: Path, test_id: str, tree: Tree) -> None:
    run = _grown_run(tmp_path, tree)
    supervisor = run.task("a").attempts[-1].supervisor
    assert supervisor is not None
    assert real_identities().signal(supervisor, 9)
    state = run.wait()
    assert leftovers.living(origin(tmp_path, test_id)) == []
    assert state.run.status is RunStatus.FAILED
    assert state.tasks["a"].attempts[-1].outcome is AttemptOutcome.LOST


@pytest.mark.parametrize("name", ["deaf daemons", "holds stdout", "storm", "cleared environment"])
def test_a_resume_sweeps_what_a_dead_supervisor_had_seen(tmp_path: Path, test_id: str, name: str) -> None:
    attempt = grown(tmp_path, TREES[name], heartbeat_s=0.05)
    if name == "cleared environment":
        # It is known by the heartbeat alone: its session, environment and parent say nothing.
        attempt.until(lambda: any(_pid_of(tmp_path, test_id) == known.pid for known in attempt.status().tree))
    attempt.kill_supervisor()
    status = attempt.status()
    assert status is not None
    swept = sweep(real_identities(), status, status.worker_id)
    assert leftovers.living(origin(tmp_path, test_id)) == []
    # A storm may have been between two births, and then ended with its parent.
    assert swept >= 1 or name == "storm"


def test_what_can_escape_is_what_left_cleared_its_environment_and_came_after_the_last_heartbeat(
    tmp_path: Path, test_id: str
) -> None:
    attempt = grown(tmp_path, TREES["cleared environment"], heartbeat_s=3600.0)
    attempt.kill_supervisor()
    status = attempt.status()
    assert status is not None
    sweep(real_identities(), status, status.worker_id)
    left = leftovers.living(origin(tmp_path, test_id))
    assert len(left) == 1
    assert left[0].environ() == {}
    assert os.getsid(left[0].pid) != status.supervisor.pid
    left[0].kill()
    wait_until(lambda: leftovers.living(origin(tmp_path, test_id)) == [])


@pytest.mark.torture
@every_tree
def test_after_a_killed_supervisor_a_living_coordinator_needs_less_than_a_second(tmp_path: Path, tree: Tree) -> None:
    """From the SIGKILL to the event that counts what was left, by the clock that both read."""
    run = _grown_run(tmp_path, tree)
    supervisor = run.task("a").attempts[-1].supervisor
    assert supervisor is not None
    killed_at = SystemClock().now()
    assert real_identities().signal(supervisor, 9)
    run.wait()
    [ended] = [event for event in run.events() if event.type == "attempt.ended"]
    assert datetime.fromisoformat(ended.time) - killed_at < timedelta(seconds=1)


@every_tree
def test_a_cancelled_tree_is_cancelled_once_and_for_ever(tmp_path: Path, test_id: str, tree: Tree) -> None:
    run = _grown_run(tmp_path, tree, retries=3)
    cancel = Wanted(CommandKind.CANCEL, None, "enough")
    outcome = Sender().send(run.layout.root, cancel, PATIENCE_S)
    assert _agents_of(tmp_path, test_id) == []
    assert (outcome.code, outcome.survivors) == (OutcomeCode.DONE, 0)
    assert outcome.ended >= 2
    assert run.wait().run.status is RunStatus.CANCELLED
    again = Sender().send(run.layout.root, cancel, PATIENCE_S)
    assert again.ok
    assert again.code is not OutcomeCode.DONE
    run.until(lambda: is_free(run.layout.lock))
    types = run.types()
    assert [types.count(each) for each in ("run.cancelled", "task.cancelled", "attempt.starting")] == [1, 1, 1]
    assert (run.task("a").status, run.state().run.status) == (TaskStatus.CANCELLED, RunStatus.CANCELLED)


@pytest.mark.parametrize("name", TREES)
def test_a_resume_when_both_are_dead_leaves_none_of_the_tree_they_had_seen(
    tmp_path: Path, test_id: str, name: str
) -> None:
    run = _grown_run(tmp_path, TREES[name])
    worker = run.task("a").attempts[-1]
    status = AttemptLayout(run.layout.attempts / "a" / str(worker.n)).status
    if name in ("cleared environment", "everything"):
        # It is known by the heartbeat alone.
        run.until(
            lambda: _pid_of(tmp_path, test_id) in {known.pid for known in read_snapshot(status, WorkerStatus).tree}
        )
    run.kill()
    assert worker.supervisor is not None
    assert real_identities().signal(worker.supervisor, 9)
    outcome = Sender().send(run.layout.root, Wanted(CommandKind.RESUME), PATIENCE_S)
    assert outcome.ok, outcome
    # The task was started once more, and that one has ended too.
    run.until(lambda: run.state().run.status.ended and is_free(run.layout.lock))
    left = _agents_of(tmp_path, test_id)
    if name in ("moving", "everything"):
        # On a busy machine the one that is always another can get away, as the docs say; it ends with us.
        assert len(left) <= 1
        wait_until(lambda: not (_end(_agents_of(tmp_path, test_id)) or _moves(worker.worker_id)))
    else:
        assert left == []
    assert run.task("a").attempts[0].outcome is AttemptOutcome.LOST


def _grown_run(directory: Path, tree: Tree, retries: int = 0) -> RealRun:
    """A run whose one agent has its tree; when it is started once more, it ends at once."""
    work = directory / "work"
    work.mkdir()
    once = "if ! mkdir begun; then exit 0; fi\n"
    script = once + agent_script(tree(str(work)), directory / "scenario.json")
    run = RealRun.make(directory, plan(task("a", script, cwd=str(work), retries=retries))).start()
    run.until(lambda: (work / "up").exists() and run.task("a").attempts[-1].supervisor is not None)
    return run


def _moves(worker_id: str) -> bool:
    """Whether there is one that a look at all processes may miss, since it is always another."""
    youngest = real_identities().youngest_with_environment
    return any(youngest("CREW_WORKER_ID", worker_id) for _ in range(200))


def _end(processes: list[psutil.Process]) -> bool:
    """Whether there was anybody to end."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return bool(processes)


def _agents_of(directory: Path, test_id: str) -> list[psutil.Process]:
    """What lives without coordinator and supervisors, which have told their last and may still close their files."""
    found = leftovers.living(origin(directory, test_id))
    return [process for process in found if not {"crew_core.engine", "crew_core.worker"} & set(_command(process))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return ["crew_core.engine"]


def _pid_of(directory: Path, test_id: str) -> int | None:
    """The one that has no environment."""
    found = [p for p in leftovers.living(origin(directory, test_id)) if not p.environ()]
    return found[0].pid if found else None
