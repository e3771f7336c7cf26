"""One table of keys: no two entries claim one key, and what is advertised does something."""

from __future__ import annotations

from itertools import combinations

import pytest

from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.actions import Action
from crew_tui.keymap.table import DEFAULT
from crew_tui.situation import Region, Situation
from tests.tui.builders import row, run_of, task


def situation(region: Region = Region.RUNS, status: RunStatus = RunStatus.RUNNING, **changes: object) -> Situation:
    given: dict[str, object] = {"region": region, "run": run_of(row(1, status)), "run_known": True, "rows": 5}
    return Situation(**{**given, **changes})  # type: ignore[arg-type]


def test_no_two_actions_claim_one_key_in_one_region() -> None:
    for one, other in combinations(DEFAULT.entries, 2):
        claimed = set(one.keys) & set(other.keys) and one.scope & other.scope
        assert not claimed or one.action is other.action, (one.action, other.action)


@pytest.mark.parametrize(
    ("folded", "chosen", "says"),
    [(False, None, ["fold"]), (True, None, ["unfold"]), (None, task("a"), ["its output"]), (None, None, [])],
)
def test_in_the_plan_enter_says_one_thing_at_a_time(folded: bool | None, chosen: Task | None, says: list[str]) -> None:
    now = situation(Region.PLAN, folded=folded, task=chosen)
    assert [entry.short for entry in DEFAULT.available(now) if "enter" in entry.keys] == says


def test_every_action_has_a_key() -> None:
    assert {entry.action for entry in DEFAULT.entries} == set(Action)


def test_a_read_only_dashboard_offers_nothing_that_changes_anything() -> None:
    steering = {entry.action for entry in DEFAULT.entries if entry.group == "Steer"}
    for region in Region:
        for status in RunStatus:
            now = situation(region, status, read_only=True, interrupted=True, task=task("a", TaskStatus.FAILED))
            assert not steering & {entry.action for entry in DEFAULT.available(now)}


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
    steering = {entry.action for entry in DEFAULT.available(situation(status=status)) if entry.group == "Steer"}
    assert steering == offered | {Action.NEW_RUN}


def test_an_interrupted_run_can_be_resumed() -> None:
    assert DEFAULT.find("R", situation(interrupted=True)) is Action.RESUME_RUN
    assert DEFAULT.find("R", situation()) is None


def test_retry_is_offered_when_something_failed() -> None:
    assert DEFAULT.find("t", situation(tasks=(task("a", TaskStatus.FAILED),))) is Action.RETRY_RUN
    assert DEFAULT.find("t", situation(tasks=(task("a", TaskStatus.COMPLETED),))) is None


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
    assert (DEFAULT.find("c", now) is Action.CANCEL_TASK) is cancel
    assert (DEFAULT.find("t", now) is Action.RETRY_TASK) is retry
    assert DEFAULT.find("c", now) is not Action.CANCEL_RUN


def test_nothing_selected_leaves_only_what_needs_no_run() -> None:
    keys = {entry.action for entry in DEFAULT.available(Situation())}
    assert not keys & {entry.action for entry in DEFAULT.entries if entry.group == "Steer"} - {Action.NEW_RUN}
    assert not keys & {Action.OPEN_RUN, Action.TAB_AGENTS, Action.TRANSCRIPT, Action.SUMMARY, Action.MENU}
    assert keys >= {Action.NEW_RUN, Action.RELOAD, Action.PALETTE, Action.HELP, Action.QUIT}


#: The keys of pi-crew's dashboard whose surface is here too, with what they have always meant.
CLASSIC = {
    "q": Action.QUIT,
    "enter": Action.OPEN_RUN,
    "s": Action.STATUS_TEXT,
    "u": Action.SUMMARY,
    "a": Action.ARTIFACTS,
    "i": Action.MANIFEST,
    "d": Action.AGENTS_TEXT,
    "m": Action.TAB_MAIL,
    "e": Action.AGENT_EVENTS,
    "o": Action.RAW_OUTPUT,
    "v": Action.TRANSCRIPT,
    "r": Action.RELOAD,
    "1": Action.TAB_AGENTS,
    "2": Action.TAB_PROGRESS,
    "3": Action.TAB_MAIL,
    "4": Action.TAB_OUTPUT,
    "5": Action.TAB_HEALTH,
    "k": Action.UP,
    "up": Action.UP,
    "j": Action.DOWN,
    "down": Action.DOWN,
    "h": Action.PREVIOUS_TAB,
    "l": Action.NEXT_TAB,
    "H": Action.ALERTS_READ,
}


def test_classic_keys_keep_their_meaning() -> None:
    now = situation(tasks=(task("a"),))
    assert {key: DEFAULT.find(key, now) for key in CLASSIC} == CLASSIC
    offers = frozenset({Action.FULL_PROGRESS, Action.MAIL_PREVIEW})
    assert DEFAULT.find("p", situation(Region.PROGRESS, offers=offers)) is Action.FULL_PROGRESS
    assert DEFAULT.find("P", situation(Region.MAIL, offers=offers)) is Action.MAIL_PREVIEW
    # Kept free for what they have always meant, until there is something for them to do.
    assert not DEFAULT.keys & set("VCD6")
    assert {entry.scope for entry in DEFAULT.entries if "A" in entry.keys} == {frozenset({Region.OUTPUT})}
