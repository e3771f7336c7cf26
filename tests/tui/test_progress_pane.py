"""The progress tab: counts, a guess of the rest, doubts, the end, and as much of the journal as is wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.attempt import StopRequest
from crew_core.model.status import RunStatus, StopCode, StopVerb, TaskStatus
from crew_core.observe.slices import AppendLog, EventsSlice, Evidence, SliceState, TasksSlice
from crew_tui.actions import Action
from crew_tui.lines import Tone
from crew_tui.panes.eta import eta_words, seconds_left
from crew_tui.panes.progress import ProgressPane, doubts_line, end_lines, event_tone, phases
from tests.tui.builders import NOW, ago, event, events, frame, row, run_of, run_slice, task, tasks
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import a_run_in_every_tab

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


def test_the_end_says_at_whose_wish_it_was() -> None:
    stop = StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "wrong branch")
    ended = run_of(row(1, RunStatus.CANCELLED), summary="1 of 3 tasks completed", stop=stop)
    assert [each.text for each in end_lines(ended, "", frame())] == ["end      1 of 3 tasks completed (wrong branch)"]
    ending = run_of(row(1, RunStatus.RUNNING), stop=stop)
    assert [each.text for each in end_lines(ending, "", frame())] == ["end      wrong branch"]


def test_phases_of_thousands_in_a_row() -> None:
    chain = tuple(task(f"t{n}", depends_on=(f"t{n - 1}",)) for n in range(2000))
    assert len(phases(chain)) == 2000


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
        app.pane.take(a_run_in_every_tab())
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
