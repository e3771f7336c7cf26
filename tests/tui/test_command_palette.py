"""The palette: every command by name, runs, tasks and themes by theirs; what cannot be done now says why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.actions import Action, Group
from crew_tui.commands import RunFinder, actions, menu, named, task_choices
from crew_tui.keymap.overrides import with_overrides
from crew_tui.keymap.reasons import why_not
from crew_tui.keymap.table import DEFAULT
from crew_tui.screens.command_palette import Chosen, CommandPalette
from crew_tui.situation import Region, Situation
from tests.tui.builders import row, run_of, task
from tests.tui.modal_host import NO_ANSWER, Host, opened

RUNNING = row(0xABC, RunStatus.RUNNING, goal="Refactor the auth middleware")
ROWS = (RUNNING, row(0xDEF, RunStatus.FAILED, goal="Write docs"), row(0x123, goal="Fix \x1b[31mred"))
TASKS = (task("04_tests", TaskStatus.RUNNING), task("05_docs"))
THEMES = ("crew-dark", "crew-light", "crew-contrast")


def _now(region: Region = Region.RUNS, **changes: Any) -> Situation:
    given: dict[str, Any] = {"region": region, "run": run_of(RUNNING), "run_known": True, "rows": 3, "tasks": TASKS}
    return Situation(**{**given, **changes})


def _palette(now: Situation | None = None, **options: Any) -> CommandPalette:
    given: dict[str, Any] = {"runs": ROWS, "tasks": TASKS, "themes": THEMES, "theme": "crew-dark"}
    return CommandPalette(now or _now(), DEFAULT, **{**given, **options})


@pytest.mark.parametrize("region", list(Region))
def test_every_action_is_listed_and_what_a_key_does_now_can_be_done(region: Region) -> None:
    now = _now(region)
    listed = {named(choice.key).word: choice for choice in actions(now, DEFAULT)}
    assert set(listed) == set(Action) - {Action.PALETTE}
    able = {entry.action for entry in DEFAULT.available(now)} - {Action.PALETTE}
    assert able <= {Action(word) for word, choice in listed.items() if choice.enabled}
    assert all(choice.why_not for choice in listed.values() if not choice.enabled)


def test_an_action_that_is_also_anothers_screen_stands_where_it_is_here() -> None:
    listed = [named(each.key).word for each in actions(_now(Region.AGENTS, task=TASKS[0]), DEFAULT)]
    order = [Action.STOP_TASK, Action.OPEN_OUTPUT, Action.TAB_PROGRESS, Action.STATUS_TEXT, Action.RAW_OUTPUT]
    assert [word for word in listed if word in order] == order


def test_what_asks_first_ends_with_dots() -> None:
    for choice in actions(_now(), DEFAULT):
        entry = next(each for each in DEFAULT.entries if each.action == named(choice.key).word)
        assert choice.label.endswith("…") is (entry.group is Group.STEER)


def test_it_shows_the_persons_own_keys() -> None:
    own, _ = with_overrides(DEFAULT, {"new-run": "f8", "quit": []})
    hints = {named(choice.key).word: choice.hint for choice in actions(_now(), own)}
    assert (hints["new-run"], hints["quit"]) == ("F8", "")


@pytest.mark.parametrize(
    ("action", "changes", "reason"),
    [
        (Action.CANCEL_RUN, {"read_only": True}, "read-only"),
        (Action.CANCEL_RUN, {"foreign": True}, "the run is not ours to steer"),
        (Action.CANCEL_RUN, {"newer": "written by a newer one"}, "written by a newer one"),
        (Action.CANCEL_RUN, {"run": None, "run_known": False, "rows": 0}, "no run is selected"),
        (Action.CANCEL_RUN, {"run": None}, "the run is still being read"),
        (Action.CANCEL_RUN, {"run": run_of(ROWS[2])}, "the run is completed"),
        (Action.RESUME_RUN, {}, "the run is running"),
        (Action.RETRY_RUN, {}, "no task failed or was cancelled"),
        (Action.RETRY_RUN, {"marked": (RUNNING,)}, "no marked run allows it"),
        (Action.RETRY_RUN, {"marked": (row(8, RunStatus.FAILED, newer="newer"),)}, "no marked run allows it"),
        (Action.CANCEL_TASK, {}, "no task is selected"),
        (Action.RETRY_TASK, {"task": TASKS[0]}, "the task is running"),
        (Action.FOLD, {}, "only in transcript"),
        (Action.TRANSCRIPT, {"run_known": False, "rows": 0}, "no run is selected"),
        (Action.BACK, {}, "not now"),
    ],
)
def test_the_reason_is_the_one_that_stands_in_the_way(action: Action, changes: dict[str, Any], reason: str) -> None:
    choice = next(each for each in actions(_now(**changes), DEFAULT) if named(each.key).word == action)
    assert choice.why_not == reason


def test_a_run_can_be_steered_by_name_from_every_tab() -> None:
    """In the graph c is the critical path."""
    now = _now(Region.GRAPH)
    cancel = next(entry for entry in DEFAULT.entries if entry.action is Action.CANCEL_RUN)
    assert why_not(cancel, now) == ""
    assert DEFAULT.find("c", now) is not Action.CANCEL_RUN
    assert why_not(cancel, _now(Region.TRANSCRIPT)) != ""


def test_the_menu_has_what_can_be_done_to_what_is_selected() -> None:
    choices = menu(_now(Region.AGENTS, task=TASKS[0]), DEFAULT)
    able = [choice.key for choice in choices if choice.enabled]
    assert able[:4] == ["cancel-task", "stop-task", "cancel-run", "stop-run"]
    assert {"transcript", "artifacts"} <= set(able)
    dim = {choice.key: choice.why_not for choice in choices if not choice.enabled}
    assert dim["retry-task"] == "the task is running"
    assert not {"cancel-task", "retry-task"} & {choice.key for choice in menu(_now(), DEFAULT)}
    assert all(Action(choice.key) for choice in choices)


def test_runs_are_found_by_any_of_their_words() -> None:
    finder = RunFinder(ROWS)
    assert [named(choice.key).word for choice in finder.find("auth refactor")] == [str(RUNNING.path)]
    assert [choice.label for choice in finder.find("failed")] == ["run 00000def Write docs"]
    assert "\x1b" not in finder.find("red")[0].label
    assert len(RunFinder([row(number) for number in range(300)]).find("goal")) == 100


def test_a_task_can_be_chosen_from_a_list_of_them() -> None:
    choices = task_choices(TASKS, prefix="")
    assert [(choice.key, choice.label, choice.hint) for choice in choices] == [
        ("04_tests", "04_tests", "executor · running"),
        ("05_docs", "05_docs", "executor · queued"),
    ]


async def test_enter_does_the_best() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"cancel run", "enter")
        assert app.answer == Chosen(Action.CANCEL_RUN)


async def test_what_cannot_be_done_is_not_done() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"retry", "enter")
        assert app.answer is NO_ANSWER
        assert "no task failed or was cancelled" in app.text()


async def test_a_run_is_gone_to_by_its_goal() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"middleware", "enter")
        assert app.answer == Chosen(Action.OPEN_RUN, str(RUNNING.path))


async def test_the_transcript_of_a_task_is_opened_by_its_name() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"04_t", "enter")
        assert app.answer == Chosen(Action.TRANSCRIPT, "04_tests")


async def test_what_was_done_last_comes_first() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"reload", "enter", "o", "enter")
        assert app.answer == Chosen(Action.RELOAD)


async def test_a_word_that_something_follows_writes_it() -> None:
    async with opened(lambda app: _palette()) as (app, pilot):
        await pilot.press(*"other colours", "enter")
        palette = app.screen
        assert isinstance(palette, CommandPalette)
        assert palette.typed.text == "theme "
        assert all(f"theme {name}" in app.text() for name in THEMES)
        assert "other colours" not in app.text()


async def test_themes_are_tried_on_and_taken_off_again() -> None:
    def wear(app: Host, name: str) -> str:
        app.theme = name
        return ""

    async with opened(lambda app: _palette(wear=lambda name: wear(app, name))) as (app, pilot):
        await pilot.press(*"theme crew-l")
        assert app.theme == "crew-light"
        await pilot.press(*(["backspace"] * 20))
        assert app.theme == "crew-dark"
        await pilot.press(*"crew-contrast")
        assert app.theme == "crew-contrast"
        await pilot.press("escape")
        assert (app.theme, app.answer) == ("crew-dark", None)
        await pilot.press("o", *"theme crew-l", "enter")
        assert (app.theme, app.answer) == ("crew-light", Chosen(None, "crew-light"))


async def test_a_theme_that_cannot_be_worn_is_told() -> None:
    async with opened(lambda app: _palette(wear=lambda name: f"{name} has no colours")) as (app, pilot):
        await pilot.press(*"crew-l")
        assert "crew-light has no colours" in app.text()


async def test_everything_typed_at_once_arrives_in_order_here_and_below() -> None:
    app = Host(lambda app: _palette())
    async with app.run_test() as pilot:
        app.type("o", *"reload", "enter", "f5")
        await pilot.pause()
        await pilot.pause()
        assert app.answer == Chosen(Action.RELOAD)
        assert app.pressed == ["f5"]


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_it_fits_every_terminal(size: tuple[int, int]) -> None:
    async with opened(lambda app: _palette(), size) as (app, pilot):
        for keys in ((), tuple("run")):
            await pilot.press(*keys)
            assert all(cell_len(line) == size[0] for line in app.lines())
            assert "command" in app.text()


def test_an_answer_names_a_directory_as_it_is() -> None:
    odd = row(7, path=Path("/with: colon/run"))
    assert named(RunFinder([odd]).find("goal")[0].key).word == "/with: colon/run"
