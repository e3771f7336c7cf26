"""kill -9 of the coordinator while an answer becomes tasks: no item is lost, none runs twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.plan import RunPlan, Wants
from crew_core.model.status import TaskStatus
from tests.engine.real_run import PATIENCE_S, RealRun
from tests.engine.run_builders import plan, task
from tests.faults.crash_run import ROOT
from tests.seams.faulty_fs import Effect, Fault, environment

pytestmark = pytest.mark.usefixtures("no_process_left")

_STARTED = 'printf "%s\\n" "$CREW_WORKER_ID" >> "$PWD/starts"\n'
_LIST = f'````sh\n{_STARTED}printf \'```json\\n["x", "y"]\\n```\\n\'\n````'
_PLAN = (
    f"````sh\n{_STARTED}printf '```json\\n"
    '{"tasks": [{"id": "p", "role": "worker", "task": "echo p"}]}'
    "\\n```\\n'\n````"
)


def expanding_plan(cwd: Path) -> RunPlan:
    """A list, its fan-out, a plan that needs both, and what joins them."""
    tasks = (
        task("a", _LIST, wants=Wants.LIST, retries=3),
        task("b", _STARTED + 'echo "$CREW_ITEM"', after=("a",), for_each="a", retries=3),
        task("c", _PLAN, after=("b",), wants=Wants.PLAN, retries=3),
        task("d", _STARTED + "echo joined", after=("c",), retries=3),
    )
    return plan(*(replace(each, cwd=str(cwd)) for each in tasks), cwd=cwd)


def crash(directory: Path, faults: Mapping[str, str]) -> int:
    """One run through its crash; returns how often a coordinator died."""
    work = directory / "work"
    work.mkdir(parents=True)
    run = RealRun.make(directory, expanding_plan(work))
    crashes = 0
    orders = faults
    while not (run.events() and run.state().run.status.ended):
        with run.layout.coordinator_log.open("ab") as log:
            died = subprocess.run(
                [sys.executable, "-m", "tests.faults.coordinator_process", str(run.layout.root)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **orders},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=PATIENCE_S,
                check=False,
            )
        crashes += died.returncode != 0
        orders = {}
    check(run, work)
    return crashes


def check(run: RealRun, work: Path) -> None:
    state = run.state()
    assert list(state.tasks) == ["a", "b", "b-1", "b-2", "c", "c-1", "d"]
    assert {t.status for t in state.tasks.values()} == {TaskStatus.COMPLETED}, run.log()
    assert (run.result("b-1").strip(), run.result("b-2").strip()) == ("x", "y")
    assert set(state.tasks["d"].depends_on) == {"c", "c-1"}
    starts = (work / "starts").read_text().split()
    assert len(starts) == len(set(starts)), "an attempt's agent started twice"
    completed = [event.task_id for event in run.events() if event.type == "task.completed"]
    assert sorted(completed) == sorted(state.tasks), "a task completed twice"


def test_a_coordinator_killed_while_answers_become_tasks(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(6):
        effect = chance.choice([Effect.KILL_BEFORE, Effect.KILL_AFTER])
        assert crash(tmp_path / str(number), environment(Fault(effect=effect, at=chance.randint(20, 120))))


@pytest.mark.torture
@pytest.mark.timeout(3600)
def test_a_coordinator_killed_at_every_operation_while_answers_become_tasks(tmp_path: Path) -> None:
    at = 1
    while crash(tmp_path / str(at), environment(Fault(effect=Effect.KILL_AFTER, at=at))):
        at += 1
    assert at > 50
