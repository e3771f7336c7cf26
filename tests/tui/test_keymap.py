"""One table of keys: no two entries claim one key, and what is advertised does something."""

from __future__ import annotations

from itertools import combinations

import pytest

from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.actions import Action
from crew_tui.keymap import KEYS, all_keys, available, find
from crew_tui.situation import Region, Situation
from tests.tui.builders import row, run_of, task


def situation(region: Region = Region.RUNS, status: RunStatus = RunStatus.RUNNING, **changes: object) -> Situation:
    given: dict[str, object] = {"region": region, "run": run_of(row(1, status)), "run_known": True, "rows": 5}
    return Situation(**{**given, **changes})  # type: ignore[arg-type]


def test_no_two_entries_claim_one_key_in_one_region() -> None:
    for one, other in combinations(KEYS, 2):
        assert not (set(one.keys) & set(other.keys) and one.scope & other.scope), (one.action, other.action)


def test_every_action_has_a_key() -> None:
    assert {entry.action for entry in KEYS} == set(Action)


def test_a_read_only_dashboard_offers_nothing_that_changes_anything() -> None:
    steering = {entry.action for entry in KEYS if entry.group == "Steer"}
    for region in Region:
        for status in RunStatus:
            now = situation(region, status, read_only=True, interrupted=True, task=task("a", TaskStatus.FAILED))
            assert not steering & {entry.action for entry in available(now)}


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        (RunStatus.RUNNING, {Action.CANCEL_RUN, Action.STOP_RUN}),
        (RunStatus.QUEUED, {Action.CANCEL_RUN, Action.STOP_RUN}),
        (RunStatus.BLOCKED, {Action.CANCEL_RUN, Action.STOP_RUN, Action.RESUME_RUN}),
        (RunStatus.COMPLETED, set()),
        (RunStatus.FAILED, {Action.RESUME_RUN}),
        (RunStatus.CANCELLED, {Action.RESUME_RUN}),
    ],
)
def test_a_run_is_offered_what_can_be_done_to_it(status: RunStatus, offered: set[Action]) -> None:
    steering = {entry.action for entry in available(situation(status=status)) if entry.group == "Steer"}
    assert steering == offered | {Action.NEW_RUN}


def test_an_interrupted_run_can_be_resumed() -> None:
    assert find("R", situation(interrupted=True)) is Action.RESUME_RUN
    assert find("R", situation()) is None


def test_retry_is_offered_when_something_failed() -> None:
    assert find("t", situation(tasks=(task("a", TaskStatus.FAILED),))) is Action.RETRY_RUN
    assert find("t", situation(tasks=(task("a", TaskStatus.COMPLETED),))) is None


@pytest.mark.parametrize(
    ("status", "cancel", "retry"),
    [
        (TaskStatus.RUNNING, True, False),
        (TaskStatus.QUEUED, True, False),
        (TaskStatus.FAILED, False, True),
        (TaskStatus.CANCELLED, False, True),
        (TaskStatus.SKIPPED, False, False),
        (TaskStatus.COMPLETED, False, False),
    ],
)
def test_a_task_is_offered_what_can_be_done_to_it(status: TaskStatus, cancel: bool, retry: bool) -> None:
    now = situation(Region.AGENTS, task=task("a", status))
    assert (find("c", now) is Action.CANCEL_TASK) is cancel
    assert (find("t", now) is Action.RETRY_TASK) is retry
    assert find("c", now) is not Action.CANCEL_RUN


def test_nothing_selected_leaves_only_what_needs_no_run() -> None:
    keys = {entry.action for entry in available(Situation())}
    assert keys == {Action.NEW_RUN, Action.ZOOM, Action.RELOAD, Action.HELP, Action.QUIT}


def test_classic_keys_keep_their_meaning() -> None:
    classic = {"1": Action.TAB_AGENTS, "2": Action.TAB_PROGRESS, "4": Action.TAB_OUTPUT, "r": Action.RELOAD}
    for key, action in classic.items():
        assert find(key, situation()) is action
    assert not all_keys() & set("suaidmeovVpwSxyEMANCP36"), "kept for what they have always meant"
