"""The form for a new run: nothing typed is lost, a goal may have lines, and a preview says what the run would do."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from rich.cells import cell_len
from textual.events import Paste
from textual.pilot import Pilot

from crew_core.model.plan import Limits
from crew_core.ops.request import StartRequest
from crew_tui.drafting import NO_LIMIT, Draft, Planner, Wish, configured, draft, draft_lines, names_at, request_of
from crew_tui.screens.new_run import NewRun
from crew_tui.screens.picker import Picker
from tests.tui.modal_host import NO_ANSWER, Host, opened


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """With a team and a workflow of its own, which nobody has trusted."""
    (tmp_path / "place" / ".crew").mkdir(parents=True)
    return tmp_path / "place"


def _form(app: Host) -> NewRun:
    form = app.screen
    assert isinstance(form, NewRun)
    return form


async def _planned(app: Host, pilot: Pilot[None]) -> Draft:
    """The draft of what stands in the form now."""
    form = _form(app)
    while form.draft is None or form.draft.wish != form.wish():
        await app.workers.wait_for_complete()
        await pilot.pause(0.02)
    return form.draft


async def test_enter_goes_through_the_fields_and_starts_on_the_last(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press(
            *"fix it", "enter", *"research", "enter", *"research", "enter", *"offline", "enter", *"big", "enter"
        )
        await pilot.press(*"9000", "enter", *"1.5", "enter", *"30", "enter")
        assert app.answer == Wish("fix it", "research", "research", "offline", "big", "9000", "1.5", "30")


async def test_ctrl_s_starts_from_anywhere_and_leaves_the_rest_to_the_program(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press(*"fix it", "ctrl+s")
        assert app.answer == Wish("fix it")


async def test_everything_typed_at_once_arrives_in_order_here_and_below(project: Path) -> None:
    app = Host(lambda app: NewRun(project))
    async with app.run_test() as pilot:
        app.type("o", *"fix it", "tab", *"default", "tab", "shift+tab", "ctrl+s", "f5")
        await pilot.pause()
        await pilot.pause()
        assert app.answer == Wish("fix it", "default")
        assert app.pressed == ["f5"]


async def test_a_goal_is_needed(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press("tab", "ctrl+s")
        assert app.answer is NO_ANSWER
        assert "A run needs a goal." in app.text()
        await pilot.press(*"fix", "ctrl+s")
        assert app.answer == Wish("fix")


async def test_in_the_smallest_terminal_too_it_says_why_it_does_not_start(project: Path) -> None:
    async with opened(lambda app: NewRun(project), size=(40, 10)) as (app, pilot):
        await pilot.press("ctrl+s")
        assert "A run needs a goal." in app.text()
        await pilot.press(*"fix")
        assert "A run needs a goal." not in app.text()
        assert "Ctrl-S start" in app.text()


async def test_escape_starts_nothing(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press("x", "escape")
        assert app.answer is None


async def test_a_goal_of_several_lines_is_pasted_whole_and_typed(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        app.post_message(Paste("first\r\nsecond\x1b[31m\n\n"))
        await pilot.pause()
        await pilot.press("ctrl+j", *"third", "up", "up", "home", "x")
        assert all(word in app.text() for word in ("first", "second", "third"))
        await pilot.press("down", "down", "down", *"research", "up", "ctrl+s")
        assert app.answer == Wish("xfirst\nsecond\nthird", "research")


async def test_a_name_is_pasted_in_one_line(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press("x", "tab")
        app.post_message(Paste(" research\n"))
        await pilot.pause()
        await pilot.press("ctrl+s")
        assert app.answer == Wish("x", "research")


async def test_the_preview_has_the_plan_as_soon_as_the_form_is_there(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await _planned(app, pilot)
        text = app.text()
        assert "team default, workflow default, 4 tasks: at most" in text
        assert text.index("01_explore") < text.index("02_plan") < text.index("04_verify")
        assert "after 03_execute" in text


async def test_an_unknown_team_is_told_with_the_one_that_was_meant_and_not_started(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await pilot.press("x", "tab", *"reserch")
        await _planned(app, pilot)
        assert "no team 'reserch'; did you mean 'research'?" in app.text()
        await pilot.press("ctrl+s")
        assert app.answer is NO_ANSWER
        assert "It cannot be started like this:" in app.text()
        await pilot.press("ctrl+u", *"research")
        await _planned(app, pilot)
        assert "team research" in app.text()
        await pilot.press("ctrl+s")
        assert app.answer == Wish("x", "research")


async def test_tab_completes_a_name(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await app.workers.wait_for_complete()
        await pilot.press("x", "tab", *"fast")
        assert "fast-fix" in app.text()
        await pilot.press("tab", "shift+tab")
        assert _form(app).wish() == Wish("x", "fast-fix")
        await pilot.press("ctrl+u", *"review", "tab")
        assert _form(app).wish() == Wish("x", "review")


async def test_names_can_be_chosen_from_a_list(project: Path) -> None:
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        await app.workers.wait_for_complete()
        await pilot.press("x", "tab", "ctrl+l")
        assert isinstance(app.screen, Picker)
        await pilot.press(*"review", "enter")
        assert _form(app).wish() == Wish("x", "review")
        await pilot.press("tab", "tab", "ctrl+l", *"offline", "enter", "ctrl+s")
        assert app.answer == Wish("x", "review", None, "offline")


def test_names_are_those_that_the_command_line_takes(project: Path) -> None:
    names = names_at(project)
    assert {"default", "research", "review"} <= {each.name for each in names.teams}
    assert names.workflows
    assert [each.name for each in names.programs][:1] == ["auto"]


def test_without_a_goal_everything_else_is_planned(project: Path) -> None:
    planned = draft(Wish(""), project)
    assert planned.plan is not None
    assert planned.tasks
    assert not planned.hindered


async def test_model_and_limits_are_in_the_plan_that_is_shown(project: Path) -> None:
    async with opened(lambda app: NewRun(project), (120, 40)) as (app, pilot):
        await _planned(app, pilot)
        assert app.text().count(NO_LIMIT) == 3
        await pilot.press(
            *"x", "tab", "tab", "tab", *"claude", "tab", *"sonnet", "tab", *"9000", "tab", *"1.5", "tab", *"30"
        )
        await _planned(app, pilot)
        text = " ".join(app.text().split())
        for told in ("stopped after 9,000 tokens", "stopped after $1.50", "stopped after 30m", "model sonnet:"):
            assert told in text.replace("┃ ┃ ", "")


def test_a_run_is_asked_for_as_the_command_line_would(project: Path) -> None:
    asked = request_of(Wish("g", "t", "w", "p", "m", "9000", "1.5", "30"), project)
    assert (asked.team, asked.workflow, asked.agent, asked.model) == ("t", "w", "p", "m")
    assert (asked.max_tokens, asked.max_cost, asked.max_minutes) == (9000, 1.5, 30.0)
    assert request_of(Wish("g"), project) == StartRequest("g", project)


@pytest.mark.parametrize("limits", [{"max_tokens": "some"}, {"max_cost": "-1"}, {"max_minutes": "nan"}])
def test_a_limit_that_is_none_is_told_and_not_started(project: Path, limits: dict[str, str]) -> None:
    assert draft(Wish("g", **limits), project).hindered


def test_a_limit_may_be_typed_as_the_form_shows_it(project: Path) -> None:
    typed = request_of(Wish("g", max_tokens="2,000,000", max_cost="$1,003.50"), project)
    assert (typed.max_tokens, typed.max_cost) == (2_000_000, 1_003.5)


def test_what_is_configured_stands_in_the_place_of_a_limit() -> None:
    assert set(configured(Limits()).values()) == {NO_LIMIT}
    given = configured(Limits(max_tokens=2_000_000, max_cost=3, max_run_minutes=90))
    assert given == {"tokens": "2,000,000", "cost": "$3.00", "minutes": "90"}


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 60)])
async def test_the_box_is_as_tall_as_what_is_in_it_and_stays_so_when_the_plan_comes(
    project: Path, size: tuple[int, int]
) -> None:
    may_plan = Event()

    def planned(wish: Wish, cwd: Path) -> Draft:
        may_plan.wait()
        return draft(wish, cwd)

    def inside() -> list[str]:
        return [line.split("┃")[1].strip() for line in app.lines() if line.count("┃") == 2]

    async with opened(lambda app: NewRun(project, Planner(planned)), size) as (app, pilot):
        before = inside()
        may_plan.set()
        await _planned(app, pilot)
        await pilot.pause()
        after = inside()
        assert any("planning" in line for line in before)
        assert len(after) == len(before)
        assert "Goal" in after[1]
        assert all(word in " ".join(after) for word in ("Model", "Tokens", "Cost", "Minutes", "team default"))
        assert any(after[-5:]), "no more than a few lines of the box wait for a longer plan"


def test_nothing_is_written(project: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    draft(Wish("goal"), project)
    names_at(project)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_directory_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert "no such directory" in draft(Wish("goal"), gone).wrong
    assert names_at(gone).teams == ()
    assert "no such directory" in draft_lines(draft(Wish("goal"), gone), 80)[0].text


@pytest.mark.parametrize("width", [20, 40, 60, 92, 200])
def test_no_line_of_the_preview_is_longer_than_there_is_room(project: Path, width: int) -> None:
    for wish in (Wish("goal"), Wish("goal", "nothing like it"), Wish("goal", "research", agent="offline")):
        assert all(cell_len(line.text) <= width for line in draft_lines(draft(wish, project), width))


@pytest.mark.parametrize("size", [(40, 16), (60, 20), (80, 24), (200, 50)])
async def test_it_fits_every_terminal(project: Path, size: tuple[int, int]) -> None:
    async with opened(lambda app: NewRun(project), size) as (app, pilot):
        await _planned(app, pilot)
        assert all(cell_len(line) == size[0] for line in app.lines())
        assert "Goal" in app.text()
        assert "team default" in app.text()


async def test_a_failure_of_the_planner_is_told_and_the_form_stays(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A configuration directory that is a file, for one."""
    (project / "not-a-directory").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(project / "not-a-directory"))
    async with opened(lambda app: NewRun(project)) as (app, pilot):
        planned = await _planned(app, pilot)
        assert planned.hindered
        await pilot.press("x", "escape")
        assert app.answer is None
