"""The whole dashboard, without a terminal: keys, selection, questions, outcomes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crew_core.config.first_look import Wishes
from crew_core.model.commands import Outcome, OutcomeCode
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import (
    Liveness,
    Problem,
    RunSlice,
    RunsSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_tui import requests
from crew_tui.actions import Action
from crew_tui.app import Dashboard
from crew_tui.drafting import Wish
from crew_tui.performing.look import open_run
from crew_tui.requests import Target, outcome_words
from crew_tui.screens.confirm import Confirm
from crew_tui.screens.help import Help
from crew_tui.screens.new_run import NewRun
from crew_tui.situation import Region
from crew_tui.steering import Told
from tests.tui.builders import LINK, a_busy_project, row, run_slice, runs, task, tasks
from tests.tui.dashboard import START_IN, ScriptedSource, dashboard
from tests.tui.grid import grid

PROJECT = a_busy_project()
WORKING = PROJECT[SliceName.RUN]
assert isinstance(WORKING, RunSlice)
LISTED = PROJECT[SliceName.RUNS]
assert isinstance(LISTED, RunsSlice)


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await pilot.pause()


def shown(app: Dashboard) -> str:
    return "\n".join(grid(app.screen))


async def ready(pilot: Pilot[None], app: Dashboard) -> None:
    await until(pilot, lambda: bool(app.main.runs.selected))
    await pilot.pause()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Action, Target]]:
    """What is asked of runs; each is said to be cancelled then."""
    asked: list[tuple[Action, Target]] = []

    def request(action: Action, target: Target) -> Callable[[], Told]:
        asked.append((action, target))
        return lambda: Told("the run is cancelled")

    monkeypatch.setattr("crew_tui.performing.steer.request", request)
    return asked


async def test_a_run_can_be_selected_from_the_start() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        assert "Refactor auth middleware" in shown(app)
        assert app.main.place is Region.RUNS


async def test_few_widgets_make_the_screen() -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        assert len([widget for widget in app.screen.walk_children() if widget.display]) <= 15


async def test_enter_on_a_task_shows_its_output_and_escape_goes_back() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", "j", "j", "j", "enter")
        assert ("show_output", "04_tests") in source.asked
        assert "task 04_tests" in shown(app)
        await pilot.press("escape")
        assert app.main.place is Region.RUNS
        await pilot.press("escape", "escape")
        assert app.return_code is None, "Esc never quits"


async def test_the_selection_stays_on_the_run_when_runs_come() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        source.publish(runs=runs(row(99, RunStatus.RUNNING, seconds=1), *LISTED.rows))
        await pilot.pause()
        assert app.main.runs.selected == str(WORKING.path)


async def test_a_run_that_is_deleted_gives_way_to_its_neighbour_and_is_told() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        source.publish(runs=runs(*(each for each in LISTED.rows if each.path != WORKING.path)))
        await pilot.pause()
        assert app.main.runs.selected.endswith("94cd24fb"), "the one that has its place now"
        assert ("select", Path(app.main.runs.selected)) in source.asked
        assert "cfc0cf97 is gone" in shown(app)
        app.clear_notifications()
        source.publish(runs=RunsSlice(SliceState.EMPTY, (), 0))
        await until(pilot, lambda: "No runs here yet" in shown(app))
        app.clear_notifications()
        await until(pilot, lambda: "What the selected run does" in shown(app))


@pytest.mark.parametrize(("width", "keys"), [(60, ["enter"]), (120, ["enter", "z"])])
async def test_one_goes_to_a_run_while_the_list_is_out_of_sight(width: int, keys: list[str]) -> None:
    others = tuple(row(number, seconds=9000 + number) for number in range(40))
    source = ScriptedSource({**PROJECT, SliceName.RUNS: runs(*LISTED.rows, *others)})
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(width, 16)) as pilot:
        await ready(pilot, app)
        # As far as the wheel goes.
        app.main.runs._begin_at(99)
        await pilot.press(*keys)
        assert not app.main.runs.display
        others = tuple(row(number, seconds=9000 + number, done=2) for number in range(40))
        source.publish(runs=runs(*LISTED.rows, *others))
        open_run(app, others[5].path)
        await until(pilot, lambda: app.main.detail.run.path == others[5].path)
        started = row(99, RunStatus.RUNNING)
        app.main.select_when_seen(started.path)
        source.publish(runs=runs(started, *LISTED.rows, *others))
        await until(pilot, lambda: source.asked[-1] == ("select", started.path))
        open_run(app, others[5].path)
        await pilot.press("escape")
        await until(pilot, lambda: f"› ✓ {others[5].run_id[-8:]}" in shown(app))
        assert app.main.runs.selected == str(others[5].path)


@pytest.mark.parametrize("width", [60, 120])
async def test_a_run_that_the_filter_leaves_out_is_gone_to_without_it(width: int) -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source)
    async with app.run_test(size=(width, 30)) as pilot:
        await ready(pilot, app)
        app.main.runs.filter_by("status:failed")
        open_run(app, WORKING.path or Path())
        await until(pilot, lambda: app.main.detail.run.path == WORKING.path)
        await pilot.press("escape")
        await until(pilot, lambda: "NEEDS YOU" in shown(app))
        assert app.main.runs.selected == str(WORKING.path)
        app.main.runs.filter_by("status:failed")
        started = row(99, RunStatus.RUNNING)
        app.main.select_when_seen(started.path)
        source.publish(runs=runs(started, *LISTED.rows))
        await until(pilot, lambda: source.asked[-1] == ("select", started.path))


@pytest.mark.parametrize("key", ["enter", "tab", "2"])
async def test_the_run_one_works_in_stays_selected_when_the_filter_is_taken_away(key: str) -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        before = app.main.runs.selected
        app.main.runs.filter_by("status:running")
        found = app.main.runs.selected
        assert found != before
        await until(pilot, lambda: str(app.main.detail.run.path) == found)
        await pilot.press(key)
        await until(pilot, lambda: app.main.place is not Region.RUNS)
        await pilot.press("escape")
        await until(pilot, lambda: app.main.place is Region.RUNS)
        await pilot.press("escape")
        await until(pilot, lambda: not app.main.runs.filtered)
        assert app.main.runs.selected == found


@pytest.mark.parametrize("width", [60, 120])
async def test_one_goes_to_a_task_of_another_run(width: int) -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(width, 30)) as pilot:
        await ready(pilot, app)
        assert app.main.runs.selected != str(WORKING.path)
        open_run(app, WORKING.path or Path(), "05_docs")
        await until(pilot, lambda: "›▶ 05_docs" in shown(app))
        await until(pilot, lambda: (now := app.main.situation().task) is not None and now.id == "05_docs")


async def test_a_task_is_not_gone_to_when_the_person_has_gone_on_to_another_run() -> None:
    source = Held(PROJECT)
    app = dashboard(source)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        open_run(app, WORKING.path or Path(), "05_docs")
        await until(pilot, lambda: source.chosen == WORKING.path)
        await pilot.press("escape", "k")
        await until(pilot, lambda: source.chosen != WORKING.path)
        other = next(each for each in LISTED.rows if each.path == source.chosen)
        source.publish(run=run_slice(other), tasks=PROJECT[SliceName.TASKS])
        await until(pilot, lambda: "05_docs" in shown(app))
        await pilot.pause()
        assert app.main.detail.chosen_task == "01_explore"


async def test_a_double_click_goes_into_a_run_also_where_enter_means_nothing() -> None:
    app = dashboard(ScriptedSource(PROJECT), wishes=Wishes(keys={"open-run": "f8"}))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        at = next(y for y, line in enumerate(grid(app.screen)) if "cfc0cf97" in line)
        await pilot.click(offset=(5, at), times=2)
        assert app.main.place is Region.AGENTS
        assert app.main.runs.selected == str(WORKING.path)


async def test_nothing_is_asked_of_the_former_run_while_the_next_one_is_read() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        assert app.main.situation().run is not None
        app.main.runs.select(str(row(0x663C7957).path))
        assert app.main.situation().run is None


class Slow(ScriptedSource):
    """Reads the first run, and none that is selected later."""

    def select(self, run_dir: Path | None) -> None:
        if not any(what == "select" for what, _ in self.asked):
            super().select(run_dir)


@pytest.mark.parametrize("key", ["s", "u", "a", "i", "d", "e", "o"])
async def test_nothing_of_the_former_run_is_shown_while_the_next_one_is_read(key: str) -> None:
    app = dashboard(Slow(PROJECT))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("G", key)
        assert app.screen is app.main
        assert "still being read" in shown(app)


class Held(ScriptedSource):
    """Tells the selected run when the test says so."""

    def select(self, run_dir: Path | None) -> None:
        self.chosen = run_dir
        self._publish(
            {
                SliceName.RUN: RunSlice(SliceState.LOADING, run_dir, None, Liveness.UNKNOWN),
                SliceName.TASKS: TasksSlice(SliceState.LOADING, ()),
            }
        )

    def tell(self) -> None:
        super().select(self.chosen)


async def test_keys_that_come_before_the_run_wait_for_it_in_their_order(asked: list[tuple[Action, Target]]) -> None:
    source = Held(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        # Those after the first are for the question that it opens: on the list G would move the selection.
        await pilot.press("c", "G", "y")
        assert app.screen is app.main
        source.tell()
        await until(pilot, lambda: "the run is cancelled" in shown(app))
        assert asked == [(Action.CANCEL_RUN, Target(WORKING.path or Path()))]
        assert app.main.runs.selected == str(WORKING.path)


class Late(ScriptedSource):
    """Lists the runs when the test says so, and reads as many of those that are selected as it is told."""

    def __init__(self, first: dict[SliceName, object], reads: int = 9) -> None:
        super().__init__(first)
        self._reads = reads

    def start(self) -> None:
        self.publish(runs=RunsSlice(SliceState.LOADING, (), 0), link=LINK)

    def come(self) -> None:
        super().start()

    def select(self, run_dir: Path | None) -> None:
        self._reads -= 1
        if self._reads >= 0:
            super().select(run_dir)


async def test_keys_that_come_before_the_list_find_the_run_that_they_lead_to() -> None:
    source = Late(PROJECT)
    app = dashboard(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "reading runs" in shown(app))
        # The last one is for the question: on the list it would move the selection.
        await pilot.press("j", "j", "j", "c", "G")
        source.come()
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "04_tests, 05_docs" in shown(app)
        await pilot.press("n")
        assert app.main.runs.selected == str(WORKING.path)


async def test_keys_that_lead_to_a_run_that_does_not_come_are_given_up_aloud() -> None:
    source = Late(PROJECT, reads=1)
    app = dashboard(source)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.press("j", "c", "question_mark")
        source.come()
        await until(pilot, lambda: "still being read" in shown(app))
        assert app.screen is app.main
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)


async def test_nothing_can_be_done_to_the_lines_that_say_that_there_are_no_runs() -> None:
    app = dashboard(ScriptedSource({**PROJECT, SliceName.RUNS: runs()}))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "No runs here yet" in shown(app))
        offered = {entry.action for entry in app.keymap.available(app.main.situation())}
        assert not offered & {Action.SORT, Action.REVERSE, Action.MARK, Action.MARK_ALL, Action.DOWN}
        assert Action.NEW_RUN in offered


async def test_keys_that_wait_for_a_run_that_does_not_come_are_given_up_aloud() -> None:
    app = dashboard(Held(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("c", "question_mark")
        assert app.screen is app.main
        await until(pilot, lambda: "still being read" in shown(app))
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)


async def test_a_question_is_answered_by_y_only(asked: list[tuple[Action, Target]]) -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        for refusal in ("n", "escape", "enter", "q"):
            await pilot.press("c")
            assert isinstance(app.screen, Confirm)
            assert "04_tests, 05_docs" in shown(app)
            await pilot.press(refusal)
        assert asked == []
        await pilot.press("c", "y")
        await until(pilot, lambda: "the run is cancelled" in shown(app))
        assert asked == [(Action.CANCEL_RUN, Target(WORKING.path or Path()))]


async def test_a_held_key_does_not_answer_the_question_under_it() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path, guard_s=60.0)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("c", "y")
        assert isinstance(app.screen, Confirm)


async def test_a_refusal_stays_until_it_has_been_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Told("coordinator (pid 7) does not answer \x1b[31m[red]", sticky=True, title="not done")
    monkeypatch.setattr("crew_tui.performing.steer.request", lambda action, target: lambda: told)
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("c", "y")
        await until(pilot, lambda: "does not answer [red]" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "does not answer" not in shown(app))


async def test_a_request_that_fails_unexpectedly_is_told_and_recorded(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    def request(action: Action, target: Target) -> Callable[[], Told]:
        def fail() -> Told:
            raise ZeroDivisionError("no divisor")

        return fail

    monkeypatch.setattr("crew_tui.performing.steer.request", request)
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("c", "y")
        await until(pilot, lambda: "ZeroDivisionError" in shown(app))
        assert app.return_code is None
    assert "no divisor" in (own_home / ".local/state/crew-tui/dashboard.log").read_text()


async def test_a_read_only_dashboard_has_no_way_to_act() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path, read_only=True)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        for key in ("c", "X", "t", "R", "n"):
            await pilot.press(key)
            assert len(app.screen_stack) == 2, key
        assert "cancel" not in grid(app.screen)[-1]
        assert "read-only" in shown(app)


async def test_a_run_is_started_from_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    wished: list[tuple[Path, Wish]] = []

    def start(wish: Wish, cwd: Path, started: object) -> Callable[[], Told]:
        wished.append((cwd, wish))
        return lambda: Told("run 1234 started")

    monkeypatch.setattr("crew_tui.performing.steer.start_request", start)
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press("n")
        assert isinstance(app.screen, NewRun)
        await pilot.press("ctrl+s")
        assert "A run needs a goal" in shown(app)
        await pilot.press(*"fix q", "tab", *"demo", "ctrl+s")
        await until(pilot, lambda: "run 1234 started" in shown(app))
        assert wished == [(START_IN, Wish("fix q", "demo"))]


async def test_the_header_counts_alerts_until_they_are_read() -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: " 1 alert │" in shown(app))
        await pilot.press("H")
        await until(pilot, lambda: "alert" not in shown(app))


async def test_help_lists_every_key_and_closes() -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(100, 60)) as pilot:
        await ready(pilot, app)
        await pilot.press("question_mark")
        assert isinstance(app.screen, Help)
        for words in ("leave the dashboard", "cancel the run"):
            await pilot.press("slash", *words, "enter")
            assert words in shown(app)
            await pilot.press("slash", "escape")
        await pilot.press("question_mark")
        assert not isinstance(app.screen, Help)


async def test_zoom_shows_one_region_alone() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("enter", "z")
        assert not app.main.runs.display
        await pilot.press("escape")
        assert app.main.runs.display
        assert app.main.place is Region.AGENTS


async def test_a_list_that_was_left_wider_than_there_is_room_gets_narrower_at_once() -> None:
    app = dashboard(ScriptedSource(PROJECT))
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        app.main.arrangement.runs_width = 90
        app.main.resize_runs(-4)
        await until(pilot, lambda: app.main.runs.size.width == 56)


async def test_resizing_keeps_the_selection_and_shows_one_region_when_narrow() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        for size in ((60, 20), (30, 8), (10, 3), (1, 1), (200, 60), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert app.main.runs.selected == str(WORKING.path)
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert app.main.runs.display
        assert not app.main.detail.display
        await pilot.press("enter")
        await pilot.pause()
        assert not app.main.runs.display
        assert app.main.detail.display
        await pilot.press("escape")
        await pilot.pause()
        assert app.main.runs.display


async def test_a_corrupt_file_is_named_and_the_dashboard_goes_on() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        problem = Problem(Path("/r/tasks.json"), "not valid JSON at byte 18442; shown from the journal")
        source.publish(run=run_slice(row(0xCFC0CF97, RunStatus.RUNNING), state=SliceState.PARTIAL, problems=(problem,)))
        await pilot.pause()
        assert "! tasks.json: not valid JSON" in shown(app)
        assert "04_tests" in shown(app)


async def test_the_same_slices_again_paint_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        app.alerting.look()
        await pilot.pause()
        painted: list[object] = []
        for pane in app.main.panes():
            monkeypatch.setattr(pane, "make_strip", painted.append)
        source.publish(**{name.value: each for name, each in PROJECT.items()})
        await pilot.pause()
        app.main.rebuild()
        await pilot.pause()
        assert painted == []


async def test_a_changed_task_paints_its_line_and_what_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    members = [task(f"t{number:03}") for number in range(500)]
    of = row(1, RunStatus.RUNNING)
    source = ScriptedSource(
        {SliceName.RUNS: runs(of), SliceName.RUN: run_slice(of), SliceName.TASKS: tasks(*members)}
        | {SliceName.LINK: PROJECT[SliceName.LINK]}
    )
    app = dashboard(source)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        painted: list[str] = []
        pane = app.main.detail
        make = pane.make_strip
        monkeypatch.setattr(pane, "make_strip", lambda drawn: (painted.append(drawn.line.text), make(drawn))[1])
        members[7] = task("t007", TaskStatus.QUEUED, agent="another")
        source.publish(tasks=tasks(*members))
        await pilot.pause()
        assert [text.split()[1] for text in painted] == ["t007"]


def test_an_outcome_is_told_in_words() -> None:
    target = Target(Path("/r/team_x_0123456789abcdef"))
    done = outcome_words(target, Outcome(OutcomeCode.DONE, "the run is cancelled", ended=2))
    assert done == Told("run 89abcdef: the run is cancelled\n2 processes ended")
    alive = outcome_words(target, Outcome(OutcomeCode.DONE, "the run is cancelled", survivors=1))
    assert alive.sticky
    assert outcome_words(target, Outcome(OutcomeCode.REFUSED, "not now")).sticky


def test_a_refusal_says_what_why_and_what_to_do() -> None:
    from crew_core.ops.errors import NoAnswer

    told = requests.refused(NoAnswer("r1", "cancel", "coordinator (pid 7) does not answer", 2.0))
    assert told.text.splitlines()[0] == "cancel r1"
    assert "pid 7" in told.text
    assert told.sticky


async def test_the_line_between_the_parts_goes_where_the_mouse_pulls_it() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(120, 30)) as pilot:
        await ready(pilot, app)
        edge = app.main.runs.region.right
        await pilot.mouse_down(offset=(edge, 10))
        await pilot.hover(offset=(edge + 8, 12))
        await pilot.mouse_up(offset=(edge + 8, 12))
        await pilot.hover(offset=(edge + 20, 12))
        assert app.main.runs.region.width == app.main.runs_width == edge + 9
        await pilot.mouse_down(offset=(3, 10))
        await pilot.hover(offset=(60, 12))
        await pilot.mouse_up(offset=(60, 12))
        assert app.main.runs.region.width == edge + 9, "only the line can be pulled"


@pytest.mark.parametrize("size", [(80, 24), (120, 30)], ids=str)
async def test_a_press_on_the_name_of_a_tab_opens_it(size: tuple[int, int]) -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=size) as pilot:
        await ready(pilot, app)
        for number, tab in (("3", Region.MAIL), ("5", Region.HEALTH), ("8", Region.GRAPH), ("1", Region.AGENTS)):
            y, names = next((y, each) for y, each in enumerate(grid(app.screen)) if re.search(r"1 ?Ag.*8 ?Gr", each))
            at = re.search(rf"[ \[]{number} ?[A-Z]", names)
            assert at is not None
            await pilot.click(offset=(at.start() + 1, y))
            assert app.main.detail.TAB is tab
            assert app.main.place is tab
