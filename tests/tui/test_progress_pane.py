"""The progress tab: counts, a guess of the rest, doubts, the end, and as much of the journal as is wanted."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from crew_core.model.attempt import StopRequest
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, StopCode, StopVerb, TaskStatus
from crew_core.observe.slices import AppendLog, EventsSlice, Evidence, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Box, Letter, MailSlice
from crew_tui.actions import Action
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Tone
from crew_tui.panes.eta import eta_words, seconds_left
from crew_tui.panes.event_lines import event_line, event_tone
from crew_tui.panes.joins import joins_in, joins_lines
from crew_tui.panes.progress import ProgressPane
from crew_tui.panes.progress_head import doubts_line, end_lines, phases, phases_line
from crew_tui.screens.new_run import NewRun
from crew_tui.screens.picker import Picker
from crew_tui.screens.text import TextScreen
from crew_tui.texts.of_event import event_source
from tests.tui.builders import (
    NOW,
    a_busy_project,
    ago,
    event,
    events,
    frame,
    letter,
    row,
    run_of,
    run_slice,
    task,
    tasks,
)
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import grid
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import a_run_in_every_tab
from tests.tui.test_dashboard import until

RUN = run_slice(row(1, RunStatus.RUNNING))


def took(id: str, seconds: float, role: str = "worker") -> object:
    return task(id, TaskStatus.COMPLETED, role=role, started_at=ago(seconds + 10), finished_at=ago(10))


# The rest


def test_a_guess_needs_two_samples() -> None:
    left = task("z")
    assert seconds_left((took("a", 60), left), NOW) is None
    assert seconds_left((took("a", 60), took("b", 120), left), NOW) == 90.0
    assert seconds_left((took("a", 60), took("b", 120)), NOW) is None


def test_a_task_is_guessed_by_its_role() -> None:
    known = (took("a", 60, "fast"), took("b", 600, "slow"))
    assert seconds_left((*known, task("z", role="fast")), NOW) == 60.0
    assert seconds_left((*known, task("z", role="slow")), NOW) == 600.0
    assert seconds_left((*known, task("z", role="new")), NOW) == 330.0


def test_what_runs_has_less_left_and_shares_the_time() -> None:
    known = (took("a", 60), took("b", 60))
    running = task("c", TaskStatus.RUNNING, started_at=ago(40))
    assert seconds_left((*known, running), NOW) == 20.0
    assert seconds_left((*known, running, task("d", TaskStatus.RUNNING, started_at=ago(500)), task("e")), NOW) == 40.0


def test_means_that_all_exceed_by_far_are_no_guide() -> None:
    known = (took("a", 10), took("b", 20))
    far, near = (task(name, TaskStatus.RUNNING, started_at=ago(s)) for name, s in (("c", 31), ("d", 30)))
    assert seconds_left((*known, far), NOW) is None
    assert seconds_left((*known, far, task("e")), NOW) is None
    assert seconds_left((*known, near), NOW) == 0.0
    assert seconds_left((*known, far, near, task("e")), NOW) == 7.5


def test_nobody_knows_when_an_answer_comes() -> None:
    assert seconds_left((took("a", 60), took("b", 60), task("c", TaskStatus.WAITING), task("d")), NOW) is None


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "~1s"), (0.4, "~1s"), (9.6, "~10s"), (40, "~40s"), (290, "~5m"), (4000, "~1h06m")]
)
def test_a_guess_is_as_rough_as_it_is(seconds: float, said: str) -> None:
    assert eta_words(seconds) == said


@given(st.floats(0, 1e7))
def test_every_guess_has_words(seconds: float) -> None:
    assert eta_words(seconds).startswith("~")


# Lines


def test_doubts_name_task_and_rule() -> None:
    doubts = {f"t{n}": Evidence(f"rule-{n}", "says") for n in range(5)}
    line = doubts_line(doubts, frame(110))
    assert line is not None
    assert line.text.startswith("doubts   ? t0 rule-0 · t1 rule-1 · t2 rule-2 · 2 more")
    assert line.text.endswith("5 says why")
    assert doubts_line({}, frame()) is None


def a_join(id: str, seconds: float, *tasks: str, partial: bool = False, status: str = "delivered") -> Letter:
    told = json.dumps({"data": {"kind": "group_join", "taskIds": tasks, "partial": partial, "ackRequired": True}})
    return letter(
        id, Box.OUTBOX, "group-join", "leader", id, kind="group_join", seconds=seconds, status=status, data=told
    )


def test_group_joins_say_whose_results_came_together_and_whether_that_was_acknowledged() -> None:
    letters = (
        a_join("m1", 7200, "01_explore", "02_plan", status="acknowledged"),
        letter("m2", Box.OUTBOX, "03_execute", "leader", "no data", kind="group_join"),
        a_join("m3", 38, "03_execute", partial=True),
    )
    (said,) = joins_lines(letters, frame(100), label=9)
    assert said.text == "joins    03_execute partial, ack pending 38s · 01_explore +1 completed, acked"
    assert [join.letter.id for join in joins_in(a_join(str(each), 1, "t") for each in range(9))] == list("87654")
    assert joins_lines((), frame(100), label=9) == ()
    for width in (3, 9, 10, 40):
        assert all(cell_len(line.text) <= max(width, 9) for line in joins_lines(letters, frame(width), label=9))


async def test_the_joins_of_a_run_stand_above_its_events() -> None:
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 20)):
        mail = MailSlice(SliceState.READY, (a_join("m1", 7200, "01_explore", "02_plan"),))
        app.show(run=run_slice(row(1)), tasks=tasks(), mail=mail)
        assert any("joins    01_explore +1 completed, ack pending 2h" in line for line in app.texts())


def test_the_end_says_at_whose_wish_it_was() -> None:
    stop = StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "wrong branch")
    ended = run_of(row(1, RunStatus.CANCELLED), summary="1 of 3 tasks completed", stop=stop)
    assert [each.text for each in end_lines(ended, "", frame())] == ["end      1 of 3 tasks completed (wrong branch)"]
    ending = run_of(row(1, RunStatus.RUNNING), stop=stop)
    assert [each.text for each in end_lines(ending, "", frame())] == ["end      wrong branch"]


def test_a_phase_that_failed_says_so_although_some_of_it_waits() -> None:
    stages = (task("a", TaskStatus.COMPLETED), task("b", TaskStatus.FAILED, depends_on=("a",)))
    line = phases_line((*stages, task("c", depends_on=("a",))), frame())
    assert line is not None
    assert line.text == "phases   ✓ a 1/1 ─ ✗ b +1 1/2"


DONE, OPEN = TaskStatus.COMPLETED, TaskStatus.QUEUED


def chain(*statuses: TaskStatus) -> list[Task]:
    return [task(f"t{n}", status, depends_on=(f"t{n - 1}",) if n else ()) for n, status in enumerate(statuses)]


@pytest.mark.parametrize(
    ("width", "eta", "said"),
    [
        (50, "", "✓ t0 1/1 ─ ✓ t1 1/1 ─ ◦ t2 0/1 ─ ◦ t3 0/1"),
        (49, "", "… ─ ✓ t1 1/1 ─ ◦ t2 0/1 ─ ◦ t3 0/1"),
        (38, "", "… ─ ◦ t2 0/1 ─ ◦ t3 0/1"),
        (31, "", "… ─ ◦ t2 0/1 ─ …"),
        (60, "about 2m", "✓ t0 1/1 ─ ✓ t1 1/1 ─ ◦ t2 0/1 ─ ◦ t3 0/1 about 2m"),
        (58, "about 2m", "… ─ ✓ t1 1/1 ─ ◦ t2 0/1 ─ ◦ t3 0/1 about 2m"),
    ],
)
def test_phases_that_are_done_give_way_first_and_none_is_cut(width: int, eta: str, said: str) -> None:
    line = phases_line(chain(DONE, DONE, OPEN, OPEN), frame(width), eta=eta)
    assert line is not None
    assert " ".join(line.text.split()) == f"phases {said}"


@given(st.lists(st.sampled_from([DONE, TaskStatus.FAILED, OPEN]), min_size=2, max_size=9), st.integers(25, 120))
def test_the_first_phase_that_is_not_done_is_always_in_sight(statuses: list[TaskStatus], width: int) -> None:
    line = phases_line(chain(*statuses), frame(width))
    assert line is not None
    assert cell_len(line.text) <= width
    first = next((n for n, status in enumerate(statuses) if status is not DONE), 0)
    assert f" t{first} " in line.text
    assert line.text[-1] in "1…" or line.text.endswith("0/1")


def test_phases_of_thousands_in_a_row() -> None:
    assert len(phases(chain(*2000 * [OPEN]))) == 2000


def test_an_event_names_its_task_in_a_terminal_of_80_columns() -> None:
    line = event_line(event(1, "attempt.starting", "02_check_all", "attempt 1"), frame(41)).text
    assert line.split() == ["14:02:23", "attempt.starting", "02_check_all"]
    assert "task.deadlettered 02" in event_line(event(1, "task.deadlettered", "02"), frame(41)).text
    assert event_line(event(1, "coordinator.started"), frame(41)).text.split()[-1] == "coordinator.started"
    assert event_line(event(1, "run.created", message="do it"), frame(41)).text.split()[-3:] == [
        "run.created",
        "do",
        "it",
    ]


def test_events_are_coloured_by_how_much_they_matter() -> None:
    assert event_tone(event(1, "task.failed")) is Tone.FAIL
    assert event_tone(event(1, "task.skipped")) is Tone.WARN
    assert event_tone(event(1, "task.completed")) is Tone.OK
    assert event_tone(event(1, "attempt.ended", outcome="lost")) is Tone.FAIL
    assert event_tone(event(1, "task.progress")) is Tone.DIM


# On screen


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_tab_at_every_width(width: int) -> None:
    app = OneTab(ProgressPane)
    async with app.run_test(size=(width, 30)) as pilot:
        slices = a_run_in_every_tab()
        tasks = slices[SliceName.TASKS]
        assert isinstance(tasks, TasksSlice)
        # One that began a moment ago: of it, how long it takes can be guessed.
        begun = (*tasks.tasks, task("08_more", TaskStatus.RUNNING, started_at=ago(1)))
        app.pane.take({**slices, SliceName.TASKS: replace(tasks, tasks=begun)})
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "eta ~" in said
        assert "02_plan no-answer" in said
        assert "task.completed" in said
        assert "task.progress" not in said


async def test_levels_kinds_and_noise_are_chosen_with_keys() -> None:
    app = OneTab(ProgressPane)
    async with app.run_test(size=(120, 30)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        app.pane.perform(Action.FULL_PROGRESS)
        await pilot.pause()
        assert any("task.progress" in each for each in app.texts())
        app.pane.perform(Action.EVENT_LEVEL)
        app.pane.perform(Action.EVENT_LEVEL)
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "errors" in app.texts()[-1]
        assert "task.failed" in said
        assert "task.skipped" not in said
        assert app.pane.filtered
        app.pane.perform(Action.EVENT_TYPES)
        await pilot.pause()
        assert "attempt, errors" in app.texts()[-1]
        assert "task.failed" not in "\n".join(app.texts())
        app.pane.unfilter()
        await pilot.pause()
        assert not app.pane.filtered
        assert any("run.created" in each for each in app.texts())


async def test_a_query_of_the_person_narrows_the_journal_and_new_events_too() -> None:
    app = OneTab(ProgressPane)
    async with app.run_test(size=(120, 30)) as pilot:
        log: AppendLog[object] = AppendLog()
        log.append(event(1, "task.completed", "a"))
        app.show(run=RUN, tasks=tasks(task("a")), events=EventsSlice(SliceState.READY, log, 1))  # type: ignore[arg-type]
        assert app.pane.filter_by("task:b") == "0 of 1"
        await pilot.pause()
        assert any("None of 1 event is left: Esc shows all." in each for each in app.texts())
        log.append(event(2, "task.failed", "b"))
        app.show(events=EventsSlice(SliceState.READY, log, 2))  # type: ignore[arg-type]
        await pilot.pause()
        assert any("#2 task.failed" in each for each in app.texts())
        assert "task:b" in app.texts()[-1]


async def test_the_journal_of_a_run_over_midnight_has_a_row_for_each_day_that_is_not_today() -> None:
    day = 86_400
    journal = events(
        event(1, "run.created", seconds=2 * day),
        event(2, "task.started", "a", seconds=day + 60),
        event(3, "task.completed", "a", seconds=day),
        event(4, "task.started", "b", seconds=1),
    )
    app = OneTab(ProgressPane)
    async with app.run_test(size=(120, 30)) as pilot:
        app.show(run=RUN, tasks=tasks(task("a"), task("b")), events=journal)
        await pilot.pause()

        def log() -> list[str]:
            found = [text.strip("┃│ ›") for text in app.texts() if "#" in text or "── 2026" in text]
            return [text if "──" in text else text.split()[1] for text in found]

        assert log() == ["── 2026-05-13 ──", "#1", "── 2026-05-14 ──", "#2", "#3", "── 2026-05-15 ──", "#4"]
        # Moving passes over them, and the filter takes those with it whose day has no event left.
        seen = []
        for by in (0, -1, -1, -1, -1, 1, 1, 1, 3):
            app.pane.move(by)
            assert app.pane.event is not None
            seen.append(app.pane.event.seq)
        assert seen == [4, 3, 2, 1, 1, 2, 3, 4, 4]
        app.pane.move_home()
        await pilot.pause()
        assert "4 events" in app.texts()[-1]
        app.pane.filter_by("completed")
        await pilot.pause()
        assert log() == ["── 2026-05-14 ──", "#3"]
        assert "2026-05-14" in app.texts()[-1]
        app.pane.unfilter()
        await pilot.pause()
        assert app.pane.event is not None
        assert app.pane.event.seq == 1


async def test_of_a_run_that_nobody_works_on_nothing_is_guessed() -> None:
    app = OneTab(ProgressPane)
    async with app.run_test(size=(120, 30)) as pilot:
        app.pane.take(a_run_in_every_tab())
        app.show(run=run_slice(row(1, RunStatus.FAILED)))
        await pilot.pause()
        assert not any("eta" in each for each in app.texts())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SliceState.LOADING, "reading events"),
        (SliceState.EMPTY, "No events yet."),
        (SliceState.ERROR, "Its events cannot be read."),
    ],
)
async def test_a_journal_that_is_not_there_says_why(state: SliceState, words: str) -> None:
    app = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.show(run=RUN, tasks=TasksSlice(SliceState.READY, ()), events=EventsSlice(state, events().log, 0))
        await pilot.pause()
        assert any(words in each for each in app.texts())
        app.tick(NOW + timedelta(seconds=1))
        assert any(words in each for each in app.texts())


# The selected event


def journal(count: int) -> EventsSlice:
    log: AppendLog[object] = AppendLog()
    for number in range(1, count + 1):
        log.append(event(number, "task.failed" if number % 10 == 0 else "task.started", f"t{number % 3}"))
    return EventsSlice(SliceState.READY, log, count)  # type: ignore[arg-type]


def with_one_more(slice: EventsSlice) -> EventsSlice:
    slice.log.append(event(slice.count + 1, "run.completed"))
    return EventsSlice(slice.state, slice.log, slice.count + 1)


def selected(app: OneTab[ProgressPane]) -> int:
    assert app.pane.event is not None
    return app.pane.event.seq


async def test_the_newest_event_is_selected_until_another_one_is() -> None:
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        told = journal(200)
        app.show(run=RUN, tasks=tasks(task("t1")), events=told)
        await pilot.pause()
        assert selected(app) == 200
        told = with_one_more(told)
        app.show(events=told)
        await pilot.pause()
        assert selected(app) == 201
        assert "follow" in app.texts()[-1]
        app.pane.move(-3)
        await pilot.pause()
        assert not app.pane.following
        assert "follow" not in app.texts()[-1]
        before = [each for each in app.texts() if "#" in each]
        app.show(events=with_one_more(told))
        await pilot.pause()
        assert selected(app) == 198
        assert [each for each in app.texts() if "#" in each] == before, "what comes does not move what is read"
        app.pane.move_end()
        await pilot.pause()
        assert selected(app) == 202
        assert app.pane.following
        app.pane.move_home()
        assert selected(app) == 1
        app.pane.follow(True)
        assert selected(app) == 202


async def test_the_wheel_leaves_the_newest_event_and_says_so() -> None:
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.show(run=RUN, tasks=tasks(task("t1")), events=journal(200))
        await pilot.pause()
        app.pane._begin_at(100)
        await pilot.pause()
        assert not app.pane.following
        assert "200 events" in app.texts()[-1]


async def test_a_filter_does_not_lose_the_selected_event() -> None:
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.show(run=RUN, tasks=tasks(task("t1")), events=journal(200))
        await pilot.pause()
        app.pane.move(-55)
        assert selected(app) == 145
        app.pane.filter_by("type:task.failed")
        assert selected(app) == 150, "the next one that is left"
        app.pane.filter_by("type:nothing")
        assert app.pane.event is None
        assert Action.EVENT_DETAIL not in app.pane.offers()
        assert not app.pane.copyables()
        app.pane.unfilter()
        assert selected(app) == 145
        assert "#145" in "\n".join(app.texts())
        app.pane.filter_by("type:task.failed")
        app.pane.move(-1)
        app.pane.unfilter()
        assert selected(app) == 140


async def test_of_the_selected_event_there_is_its_task_and_what_can_be_copied() -> None:
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        app.pane.move(-2)
        assert app.pane.chosen_task == "03_execute"
        copied = {each.what: each.text for each in app.pane.copyables()}
        assert "task.failed" in copied["event"]
        assert copied["command for the event"] == "crew-tui events r --since 7"
        app.show(run=replace(app.pane.run, foreign=True))
        assert "command for the event" not in {each.what for each in app.pane.copyables()}


async def test_a_journal_of_any_length_is_moved_through_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(
        "crew_tui.panes.progress.event_line",
        lambda event, frame, key: (made.append(event.seq), event_line(event, frame, key=key))[1],
    )
    app: OneTab[ProgressPane] = OneTab(ProgressPane)
    async with app.run_test(size=(100, 24)) as pilot:
        told = journal(100_000)
        app.show(run=RUN, tasks=tasks(task("t1")), events=told)
        await pilot.pause()
        wanted: list[int] = []
        monkeypatch.setattr(app.pane, "_wanted", lambda each: (wanted.append(each.seq), True)[1])
        app.pane.filter_by("")
        app.pane._rows = None
        app.pane.rebuild()
        wanted.clear()
        for _ in range(50):
            told = with_one_more(told)
            app.show(events=told)
            app.pane.move(-1)
            app.pane.move(-7)
            app.pane.move_end()
        await pilot.pause()
        assert wanted == list(range(100_001, 100_051)), "each new event is looked at once"
        assert len(made) < 2000, "only what was in sight is made"
        assert selected(app) == 100_050


def test_an_event_is_shown_with_all_that_it_says() -> None:
    source = event_source(
        event(7, "task.failed", "a", "exit \x1b[31mstatus 2", code="exit", rest={"deep": [1, "\ud800"]})
    )
    assert source.title == "event #7 task.failed"
    text = source.open(UNICODE)
    said = json.loads(text.text(10_000))
    assert (said["taskId"], said["metadata"]["seq"], said["data"]["rest"]["deep"][0]) == ("a", 7, 1)
    book = text.laid_out(60, wrap=True)
    book.read_more()
    rows = [line.text for line in book.rows_of(book.parts[0])]
    assert any('"code": "exit"' in each for each in rows)
    assert all(each.isprintable() for each in rows)


async def test_enter_shows_the_selected_event_and_y_copies_it() -> None:
    project = a_busy_project()
    of = project[SliceName.RUN]
    assert isinstance(of, RunSlice)
    app = dashboard(ScriptedSource(project), select=of.path)
    async with app.run_test(size=(120, 30)) as pilot:
        await until(pilot, lambda: "04_tests" in "\n".join(grid(app.screen)))
        await pilot.press("2", "up", "y")
        assert isinstance(app.screen, Picker)
        assert app.screen.choices[0].label == "event"
        await pilot.press("escape", "enter")
        assert isinstance(app.screen, TextScreen)
        await until(pilot, lambda: '"because": "03_execute"' in "\n".join(grid(app.screen)))
        assert "event #9 task.skipped" in grid(app.screen)[1]
        await pilot.press("escape", "n")
        assert isinstance(app.screen, NewRun), "n means here what it means in every list"
