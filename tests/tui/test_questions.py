"""A question speaks of one run as of one, and of several as of several."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.status import TaskStatus
from crew_tui.actions import Action
from crew_tui.questions import question, question_of_many
from crew_tui.requests import Target
from tests.tui.builders import task

RUNS = [Target(Path(f"/runs/team_20260515140000_00000000cfc0cf9{n}")) for n in range(4)]
ON_RUNS = (Action.CANCEL_RUN, Action.STOP_RUN, Action.RETRY_RUN, Action.RESUME_RUN)


@pytest.mark.parametrize("action", ON_RUNS)
def test_one_marked_run_is_spoken_of_as_one(action: Action) -> None:
    asked = question_of_many(action, RUNS[:1], left_out=0)
    assert asked.title.endswith(" run cfc0cf90?")
    words = f"{asked.consequences} {asked.yes} {asked.safe}".lower().split()
    assert not {"their", "them", "coordinators"} & set(words)
    assert asked.typed == ""


@pytest.mark.parametrize("action", ON_RUNS)
def test_several_marked_runs_are_counted(action: Action) -> None:
    asked = question_of_many(action, RUNS, left_out=0)
    assert asked.title.endswith(" 4 runs?")
    assert asked.names == tuple(each.run_dir.name for each in RUNS)
    assert "its" not in asked.consequences.lower().split()
    assert asked.typed == "yes"


def test_what_it_cannot_be_done_to_is_counted() -> None:
    told = [question_of_many(Action.CANCEL_RUN, RUNS[:1], left_out=n).consequences.splitlines()[1:] for n in range(3)]
    assert told == [
        [],
        ["1 other marked run is left as it is: this cannot be done to it."],
        ["2 other marked runs are left as they are: this cannot be done to them."],
    ]


def test_one_task_that_is_run_again_is_one() -> None:
    failed = [task("a", TaskStatus.FAILED), task("b", TaskStatus.CANCELLED)]
    one, two = (question(Action.RETRY_RUN, RUNS[0], failed[:count]).consequences for count in (1, 2))
    assert one == "Run again: 1 task (a), with what was skipped because of it."
    assert two == "Run again: 2 tasks (a, b), with what was skipped because of them."


def test_nothing_is_said_to_run_where_nothing_does() -> None:
    waits = task("a", TaskStatus.QUEUED)
    for action in (Action.CANCEL_RUN, Action.STOP_RUN):
        assert question(action, RUNS[0], [waits]).safe == "keep it"
        assert question(action, RUNS[0], [waits, task("b", TaskStatus.RUNNING)]).safe == "keep it running"


@pytest.mark.parametrize("action", [Action.CANCEL_TASK, Action.STOP_TASK])
def test_a_task_that_waits_has_no_worker_to_end(action: Action) -> None:
    target = Target(RUNS[0].run_dir, "a")
    told = question(action, target, [task("a", TaskStatus.QUEUED)]).consequences
    assert told == "It is not started. Tasks that need its result are skipped."
    running = question(action, target, [task("a", TaskStatus.RUNNING)]).consequences
    assert running.startswith("Its ")
