"""Whatever an agent starts, nothing of it lives when the end is reported."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.model.status import AttemptOutcome, RunStatus
from crew_core.store.identity import real_identities
from crew_core.store.sweep import sweep
from tests import leftovers
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
    work = tmp_path / "work"
    work.mkdir()
    script = agent_script(tree(str(work)), tmp_path / "scenario.json")
    run = RealRun.make(tmp_path, plan(task("a", script, cwd=str(work)))).start()
    run.until(lambda: (work / "up").exists() and run.task("a").attempts[-1].supervisor)
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


def _pid_of(directory: Path, test_id: str) -> int | None:
    """The one that has no environment."""
    found = [p for p in leftovers.living(origin(directory, test_id)) if not p.environ()]
    return found[0].pid if found else None
