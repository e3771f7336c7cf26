"""A terminal that has no room for parts: the selected run is told of, and nothing is half there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Liveness, Problem, RunSlice, RunsSlice, SliceName, SliceState
from crew_tui.lines import Line
from crew_tui.panes.glance import glance_lines
from crew_tui.screens.layout import is_small
from crew_tui.situation import Region
from crew_tui.text import clean
from tests.tui.builders import a_busy_project, event, events, frame, row, run_slice, runs, task, tasks
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_dashboard import ready, shown, until

PROJECT = a_busy_project()
LISTED, WORKING = PROJECT[SliceName.RUNS], PROJECT[SliceName.RUN]
assert isinstance(LISTED, RunsSlice)
assert isinstance(WORKING, RunSlice)

ROW = row(7, RunStatus.RUNNING, seconds=90)
DONE, WAITS, AT_WORK = (
    task("01_explore", TaskStatus.COMPLETED),
    task("02_ask", TaskStatus.WAITING),
    task("03_write", TaskStatus.RUNNING),
)
LAST = event(3, "attempt.starting", "03_write")
MISSING = "40×10 shows all"


def said(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.strip() for each in lines]


def glance(height: int, run: RunSlice = run_slice(ROW), width: int = 39) -> tuple[Line, ...]:
    return glance_lines(run, tasks(DONE, WAITS, AT_WORK), events(LAST), frame(width, height), MISSING)


@pytest.mark.parametrize(("size", "small"), [((39, 50), True), ((200, 9), True), ((40, 10), False)])
def test_from_which_size_on_there_is_room_for_parts(size: tuple[int, int], small: bool) -> None:
    assert is_small(size) is small


def test_it_says_how_the_run_stands_whom_it_needs_and_what_happened_last() -> None:
    status, goal, needs, last, missing = said(glance(8))
    assert status == "▶ running 1/3 33% 1m30s  00000007"
    assert goal == "Goal number 7"
    assert needs == "! 02_ask waits for you"
    assert last.split() == ["14:02:37", "attempt.starting", "03_write"] or "attempt.starting" in last
    assert missing == MISSING


def test_what_matters_least_gives_way_first() -> None:
    kept = [said(glance(height)) for height in range(6)]
    assert [len(each) for each in kept] == [0, 1, 2, 3, 4, 5]
    assert kept[1][0].startswith("▶ running")
    assert kept[2][1] == "! 02_ask waits for you"
    assert "attempt.starting" in kept[3][2]
    assert kept[4][3] == MISSING


def test_a_run_that_is_over_waits_for_nobody() -> None:
    failed = row(8, RunStatus.FAILED)
    lines = said(glance(8, run_slice(failed, why="02_ask: exit status 2")))
    assert "! 02_ask: exit status 2" in lines
    assert not any("waits for you" in each for each in lines)


def test_an_interrupted_run_says_so() -> None:
    lines = said(glance(8, run_slice(ROW, live=Liveness.INTERRUPTED, why="no coordinator works on it")))
    assert lines[0].startswith("! interrupted")


def test_what_cannot_be_read_stands_below_the_rest_not_beside_it() -> None:
    damaged = Problem(Path("/src/.crew/runs/team_7/journal.jsonl"), "is damaged")
    lines = glance(9, run_slice(ROW, state=SliceState.PARTIAL, problems=(damaged,)))
    assert " ! journal.jsonl: is damaged" in [each.text for each in lines]
    assert all(each.text.startswith(" ") for each in lines)


RUNS = st.sampled_from(
    (
        run_slice(ROW),
        run_slice(row(8, RunStatus.BLOCKED, goal="你好 " * 20), why="blocked: " + "words " * 20),
        run_slice(row(9, RunStatus.RUNNING), state=SliceState.STALE),
        run_slice(row(9), run=None),
        RunSlice(SliceState.LOADING, None, None, Liveness.UNKNOWN),
    )
)


@given(RUNS, st.integers(0, 12), st.integers(34, 60))
def test_no_line_is_wider_and_there_are_no_more_than_there_is_room_for(run: RunSlice, height: int, width: int) -> None:
    lines = glance(height, run, width)
    assert len(lines) <= height
    for each in lines if run.shown else ():
        assert cell_len(clean(each.text)) <= width


async def test_no_part_is_in_sight_and_keys_select_another_run() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(39, 9)) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: "running 4/7 57%" in shown(app))
        assert not set("┏┃┗│┌└") & set("".join(shown(app).split("\n")[1:]))
        await pilot.press("down")
        await until(pilot, lambda: "failed" in shown(app).split("\n")[1])
        assert app.main.runs.selected != str(WORKING.path)


async def test_the_footer_names_what_can_be_done_and_the_rest_does_nothing() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(39, 9)) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: "c cancel" in shown(app).split("\n")[-1])
        last = shown(app).split("\n")[-1]
        assert all(word in last for word in ("help", "quit"))
        assert "open" not in last
        available = {entry.keys[0] for entry in app.keymap.available(app.main.situation())}
        assert not available & {"enter", "tab", "1", "4", "z", "S", "space", "slash"}
        before = shown(app).split("\n")[1:]
        await pilot.press("enter", "4", "z", "space")
        await pilot.pause()
        assert shown(app).split("\n")[1:] == before
        await pilot.press("s")
        await until(pilot, lambda: "status of run" in shown(app))
        await pilot.press("q")
        await until(pilot, lambda: app.screen is app.main)
        await pilot.press("c")
        await until(pilot, lambda: "Cancel run" in shown(app) and "y cancel it" in shown(app))
        await pilot.resize_terminal(39, 5)
        await until(pilot, lambda: len(shown(app).split("\n")) == 5)
        assert "y cancel it" in shown(app), "whatever is cut, the keys of the question are there"


async def test_all_of_it_is_back_when_the_terminal_grows() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("5")
        await until(pilot, lambda: app.main.place is Region.HEALTH)
        # They are looked for a moment after what they are found in.
        await until(pilot, lambda: "3 alerts" in shown(app))
        whole = shown(app)
        for size in ((39, 9), (120, 9), (20, 30), (1, 1)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.main.place is Region.RUNS
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: shown(app) == whole)
        assert app.main.place is Region.HEALTH
        assert app.main.runs.selected == str(WORKING.path)


async def test_it_grows_and_shrinks_under_a_screen_that_covers_it() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "alerts" in shown(app))
        await pilot.resize_terminal(39, 9)
        await pilot.press("escape")
        await until(pilot, lambda: "running 4/7 57%" in shown(app) and app.main.small)
        await pilot.press("exclamation_mark")
        await pilot.resize_terminal(120, 30)
        await pilot.press("escape")
        await until(pilot, lambda: not app.main.small and "ACTIVE 2" in shown(app))


async def test_what_is_gone_to_meanwhile_is_there_when_there_is_room() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(39, 9)) as pilot:
        await ready(pilot, app)
        app.main.go_to(Region.PLAN)
        await pilot.pause()
        assert app.main.place is Region.RUNS
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: app.main.place is Region.PLAN)


async def test_without_a_run_it_says_why() -> None:
    source = ScriptedSource({**PROJECT, SliceName.RUNS: runs(state=SliceState.EMPTY)})
    app = dashboard(source)
    async with app.run_test(size=(39, 9)) as pilot:
        await until(pilot, lambda: "No runs here yet." in shown(app) and "Start one with n." in shown(app))
