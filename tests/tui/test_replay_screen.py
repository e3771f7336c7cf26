"""Replay on the screen: each event, the tasks as they were then, and playing at a pace one can watch."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model import events as e
from crew_core.model.events import Event, EventMetadata, Payload, make_event
from crew_core.model.progress import Progress
from crew_core.model.status import Access, AttemptCause
from crew_core.observe.replay import EventReplay, Replay, replay_of
from crew_core.observe.slices import AppendLog
from crew_tui.actions import Action
from crew_tui.keymap.table import DEFAULT
from crew_tui.pace import LONGEST_WAIT_S, SHORTEST_WAIT_S, Stop, next_stop, seconds_of
from crew_tui.panes.replay import Shown, banner_line, event_pieces, run_line, scrubber_line
from crew_tui.screens.replay import ReplayScreen
from tests.observe.picrew import written
from tests.tui.builders import frame
from tests.tui.cover_host import Cover, covered


def at(second: float) -> str:
    return f"2026-05-15T14:{int(second) // 60:02}:{second % 60:06.3f}Z"


def a_replay(gap_s: float = 10.0) -> Replay:
    """A task that starts, fails and is skipped over: eight events, `gap_s` apart."""
    log: AppendLog[Event] = AppendLog()

    def add(payload: Payload, task_id: str | None = None) -> None:
        seq = len(log) + 1
        metadata = EventMetadata(seq=seq)
        log.append(make_event(payload, time=at(gap_s * seq), run_id="r", metadata=metadata, task_id=task_id))

    seeds = tuple(e.TaskSeed(f"0{number}", "s", "r", "executor", "shell", "/", Access.READ, 0) for number in (1, 2))
    add(e.RunCreated("Do the thing", "t", "w", "/", at(0), seeds))
    add(e.RunRunning())
    add(e.TaskStarted(), "01")
    add(e.AttemptStarting(1, AttemptCause.FIRST, "w-1", "shell", 0), "01")
    add(e.TaskProgress(Progress(recent_output=("compiling",))), "01")
    add(e.TaskFailed("exit", "exit status 2", exit_code=2), "01")
    add(e.TaskSkipped("01"), "02")
    add(e.RunFailed("task_failed"))
    return Replay(log, len(log))


def screen_of(replay: Replay | EventReplay, **frame_options: object) -> Callable[[Cover], ReplayScreen]:
    def make(app: Cover) -> ReplayScreen:
        palette, glyphs, _, perform = app.dress()
        return ReplayScreen(
            lambda: replay,
            palette,
            glyphs,
            lambda: frame(**frame_options),  # type: ignore[arg-type]
            perform,
            keymap=DEFAULT,
            run_soon=app.run_soon,
            title="replay of run cfc0cf97",
        )

    return make


def shown_of(app: Cover) -> Shown:
    assert isinstance(app.shown, ReplayScreen)
    return app.shown.pane.shown


async def opened(app: Cover) -> ReplayScreen:
    screen = app.shown
    assert isinstance(screen, ReplayScreen)
    await app.until(lambda: screen.pane.replay is not None)
    return screen


async def test_each_event_shows_the_tasks_as_they_were_then() -> None:
    async with covered(screen_of(a_replay()), (80, 14)) as (app, pilot):
        await opened(app)
        assert "replay #1 of 8 · 14:00:10" in app.text()
        assert "read-only" in app.text()
        assert "◦ 01" in app.text()
        await pilot.press("right", "right", "right", "right")
        assert "replay #5 of 8 · 14:00:50" in app.text()
        assert "task.progress 01" in app.text()
        line = next(line for line in app.lines() if " 01 " in line and "running" in line and "executor" in line)
        assert line.rstrip("┃ ").endswith("10s"), "what is elapsed is counted up to the moment of the event"
        await pilot.press("G")
        assert "replay #8 of 8" in app.text()
        assert "✗ failed" in app.text()
        assert "skipped because 01 did not complete" in app.text()
        await pilot.press("shift+left")
        assert shown_of(app).number == 0
        await pilot.press("shift+right", "left")
        assert shown_of(app).number == 6
        await pilot.press("g")
        assert shown_of(app).number == 0


async def test_a_run_of_pi_crew_is_gone_through_by_its_events_and_no_state_is_claimed(tmp_path: Path) -> None:
    run = written.failed(tmp_path)
    with (run.run / "events.jsonl").open("a") as file:
        file.write("no event\n")
    replay = replay_of(run.run)
    async with covered(screen_of(replay, relative=True), (100, 14)) as (app, pilot):
        await opened(app)
        assert f"replay #1 of {run.seq} ·      +0s ·" in app.text()
        assert "events.jsonl: a line is damaged" in app.text()
        assert "the last start, end or change of each" in app.text()
        assert "No task has begun yet" in app.text()
        await pilot.press("G")
        assert "run.failed: Failed at task '02_execute'." in app.text()
        heard = [line for line in app.lines() if "#" in line and "_" in line and "task." in line]
        assert [line.split()[3:5] for line in heard] == [
            ["task.completed", "01_explore"],
            ["task.failed", "02_execute"],
            ["task.skipped", "03_verify"],
        ]
        assert not any(word in app.text() for word in ("◦ 01", "✗ failed", "queued")), "no state of a task or the run"
        await pilot.press("left", "left")
        heard = [line for line in app.lines() if "#" in line and "_" in line and "task." in line]
        assert [line.split()[4] for line in heard][-1] == "02_execute"


async def test_times_since_the_beginning_are_told_here_too() -> None:
    async with covered(screen_of(a_replay(), relative=True), (80, 14)) as (app, pilot):
        await opened(app)
        assert "replay #1 of 8 ·     -10s ·" in app.text(), "the run began with its second event"
        await pilot.press("G")
        assert "replay #8 of 8 ·   +1m00s ·" in app.text()


async def test_only_what_can_be_done_is_offered() -> None:
    async with covered(screen_of(a_replay())) as (app, pilot):
        screen = await opened(app)
        assert Action.STEP_BACK not in screen.situation().offers
        assert Action.SLOWER not in screen.situation().offers
        await pilot.press("G", *["plus"] * 9)
        assert shown_of(app).speed == 64
        offers = screen.situation().offers
        assert Action.STEP_FORWARD not in offers
        assert Action.FASTER not in offers
        assert {Action.PLAY, Action.STEP_BACK, Action.SLOWER} <= offers
        await pilot.press("escape")
        assert app.done == [Action.BACK]


async def test_it_plays_to_the_end_and_from_the_beginning_again() -> None:
    async with covered(screen_of(a_replay())) as (app, pilot):
        screen = await opened(app)
        # Slowly, so that it plays still when it is looked at, on a busy machine too.
        await pilot.press("space")
        assert screen.pane.shown.playing
        assert "plays" in app.text()
        await pilot.press(*["plus"] * 6)
        async with asyncio.timeout(30):
            while screen.pane.shown.playing:
                await pilot.pause()
        assert screen.pane.shown.number == 7
        await pilot.press(*["minus"] * 6, "space")
        assert screen.pane.shown.playing
        assert screen.pane.shown.number < 7
        await pilot.press("space")
        assert not screen.pane.shown.playing
        assert "paused" in app.text()


async def test_an_empty_journal_and_one_that_cannot_be_read_say_so() -> None:
    async with covered(screen_of(Replay(AppendLog(), 0)), (60, 8)) as (app, pilot):
        await opened(app)
        assert "its journal is empty" in app.text()
        await pilot.press("space", "right", "G", "plus")

    def fail() -> Replay:
        raise OSError(5, "Input/output error")

    def make(app: Cover) -> ReplayScreen:
        return ReplayScreen(fail, *app.dress(), keymap=DEFAULT, run_soon=app.run_soon, title="replay")

    async with covered(make, (60, 8)) as (app, _):
        await app.until(lambda: "Input/output error" in app.text())


# Pace


def test_the_real_time_between_events_is_divided_by_the_speed_and_never_long() -> None:
    seconds = [100.0, 101.0, 101.01, 101.02, 500.0]
    assert next_stop(seconds, 0, 1) == Stop(1, 1.0)
    assert next_stop(seconds, 0, 4) == Stop(1, 0.25)
    assert next_stop(seconds, 1, 1) == Stop(3, SHORTEST_WAIT_S), "what comes at once is shown at once"
    assert next_stop(seconds, 3, 1) == Stop(4, LONGEST_WAIT_S)
    assert next_stop(seconds, 4, 1) is None


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60).map(sorted), st.sampled_from([1, 8, 64]))
def test_playing_always_gets_to_the_end(seconds: list[float], speed: int) -> None:
    number, stops = 0, 0
    while (stop := next_stop(seconds, number, speed)) is not None:
        assert stop.number > number
        assert SHORTEST_WAIT_S <= stop.wait_s <= LONGEST_WAIT_S + SHORTEST_WAIT_S
        number = stop.number
        stops += 1
    assert number == len(seconds) - 1


def test_clocks_that_go_back_or_are_broken_stand_still() -> None:
    def event(time: str) -> Event:
        return Event(time=time, type="x", run_id="r", metadata=EventMetadata(seq=1))

    found = seconds_of([event(time) for time in (at(0), at(5), at(3), "nonsense", at(9))])
    assert [second - found[0] for second in found] == [0, 5, 5, 5, 9]


# Lines


def test_the_scrubber_shows_where_one_is_and_what_failed() -> None:
    assert scrubber_line(11, 5, (2, 8), frame(13)).text == " ──✗──●──✗──"
    assert scrubber_line(11, 8, (2, 8), frame(13)).text == " ──✗─────!──"
    assert scrubber_line(1, 0, (), frame(13)).text.startswith(" ●")


@pytest.mark.parametrize("width", [3, 10, 34, 60, 80, 120, 200])
def test_lines_fit_every_width(width: int) -> None:
    replay = a_replay()
    shown: Sequence[object] = [
        banner_line(replay, Shown(3, 8, playing=True), frame(width)),
        scrubber_line(len(replay), 3, (4,), frame(width)),
    ]
    for line in shown:
        assert cell_len(line.text) <= width  # type: ignore[attr-defined]


def test_a_journal_that_is_not_understood_says_so_and_claims_nothing() -> None:
    log: AppendLog[Event] = AppendLog()
    log.append(Event(at(1), "run.created", "r", EventMetadata(seq=1), data={"team": "of another program"}))
    replay = Replay(log, 1)
    assert "not understood" in event_pieces(replay.events[0], frame(), unknown=0 in replay.unknown)[0].text
    assert "cannot be told" in run_line(replay.state_at(0), frame(), understood=0 not in replay.unknown).text


def test_hostile_events_are_shown_as_words_only() -> None:
    log: AppendLog[Event] = AppendLog()
    nasty = "\x1b[2J\x1b]0;owned\x07go\u202eal"
    log.append(Event(nasty, nasty, "r", EventMetadata(seq=1), task_id=nasty, message=nasty))
    replay = Replay(log, 1)
    for line in (*event_pieces(replay.events[0], frame(), unknown=True), banner_line(replay, Shown(), frame())):
        assert line.text.isprintable()
        assert "owned" not in line.text
