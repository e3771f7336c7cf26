"""The newest events below or beside the run: where they stand, and what they say."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from crew_core.observe.slices import EventsSlice, Liveness, RunSlice, RunsSlice, SliceName, SliceState
from crew_tui.app import Dashboard
from crew_tui.lines import Kept, Line
from crew_tui.panes.newest_events import newest, newest_view
from crew_tui.screens.layout import EVENTS_CELLS, EventsPlace, events_place, runs_width
from crew_tui.situation import Region
from tests.snapshots.looking import is_shown, settled
from tests.tui.builders import NOW, a_busy_project, event, events, frame, row
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import grid
from tests.tui.tab_samples import HOSTILE

PROJECT = a_busy_project()
WORKING = PROJECT[SliceName.RUN]
assert isinstance(WORKING, RunSlice)
JOURNAL = PROJECT[SliceName.EVENTS]
assert isinstance(JOURNAL, EventsSlice)
NOTHING = events()

# As lines


def numbers(journal: EventsSlice, most: int) -> list[int]:
    return [each.seq or 0 for _, each in newest(journal, most)]


def test_the_newest_stand_at_the_bottom_without_the_noise() -> None:
    journal = events(event(1, "run.created"), event(2, "task.started"), event(3, "task.progress"), event(4, "x.y"))
    assert numbers(journal, 2) == [2, 4]
    assert numbers(journal, 9) == [1, 2, 4]
    assert numbers(NOTHING, 2) == []


def test_what_every_task_of_a_pi_crew_run_tells_anyway_is_noise_unless_it_went_wrong() -> None:
    journal = events(
        event(1, "hook.executed", outcome="allow"),
        event(2, "hook.executed", outcome="deny"),
        event(3, "runtime.resolved"),
        event(4, "task.output_validation", outcome="failed"),
        event(5, "task.output_validation"),
    )
    assert numbers(journal, 9) == [2, 4]


def test_events_that_came_after_the_slice_was_made_are_not_in_it() -> None:
    journal = events(event(1, "run.created"))
    journal.log.append(event(2, "run.running"))
    assert numbers(journal, 9) == [1]


def test_a_long_line_is_that_of_progress_and_a_short_one_names_the_task() -> None:
    journal = events(event(412, "task.failed", "03_execute", error="exit status 2"), event(413, "run.x", message="Fix"))
    one, other = (each.text.split() for each in newest_view(journal, frame(100), 2, Kept()).body)
    assert one[1:] == ["#412", "task.failed", "03_execute", "exit", "status", "2"]
    assert other[1:] == ["#413", "run.x", "Fix"]
    one, other = (each.text.split() for each in newest_view(journal, frame(42), 2, Kept()).body)
    assert one[1:] == ["task.failed", "03_execute"]
    assert other[1:] == ["run.x", "Fix"]


def test_a_date_stands_where_another_day_begins_and_that_of_the_first_line_in_the_title() -> None:
    day = 86_400
    old = events(event(1, "run.created", seconds=day + 60), event(2, "task.started", seconds=day))
    seen = newest_view(old, frame(100), 9, Kept())
    assert seen.title == "events of 2026-05-14"
    assert len(seen.body) == 2
    over_midnight = events(*old.log.first(2), event(3, "task.completed", seconds=60))
    seen = newest_view(over_midnight, frame(100), 9, Kept())
    assert seen.title == "events of 2026-05-14"
    assert [each.text.split()[0] for each in seen.body] == ["14:02:22", "14:03:22", "──", "14:02:22"]
    assert seen.body[2].text == " ── 2026-05-15 ──"
    for rows, lines in ((1, 1), (2, 2)):
        seen = newest_view(over_midnight, frame(100), rows, Kept())
        assert (seen.title, len(seen.body)) == ("events", lines)
    since = frame(100, relative=True, since=NOW)
    assert newest_view(over_midnight, since, 9, Kept()).title == "events"
    assert len(newest_view(over_midnight, since, 9, Kept()).body) == 3


def test_unchanged_lines_are_the_same_objects() -> None:
    kept: Kept[Line] = Kept()
    before = newest_view(JOURNAL, frame(100), 3, kept).body
    more = events(*JOURNAL.log.first(JOURNAL.count), event(11, "task.completed", "04_tests"))
    after = newest_view(more, frame(100), 3, kept).body
    assert [each.text for each in before[1:]] == [each.text for each in after[:-1]]
    assert all(a is b for a, b in zip(before[1:], after[:-1], strict=True))


def test_the_date_above_an_event_is_the_same_object_too() -> None:
    kept: Kept[Line] = Kept()
    over_midnight = events(event(1, "run.created", seconds=86_400), event(2, "task.started", seconds=60))
    before, after = (newest_view(over_midnight, frame(100), 9, kept).body for _ in range(2))
    assert len(before) == 3
    assert all(a is b for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("width", [0, 1, 13, 42, 100])
def test_hostile_text_does_no_harm(width: int) -> None:
    for each in newest_view(events(event(1, HOSTILE, HOSTILE, HOSTILE)), frame(width), 2, Kept()).body:
        assert not any(bad in each.text for bad in ("\x1b", "\u202e", "\n", "owned"))
        assert cell_len(each.text) <= max(1, width)


# Where


@pytest.mark.parametrize(
    ("size", "wished", "place"),
    [
        ((69, 40), None, EventsPlace.NOWHERE),
        ((70, 23), None, EventsPlace.NOWHERE),
        ((70, 24), None, EventsPlace.BELOW),
        ((139, 50), None, EventsPlace.BELOW),
        ((140, 20), None, EventsPlace.BESIDE),
        ((159, 20), None, EventsPlace.BESIDE),
        ((160, 20), None, EventsPlace.BESIDE),
        ((140, 50), 90, EventsPlace.BELOW),
        ((140, 20), 90, EventsPlace.NOWHERE),
    ],
)
def test_there_has_to_be_room(size: tuple[int, int], wished: int | None, place: EventsPlace) -> None:
    assert events_place(size, wished) is place


def test_in_a_wider_terminal_the_run_has_not_less_room_for_its_columns() -> None:
    without = 120 - runs_width(None, 120)
    assert all(width - runs_width(None, width) - EVENTS_CELLS >= without for width in range(160, 300))


async def ready(pilot: Pilot[None], app: Dashboard) -> None:
    while not is_shown(app):
        await pilot.pause()
    await settled(pilot, app)


def place_of(app: Dashboard) -> EventsPlace:
    """By what is on the screen."""
    pane = app.main.events
    if not pane.display:
        return EventsPlace.NOWHERE
    assert "─ events ─" in "\n".join(grid(app.screen))
    x, _, width, height = pane.region
    assert pane.region.right == app.size.width
    assert pane.region.bottom == app.size.height - 1
    assert (width, height) == ((app.size.width, 4) if x == 0 else (EVENTS_CELLS, app.size.height - 2))
    return EventsPlace.BELOW if x == 0 else EventsPlace.BESIDE


async def test_they_go_where_there_is_room_when_the_terminal_changes() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        assert place_of(app) is EventsPlace.BELOW
        assert "attempt 2 · retry" in grid(app.screen)[-3], "the newest one is the last"
        for size, place in (((160, 40), EventsPlace.BESIDE), ((60, 20), EventsPlace.NOWHERE)):
            await pilot.resize_terminal(*size)
            await settled(pilot, app)
            assert place_of(app) is place
        await pilot.resize_terminal(120, 24)
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.BELOW
        assert app.main.runs.selected == str(WORKING.path)


@pytest.mark.parametrize(("width", "place"), [(100, EventsPlace.BELOW), (150, EventsPlace.BESIDE)])
async def test_what_is_looked_at_closely_has_the_room_for_itself(width: int, place: EventsPlace) -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(width, 30)) as pilot:
        await ready(pilot, app)
        assert place_of(app) is place
        for key, now in (
            ("z", EventsPlace.NOWHERE),
            ("z", place),
            ("2", EventsPlace.NOWHERE),
            ("3", place),
            ("escape", place),
        ):
            await pilot.press(key)
            await settled(pilot, app)
            assert place_of(app) is now, key


async def test_a_wider_list_takes_the_room_of_the_events_beside_the_run() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(140, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("greater_than_sign")
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.BELOW


async def test_a_run_in_which_nothing_has_happened_has_no_events() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        source.publish(events=NOTHING)
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.NOWHERE
        # Another one that has not been read yet: the list must not jump with each step of the cursor.
        source.publish(run=RunSlice(SliceState.LOADING, row(7).path, None, Liveness.UNKNOWN))
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.NOWHERE
        source.publish(events=JOURNAL)
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.BELOW


async def test_without_runs_there_are_no_events() -> None:
    source = ScriptedSource({**PROJECT, SliceName.RUNS: RunsSlice(SliceState.EMPTY, (), 0)})
    app = dashboard(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot, app)
        assert place_of(app) is EventsPlace.NOWHERE


async def test_those_of_the_former_run_are_gone_with_it() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        assert "attempt 2 · retry" in grid(app.screen)[-3]
        await pilot.press("down")
        await settled(pilot, app)
        assert "attempt 2 · retry" not in "\n".join(grid(app.screen))


async def test_a_new_event_repaints_only_their_lines() -> None:
    source = ScriptedSource(PROJECT)
    app = dashboard(source, select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        before = grid(app.screen)
        more = events(*JOURNAL.log.first(JOURNAL.count), event(11, "task.completed", "04_tests"))
        source.publish(events=more)
        await settled(pilot, app)
        after = grid(app.screen)
        assert after[-4] == before[-3]
        assert "task.completed" in after[-3]
        assert [row for row, (a, b) in enumerate(zip(before, after, strict=True)) if a != b] == [26, 27]


async def test_a_click_opens_progress_and_the_keys_go_there() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(100, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("tab", "tab")
        assert app.main.place is Region.RUNS, "Tab passes over them"
        await pilot.click("#events", offset=(20, 1))
        await settled(pilot, app)
        assert app.main.place is Region.PROGRESS
        assert app.focused is app.main.detail
        assert place_of(app) is EventsPlace.NOWHERE
