"""Teams, workflows, agents and skills on the screen: whose they are, what hides what, and why one cannot be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec.structs import replace as msgspec_replace
from rich.cells import cell_len

from crew_core.model.spent import NOTHING, Spent
from crew_core.ops.errors import InputWrong
from crew_core.ops.last_used import LastUse
from crew_tui.actions import Action
from crew_tui.keymap.overrides import with_overrides
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.lines import Kept
from crew_tui.panes.resources import about_lines, resource_lines, why_unusable
from crew_tui.resource_rows import KINDS, Origin, ResourceRow, read_resources
from crew_tui.screens.resources import ResourcesScreen
from tests.tui.builders import ago, frame, task
from tests.tui.builders import row as run_row
from tests.tui.cover_host import Cover, covered

BUILT_IN = ResourceRow("default", Origin.BUILT_IN, Path("/lib/teams/default.md"), "For an ordinary change")
OURS = ResourceRow(
    "crew",
    Origin.PROJECT,
    Path("/src/.crew/teams/crew.md"),
    "Ours",
    hides=(Path("/home/me/crew.md"),),
    used_by=("workflow x",),
)
BROKEN = ResourceRow(
    "bad", Origin.YOURS, Path("/home/me/bad.md"), unusable="broken", problem="bad.md:3: no such field: rolez"
)
ALL = {"teams": [BROKEN, OURS, BUILT_IN], "workflows": [], "agents": [BUILT_IN], "skills": []}


def screen_of(
    read: Callable[[], Mapping[str, Sequence[ResourceRow]]], *, may_edit: bool = True, keymap: Keymap = DEFAULT
) -> Callable[[Cover], ResourcesScreen]:
    return lambda app: ResourcesScreen(
        read,
        *app.dress(),
        keymap=keymap,
        run_soon=app.run_soon,
        open_text=app.texts.append,
        copy=app.copy,
        edit=app.edited.append if may_edit else None,
    )


async def opened(app: Cover) -> ResourcesScreen:
    screen = app.shown
    assert isinstance(screen, ResourcesScreen)
    await app.until(lambda: screen.pane.chosen)
    return screen


async def test_they_are_listed_by_whose_they_are_with_all_about_the_selected_one() -> None:
    async with covered(screen_of(lambda: ALL), (80, 24)) as (app, pilot):
        await opened(app)
        lines = [line.strip("┃ ") for line in app.lines()]
        assert lines[1] == "[Teams 3] Workflows 0  Agents 1  Skills 0"
        listed = [line.split("  ")[0] for line in lines[3:9]]
        assert listed == ["PROJECT 1", "›! crew", "YOURS 1", "✗ bad", "BUILT IN 1", "· default"]
        assert "hides     /home/me/crew.md" in app.text()
        await pilot.press("down")
        assert "broken: bad.md:3: no such field: rolez" in app.text()


async def test_they_are_filtered_in_every_kind_until_escape() -> None:
    async with covered(screen_of(lambda: ALL), (80, 24)) as (app, pilot):
        screen = await opened(app)
        await pilot.press("slash", *"from:built-in,yours is:usable", "enter")
        await app.until(lambda: "1 of 3" in app.text())
        assert "[Teams 1]" in app.text()
        assert screen.pane.chosen is not None
        assert screen.pane.chosen.name == "default"
        await pilot.press("slash", *" nothing", "enter")
        await app.until(lambda: "Esc shows all." in app.text())
        await pilot.press("escape")
        await app.until(lambda: "[Teams 3]" in app.text())
        assert app.done == []


async def test_while_a_filter_is_typed_all_is_about_the_one_that_it_selects() -> None:
    async with covered(screen_of(lambda: ALL), (80, 24)) as (app, pilot):
        screen = await opened(app)
        assert screen.about.display
        await pilot.press("slash", *"default")
        await app.until(lambda: screen.chosen == BUILT_IN and screen.about._row == BUILT_IN)
        await pilot.press("x")
        await app.until(lambda: not screen.about.display)


async def test_each_kind_has_its_tab() -> None:
    async with covered(screen_of(lambda: ALL), (80, 20)) as (app, pilot):
        await opened(app)
        await pilot.press("tab")
        assert "No workflows. crew-tui workflows new NAME makes one." in app.text()
        await pilot.press("tab")
        assert "[Agents 1]" in app.text()
        await pilot.press("shift+tab", "shift+tab", "shift+tab")
        assert "[Skills 0]" in app.text()


async def test_one_can_be_read_copied_and_if_it_is_ones_own_edited() -> None:
    async with covered(screen_of(lambda: ALL), (80, 20)) as (app, pilot):
        screen = await opened(app)
        await pilot.press("enter", "E", "y")
        assert [(source.title, source.editable) for source in app.texts] == [("crew", True)]
        assert app.edited == [OURS.path]
        assert [each.text for each in app.copied] == ["crew", str(OURS.path)]
        await pilot.press("G", "E")
        assert app.edited == [OURS.path], "what came with the program is not edited"
        assert Action.EDITOR not in screen.situation().offers
        await pilot.press("enter")
        assert not app.texts[-1].editable
        await pilot.press("escape")
        assert app.done == [Action.BACK]


async def test_a_double_click_opens_also_where_enter_means_nothing() -> None:
    keymap, _ = with_overrides(DEFAULT, {"open-item": "f8"})
    async with covered(screen_of(lambda: ALL, keymap=keymap), (80, 20)) as (app, pilot):
        screen = await opened(app)
        row = next(y for y, line in enumerate(app.lines()) if "· default" in line)
        await pilot.click(screen.pane, offset=(3, row), times=2)
        assert [source.title for source in app.texts] == ["default"]


async def test_where_nothing_may_be_changed_nothing_is_edited() -> None:
    async with covered(screen_of(lambda: ALL, may_edit=False), (80, 20)) as (app, pilot):
        await opened(app)
        await pilot.press("E")
        assert app.edited == []


async def test_what_cannot_be_listed_says_why() -> None:
    def fail() -> Mapping[str, Sequence[ResourceRow]]:
        raise InputWrong("teams", "/nowhere is no directory")

    async with covered(screen_of(fail), (60, 10)) as (app, pilot):
        await app.until(lambda: "no directory" in app.text())
        await pilot.press("tab", "enter", "E")
        assert isinstance(app.shown, ResourcesScreen)
        assert not app.shown.situation().offers, "there are no kinds to turn to"


async def test_without_a_selected_one_nothing_is_said_about_it() -> None:
    async with covered(screen_of(lambda: ALL), (80, 24)) as (app, pilot):
        screen = await opened(app)
        assert screen.about.display
        await pilot.press("tab")
        assert not screen.about.display
        await pilot.press("shift+tab")
        assert screen.about.display


async def test_they_are_read_again_when_it_is_asked_for() -> None:
    answers = [ALL, {**ALL, "teams": [BUILT_IN]}]
    async with covered(screen_of(lambda: answers.pop(0)), (80, 20)) as (app, _):
        screen = await opened(app)
        screen.do(Action.RELOAD)
        await app.until(lambda: "[Teams 1]" in app.text())


def test_the_built_in_ones_are_found(tmp_path: Path) -> None:
    found = read_resources(tmp_path)
    assert tuple(found) == KINDS
    assert all(any(row.origin is Origin.BUILT_IN for row in found[kind]) for kind in KINDS)


def test_each_says_what_one_compares_before_one_uses_it(tmp_path: Path) -> None:
    """A team its roles and limits, a workflow its steps, an agent program, model, thinking, access and tools."""
    agents = tmp_path / ".crew" / "agents"
    agents.mkdir(parents=True)
    (agents / "deep.md").write_text(
        "---\nname: deep\ndescription: Thinks\nprogram: claude\nmodel: opus\nthinking: high\n"
        "tools: read, grep\n---\n\nYou look twice.\nThen you answer.\n"
    )
    found = read_resources(tmp_path)
    for row in found["agents"]:
        assert {"program", "model", "thinking", "access", "tools"} <= {name for name, _ in row.facts} or row.unusable
    teams, workflows = ({row.name: dict(row.facts) for row in found[kind]} for kind in ("teams", "workflows"))
    assert "explorer" in teams["default"]["roles"]
    assert "plan (planner) after explore" in workflows["default"]["steps"]
    assert all(row.beginning for row in found["skills"])


def test_the_facts_of_the_selected_one_stand_below_the_list() -> None:
    facts = (("program", "claude"), ("model", "opus"), ("thinking", "high"), ("tools", "read, grep, list, edit, shell"))
    row = replace(BUILT_IN, facts=facts, beginning="You look twice.\nThen you answer.")
    told = [line.text for line in about_lines(row, frame(80))]
    assert " program   claude · model opus · thinking high" in told
    assert " tools     read, grep, list, edit, shell" in told
    assert told[-1] == " prompt    You look twice. Then you answer."


def test_the_last_run_of_the_selected_one_says_when_what_came_of_it_and_what_it_used() -> None:
    spent = Spent(1, input=58_000, cost_nano=130_000_000)
    last = LastUse("team_20260515140000_00000000cfc0cf97", "failed", ago(372), ago(120), spent)
    told = [line.text for line in about_lines(replace(BUILT_IN, last=last), frame(80))]
    assert " last run  failed 2m ago · took 4m12s · 58k tok · $0.13 · cfc0cf97" in told
    going_on = replace(last, outcome="running", ended=None, spent=NOTHING, task=task("04_tests"))
    told = [line.text for line in about_lines(replace(BUILT_IN, last=going_on), frame(80))]
    assert " last run  running, began 6m ago · 04_tests of cfc0cf97" in told
    assert not any("last run" in line.text for line in about_lines(BUILT_IN, frame(80)))


def test_what_was_used_in_the_runs_that_are_listed_is_known(tmp_path: Path) -> None:
    (tmp_path / ".crew").mkdir()
    ran = msgspec_replace(run_row(1, team="default", workflow="fast-fix"), project=str(tmp_path))
    found = read_resources(tmp_path, [ran])
    used = {kind: [each.name for each in rows if each.last] for kind, rows in found.items()}
    assert used == {"teams": ["default"], "workflows": ["fast-fix"], "agents": [], "skills": []}


async def test_they_belong_to_no_run() -> None:
    async with covered(screen_of(lambda: ALL), (80, 24)) as (app, pilot):
        screen = await opened(app)
        assert screen.header.view.body[0].text.startswith(" crew ▸ acme-api ▸ resources ")
        await pilot.press("enter")
        assert not app.texts[0].of_run


def test_why_one_cannot_be_used_says_no_word_twice() -> None:
    assert why_unusable(BROKEN) == "broken: bad.md:3: no such field: rolez"
    withheld = ResourceRow(
        "x", Origin.PROJECT, Path("/x"), unusable="not trusted", problem="the project is not trusted"
    )
    assert why_unusable(withheld) == "the project is not trusted"
    assert why_unusable(ResourceRow("x", Origin.YOURS, Path("/x"), unusable="disabled")) == "disabled"


@pytest.mark.parametrize("width", [0, 1, 5, 20, 60, 80, 120, 200])
def test_lines_fit_every_width_and_say_hostile_words_as_words(width: int) -> None:
    nasty = "\x1b[2J\x1b]0;owned\x07go\u202eal"
    row = ResourceRow(nasty, Origin.YOURS, Path("/x/" + nasty), nasty, nasty, nasty, (Path(nasty),), None, (nasty,))
    row = replace(row, facts=(("model", nasty), ("tools", 9 * nasty)), beginning=nasty)
    for line in (*resource_lines([row], "teams", frame(width), Kept()), *about_lines(row, frame(width))):
        assert line.text.isprintable()
        assert "owned" not in line.text
        assert cell_len(line.text) <= max(width, 16)
