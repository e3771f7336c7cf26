"""The graph tab: layers, lines, bars and the critical path, whatever the dependencies and the times are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta, timezone
from itertools import pairwise, product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.progress import Activity, Progress
from crew_core.model.state import Task
from crew_core.model.status import Access, AttemptOutcome, RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, Liveness, SliceState, TasksSlice
from crew_core.observe.tab_slices import Approval, PlanSlice
from crew_tui.actions import Action
from crew_tui.lines import Tone
from crew_tui.panes.critical_path import critical_path
from crew_tui.panes.graph import MOST_NODES, GraphPane
from crew_tui.panes.graph_drawing import Drawing, Label, cropped, draw
from crew_tui.panes.graph_layout import in_order, layered
from crew_tui.panes.graph_tasks import GraphReader
from crew_tui.panes.time_axis import Axis, Outlook, axis_for, fitting_step, panned, zoomed
from crew_tui.panes.timeline import Gate, Span, SpanKind, Times, extent, gate_of, known_until, times_of
from crew_tui.panes.timeline_bars import axis_marks, bar
from tests.tui.builders import NOW, ago, progress, row, run_of, run_slice, task, tasks
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, a_run_in_every_tab, attempt, ran

NAMES = tuple("abcdefgh")
RUN = run_slice(row(1, RunStatus.RUNNING, seconds=300))
AT = NOW.timestamp()


@st.composite
def acyclic(draw: st.DrawFn, names: tuple[str, ...] = NAMES) -> dict[str, tuple[str, ...]]:
    """Each name may wait for those before it in some order."""
    order = draw(st.permutations(names))
    return {
        name: tuple(draw(st.lists(st.sampled_from(order[:place]), max_size=3))) if place else ()
        for place, name in enumerate(order)
    }


anything = st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from((*NAMES, "gone")), max_size=5))


def label(name: str) -> Label:
    return Label(((f"o {name}", Tone.TEXT),))


def drawn(after: Mapping[str, Iterable[str]], names: tuple[str, ...] | None = None) -> Drawing:
    layout = layered(names or tuple(after), after)
    return draw(layout, {name: label(name) for name in layout.order})


def rows_of(drawing: Drawing) -> list[str]:
    return ["".join(text for text, _ in row).rstrip() for row in drawing.rows]


# Layers


@given(acyclic())
def test_every_edge_goes_to_a_later_layer_and_a_later_row(after: dict[str, tuple[str, ...]]) -> None:
    layout = layered(NAMES, after)
    place = {name: number for number, name in enumerate(layout.order)}
    assert sorted(place) == sorted(NAMES)
    for name in NAMES:
        assert set(layout.after[name]) == set(after[name])
        assert all(layout.layer[each] < layout.layer[name] for each in after[name])
        assert all(place[each] < place[name] for each in after[name])


@given(anything)
def test_circles_end_and_lose_only_edges_that_go_back(after: dict[str, list[str]]) -> None:
    layout = layered(NAMES, after)
    assert sorted(layout.order) == sorted(NAMES)
    place = {name: number for number, name in enumerate(layout.order)}
    assert all(place[each] < place[name] for name in NAMES for each in layout.after[name])
    assert sorted(in_order(layout, NAMES)) == sorted(NAMES)
    draw(layout, {name: label(name) for name in NAMES})


@given(acyclic())
def test_the_order_of_the_workflow_changes_only_where_dependencies_demand_it(after: dict[str, tuple[str, ...]]) -> None:
    order = in_order(layered(NAMES, after), NAMES)
    place = {name: number for number, name in enumerate(order)}
    assert all(place[each] < place[name] for name in NAMES for each in after[name])
    assert in_order(layered(NAMES, {}), NAMES) == NAMES


def test_chains_stay_together() -> None:
    after = {"a1": (), "b1": (), "a2": ("a1",), "b2": ("b1",), "a3": ("a2",), "b3": ("b2",)}
    assert layered(tuple(after), after).order == ("a1", "a2", "a3", "b1", "b2", "b3")


# Lines


def test_a_run_as_it_is_drawn() -> None:
    after = {
        "01_explore": (),
        "02_plan": ("01_explore",),
        "03_execute": ("02_plan",),
        "04_tests": ("02_plan",),
        "05_docs": ("02_plan",),
        "06_verify": ("04_tests", "05_docs"),
        "07_report": ("03_execute",),
    }
    assert rows_of(drawn(after)) == [
        "o 01_explore ─┐",
        "              └▶ o 02_plan ─┐",
        "                            ├▶ o 03_execute ─┐",
        "                            │                └▶ o 07_report",
        "                            ├▶ o 04_tests ───┐",
        "                            └▶ o 05_docs ────┤",
        "                                             └▶ o 06_verify",
    ]


def test_a_line_that_only_crosses_passes_over() -> None:
    after = {"a": (), "b": (), "c": ("a",), "d": ("b",), "e": ("a", "d")}
    said = rows_of(drawn(after, ("a", "b", "c", "d", "e")))
    assert "┼" not in "".join(said)


def reached(drawing: Drawing, names: tuple[str, ...]) -> set[tuple[str, str]]:
    """Who leads to whom, found by following the drawn lines as an eye does: a crossing is passed straight on."""
    grid = [list("".join(text for text, _ in row)) for row in drawing.rows]
    ways = {"─": "LR", "│": "UD", "┐": "LD", "└": "UR", "├": "UDR", "┤": "UDL", "┴": "ULR"}
    steps = {"L": (0, -1), "R": (0, 1), "U": (-1, 0), "D": (1, 0)}
    back = {"L": "R", "R": "L", "U": "D", "D": "U"}

    def cell(y: int, x: int) -> str:
        return grid[y][x] if 0 <= y < len(grid) and 0 <= x < len(grid[y]) else " "

    def follow(y: int, x: int, going: str, seen: set[tuple[int, int, str]], found: set[str]) -> None:
        if (y, x, going) in seen:
            return
        seen.add((y, x, going))
        here = cell(y, x)
        if here == "▶":
            found.add(names[y])
            return
        if here in "│├" and going == "R":
            exits = going
        elif here in ways:
            exits = ways[here].replace(back[going], "")
        else:
            return
        for way in exits:
            # Lines lead to the right and down; what comes in from the left or from above comes from somebody else.
            if way in "RD":
                follow(y + steps[way][0], x + steps[way][1], way, seen, found)

    edges = set()
    for y, name in enumerate(names):
        found: set[str] = set()
        x = drawing.columns[y] + len(f"o {name}") + 1
        if cell(y, x) != " ":
            follow(y, x, "R", set(), found)
        edges |= {(name, each) for each in found}
    return edges


@settings(max_examples=150)
@given(acyclic())
def test_whoever_follows_the_lines_comes_to_exactly_what_waits(after: dict[str, tuple[str, ...]]) -> None:
    layout = layered(NAMES, after)
    drawing = draw(layout, {name: label(name) for name in NAMES})
    assert reached(drawing, layout.order) == {(each, name) for name in NAMES for each in after[name]}


def test_a_wide_letter_at_the_edge_is_a_blank() -> None:
    pieces = (("ab", Tone.TEXT), ("你好", Tone.TEXT), ("cd", Tone.DIM))
    for first, width in product(range(9), range(9)):
        cut = "".join(text for text, _ in cropped(pieces, first, width))
        assert cell_len(cut) == max(0, min(8, first + width) - first)
    assert "".join(text for text, _ in cropped(pieces, 3, 4)) == " 好c"


# The critical path


def longest(names: tuple[str, ...], after: Mapping[str, tuple[str, ...]], seconds: Mapping[str, float]) -> float:
    def chains(name: str) -> float:
        return seconds.get(name, 0.0) + max((chains(each) for each in after[name]), default=0.0)

    return max(chains(name) for name in names)


@given(acyclic(NAMES[:6]), st.dictionaries(st.sampled_from(NAMES[:6]), st.integers(0, 50).map(float)))
def test_the_critical_path_is_the_longest_chain_there_is(
    after: dict[str, tuple[str, ...]], seconds: dict[str, float]
) -> None:
    names = NAMES[:6]
    layout = layered(names, after)
    path = critical_path(layout.order, layout.after, seconds)
    assert sum(seconds.get(name, 0.0) for name in path) == longest(names, after, seconds)
    assert all(first in after[second] for first, second in pairwise(path))


def test_without_any_time_there_is_no_critical_path() -> None:
    assert critical_path(("a", "b"), {"a": (), "b": ("a",)}, {}) == ()
    assert critical_path((), {}, {}) == ()


def test_what_runs_counts_till_now() -> None:
    first = ran(task("a", TaskStatus.COMPLETED), attempt(1, 100, 60, AttemptOutcome.COMPLETED))
    second = ran(task("b", TaskStatus.RUNNING), attempt(1, 50, None))
    graph = GraphReader().read(RUN, tasks(first, second))
    assert graph.critical(AT) == ("b",)
    assert graph.critical(AT - 45) == ("a",)


# Bars


def spans(found: Times) -> list[tuple[str, float, float | None]]:
    """Kind, start and end in seconds before now."""
    return [(each.kind.value, AT - each.start, None if each.end is None else AT - each.end) for each in found.spans]


def test_a_task_waits_from_when_it_could_have_begun_and_between_its_attempts() -> None:
    tried = ran(task("a", TaskStatus.RUNNING), attempt(1, 148, 90, AttemptOutcome.FAILED), attempt(2, 50, None))
    assert spans(times_of(tried, AT - 150)) == [
        ("wait", 150, 148),
        ("run", 148, 90),
        ("wait", 90, 50),
        ("run", 50, None),
    ]


@pytest.mark.parametrize("status", [TaskStatus.QUEUED, TaskStatus.WAITING])
def test_what_stands_still_waits_until_now(status: TaskStatus) -> None:
    assert spans(times_of(task("a", status, attempts=(), started_at=None), AT - 20)) == [("wait", 20, None)]
    assert spans(times_of(task("a", status, attempts=(), started_at=None), None)) == []


GATE = Gate(AT - 60, AT - 40)


@pytest.mark.parametrize(
    ("ready", "found"),
    [
        (30, [("gate", 60, 40), ("wait", 30, 25), ("run", 25, 5)]),
        (50, [("gate", 60, 40), ("wait", 40, 25), ("run", 25, 5)]),
        (65, [("wait", 65, 60), ("gate", 60, 40), ("wait", 40, 25), ("run", 25, 5)]),
    ],
)
def test_what_changes_files_is_held_until_the_plan_is_decided_on(ready: int, found: list[object]) -> None:
    held = ran(task("a", TaskStatus.COMPLETED, access=Access.WRITE), attempt(1, 25, 5, AttemptOutcome.COMPLETED))
    assert spans(times_of(held, AT - ready, GATE)) == found


def test_what_only_reads_or_has_begun_before_is_not_held_by_the_plan() -> None:
    reads = ran(task("a", TaskStatus.COMPLETED, access=Access.READ), attempt(1, 30, 5, AttemptOutcome.COMPLETED))
    early = ran(task("b", TaskStatus.COMPLETED, access=Access.WRITE), attempt(1, 70, 5, AttemptOutcome.COMPLETED))
    assert spans(times_of(reads, AT - 30, GATE)) == [("run", 30, 5)]
    assert spans(times_of(early, AT - 70, GATE)) == [("run", 70, 5)]


def test_an_undecided_plan_holds_until_now_and_a_refused_one_until_it_was_refused() -> None:
    queued = task("a", TaskStatus.QUEUED, attempts=(), started_at=None, access=Access.WRITE)
    assert spans(times_of(queued, None, Gate(AT - 60, None))) == [("gate", 60, None)]
    assert spans(times_of(queued, AT - 50, Gate(AT - 60, None))) == [("gate", 60, None)]
    refused = task("a", TaskStatus.CANCELLED, attempts=(), started_at=None, finished_at=ago(40), access=Access.WRITE)
    assert spans(times_of(refused, AT - 50, GATE)) == [("gate", 60, 40)]


@pytest.mark.parametrize(
    ("approval", "gate"),
    [
        (None, None),
        (Approval("approved", ago(40)), None),
        (Approval("approved", None, asked_at=ago(60)), None),
        (Approval("approved", HOSTILE, asked_at=HOSTILE), None),
        (Approval("pending", ago(60), asked_at=ago(60)), Gate(AT - 60, None)),
        (Approval("approved", ago(40), asked_at=ago(60)), GATE),
        (Approval("cancelled", ago(40), asked_at=ago(60)), GATE),
    ],
)
def test_a_plan_holds_from_when_it_was_asked_for_until_it_was_decided_on(
    approval: Approval | None, gate: Gate | None
) -> None:
    assert gate_of(approval) == gate


async def test_the_timeline_shows_how_long_the_plan_waited() -> None:
    app = OneTab(GraphPane, width=120, height=20)
    async with app.run_test(size=(120, 20)) as pilot:
        first = ran(task("a", TaskStatus.COMPLETED), attempt(1, 100, 60, AttemptOutcome.COMPLETED))
        held = ran(task("b", TaskStatus.RUNNING, depends_on=("a",), access=Access.WRITE), attempt(1, 40, None))
        app.show(run=RUN, tasks=tasks(first, held))
        await pilot.pause()
        assert not any("plan gate" in text for text in app.texts())
        app.show(plan=PlanSlice(SliceState.READY, (), Approval("approved", ago(40), asked_at=ago(60))))
        await pilot.pause()
        (row,) = (text for text in app.texts() if "plan gate 20s" in text)
        assert re.search("░+█+▶", row)


def test_a_skipped_task_has_no_time_and_a_cancelled_one_waited() -> None:
    assert spans(times_of(task("a", TaskStatus.SKIPPED), AT - 9)) == []
    cancelled = task("a", TaskStatus.CANCELLED, attempts=(), started_at=None, finished_at=ago(5))
    assert spans(times_of(cancelled, AT - 9)) == [("wait", 9, 5)]


def test_silence_is_drawn_from_the_last_sign_of_life() -> None:
    silent = progress(activity_state=Activity.NEEDS_ATTENTION)
    quiet = ran(task("a", TaskStatus.RUNNING, agent_progress=silent), attempt(1, 50, None))
    assert spans(times_of(quiet, None)) == [("run", 50, 2), ("quiet", 2, None)]


def test_a_record_without_attempts_has_the_times_of_its_task() -> None:
    old = task("a", TaskStatus.COMPLETED, attempts=(), started_at=ago(30), finished_at=ago(10))
    assert spans(times_of(old, None)) == [("run", 30, 10)]


def told(text: str, *found: Span, columns: int = 20, step: float = 1.0, until: float = 20.0) -> None:
    made = bar(Times(task("a"), found), Axis(0.0, step, columns), until, going="▶", attention="!")
    assert "".join(part for part, _ in made).rstrip() == text


def test_bars_end_in_eighths() -> None:
    told("  ████", Span(SpanKind.RUN, 2, 6))
    told("  ████▌", Span(SpanKind.RUN, 2, 6.5))
    told("  ████▏", Span(SpanKind.RUN, 2, 6.125))
    told("  ▏", Span(SpanKind.RUN, 2, 2))
    told("  ▊", Span(SpanKind.RUN, 2, 2.8))


def test_what_goes_on_ends_in_an_arrow_at_the_last_known_moment() -> None:
    told("████████▶", Span(SpanKind.RUN, 0, None), until=8.0)
    told("░░░█████▶", Span(SpanKind.WAIT, 0, 3), Span(SpanKind.RUN, 3, None), until=8.0)
    told("██████──!──▶", Span(SpanKind.RUN, 0, 6), Span(SpanKind.QUIET, 6, None), until=11.0)
    told("░░░░", Span(SpanKind.WAIT, 0, None), until=4.0)


def test_two_attempts_without_a_gap_are_two_bars() -> None:
    told("███▉████", Span(SpanKind.RUN, 0, 4), Span(SpanKind.RUN, 4, 8))


def test_waiting_that_nobody_could_see_is_not_drawn() -> None:
    told("███", Span(SpanKind.WAIT, 0, 0.4), Span(SpanKind.RUN, 0.4, 3))


span = st.builds(
    Span,
    st.sampled_from(SpanKind),
    st.floats(-1e4, 1e4),
    st.one_of(st.none(), st.floats(-1e4, 1e4)),
    st.sampled_from(Tone),
)


@given(
    st.lists(span, max_size=5),
    st.floats(-1e4, 1e4),
    st.sampled_from((0.1, 1.0, 60.0, 3600.0)),
    st.integers(1, 120),
    st.floats(-1e4, 1e4),
)
def test_a_bar_is_exactly_as_wide_as_the_axis(
    found: list[Span], start: float, step: float, columns: int, until: float
) -> None:
    made = bar(Times(task("a"), tuple(found)), Axis(start, step, columns), until, going="▶", attention="!")
    assert sum(cell_len(text) for text, _ in made) == columns


# The axis


@given(st.floats(0, 4e9), st.floats(0, 3e9), st.integers(1, 300))
def test_everything_fits_from_the_first_moment_to_the_last(begin: float, length: float, columns: int) -> None:
    axis = axis_for(begin, begin + length, columns, Outlook())
    assert axis.columns == columns
    if columns > 4:
        assert 0 <= axis.place(begin) < columns
        assert 0 <= axis.place(begin + length) <= columns


def test_the_axis_stands_still_while_time_goes_on() -> None:
    first = axis_for(1000.0, 1050.0, 60, Outlook())
    assert all(axis_for(1000.0, 1050.0 + more, 60, Outlook()) == first for more in range(7))


@given(st.integers(1, 40), st.sampled_from((Action.GRAPH_IN, Action.GRAPH_OUT, Action.GRAPH_LEFT, Action.GRAPH_RIGHT)))
def test_zoom_and_pan_keep_something_in_sight(times: int, action: Action) -> None:
    begin, end = 1000.0, 5000.0
    axis = axis_for(begin, end, 60, Outlook())
    for _ in range(times):
        by = -1 if action in (Action.GRAPH_IN, Action.GRAPH_LEFT) else 1
        pan = action in (Action.GRAPH_LEFT, Action.GRAPH_RIGHT)
        axis = axis_for(begin, end, 60, (panned if pan else zoomed)(axis, by, begin, end))
    assert axis.start < end
    assert axis.end > begin


def test_coarser_than_everything_is_everything() -> None:
    axis = axis_for(1000.0, 5000.0, 60, Outlook())
    assert zoomed(axis, 1, 1000.0, 5000.0) == Outlook()
    finer = zoomed(axis, -1, 1000.0, 5000.0)
    assert finer.step is not None
    assert finer.step < axis.step


@pytest.mark.parametrize(
    ("step", "zone", "expected"),
    [
        (1.0, UTC, "14:03:00"),
        (30.0, UTC, "14:10"),
        (300.0, UTC, "14:00"),
        (300.0, timezone(timedelta(hours=5, minutes=30)), "20:00"),
        (40_000.0, UTC, "05-"),
    ],
)
def test_marks_stand_at_round_times_of_the_zone(step: float, zone: timezone, expected: str) -> None:
    axis = Axis(NOW.timestamp() - 40 * step // 1, step, 80)
    said = axis_marks(axis, zone, None)
    assert cell_len(said) == 80
    assert expected in said


@given(st.floats(1.6e9, 2e9), st.floats(0.1, 90_000), st.integers(1, 200), st.one_of(st.none(), st.floats(1.6e9, 2e9)))
def test_marks_are_as_wide_as_the_axis(start: float, step: float, columns: int, until: float | None) -> None:
    assert len(axis_marks(Axis(start, step, columns), UTC, until)) == columns


def test_where_no_mark_fits_the_axis_says_where_it_begins() -> None:
    assert axis_marks(Axis(NOW.timestamp() + 0.2, 0.01, 60), UTC, None).rstrip() == "14:03:22"


def test_now_takes_the_place_of_a_mark() -> None:
    said = axis_marks(Axis(NOW.timestamp(), 1.0, 40), UTC, NOW.timestamp() + 20)
    assert said.split()[-1] == "now"
    assert said.index("now") == 20


def test_a_step_for_eighty_years() -> None:
    assert fitting_step(80 * 365 * 86_400, 60) * 60 >= 80 * 365 * 86_400
    assert fitting_step(0, 60) == 0.01


def test_of_a_run_that_nobody_works_on_nothing_is_known_after_its_last_event() -> None:
    running = run_of(row(1, RunStatus.RUNNING))
    assert known_until(running, Liveness.LIVE, (), AT) == AT
    assert known_until(running, Liveness.INTERRUPTED, (), AT) == AT - 1
    assert known_until(run_of(row(1, seconds=600)), Liveness.ENDED, (), AT) == AT - 300


def test_an_agent_may_work_on_after_its_coordinator() -> None:
    run = msgspec.structs.replace(run_of(row(1, RunStatus.RUNNING)), updated_at=ago(500))
    heard = task("a", TaskStatus.RUNNING, agent_progress=Progress(last_activity_at=ago(20)))
    assert known_until(run, Liveness.INTERRUPTED, (heard,), AT) == AT - 20


def test_the_extent_of_nothing_is_a_moment() -> None:
    assert extent((), 5.0) == (5.0, 5.0)


# On screen


def members(count: int, after: int = 3) -> tuple[Task, ...]:
    return tuple(
        task(f"t{number:03}", depends_on=tuple(f"t{each:03}" for each in range(max(0, number - after), number)))
        for number in range(count)
    )


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_timeline_and_drawing_at_every_width(width: int) -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(width, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "██" in said
        assert "░" in said
        assert "now" in said
        assert "1m48s" in said
        app.pane.perform(Action.GRAPH_FORM)
        await pilot.pause()
        said = "\n".join(app.texts())
        assert ("after 02_plan" if width == 60 else "├▶") in said
        assert "06_verify" in said


async def test_where_there_is_room_both_forms_are_shown() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(120, 40)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "██" in said
        assert "├▶" in said
        app.pane.move(99)
        assert app.pane.selected == "07_report"


async def test_the_selected_task_stays_selected_in_every_form_and_when_tasks_come() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        app.pane.move(4)
        assert app.pane.chosen_task == "05_docs"
        app.pane.perform(Action.GRAPH_FORM)
        await pilot.pause()
        assert app.pane.chosen_task == "05_docs"
        cursor = next(each for each in app.texts() if "›" in each)
        assert "05_docs" in cursor
        app.show(tasks=tasks(task("00_new"), task("05_docs"), task("99_new")))
        await pilot.pause()
        assert app.pane.chosen_task == "05_docs"
        app.show(tasks=tasks(task("00_new"), task("99_new")))
        await pilot.pause()
        assert app.pane.chosen_task == "99_new"


def marks(app: OneTab[GraphPane], name: str) -> bool:
    return any(name in each and "◆" in each for each in app.texts())


async def test_the_critical_path_is_marked_until_it_is_not_wanted() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        marked = [each.id for each in app.pane.tasks.tasks if marks(app, each.id)]
        assert marked == ["01_explore", "02_plan", "05_docs"]
        app.pane.perform(Action.GRAPH_CRITICAL)
        await pilot.pause()
        assert not any("◆" in each for each in app.texts())


async def test_a_wide_drawing_moves_with_the_arrows_and_follows_the_selection() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(80, 30)) as pilot:
        chain = tuple(task(f"{n:02}_step_of_a_chain", depends_on=(f"{n - 1:02}_step_of_a_chain",)) for n in range(12))
        app.show(run=RUN, tasks=tasks(*chain))
        app.pane.perform(Action.GRAPH_FORM)
        await pilot.pause()
        assert {Action.GRAPH_LEFT, Action.GRAPH_RIGHT} <= app.pane.offers()
        assert Action.GRAPH_IN not in app.pane.offers()
        assert not any("11_step" in each for each in app.texts())
        app.pane.move(11)
        await pilot.pause()
        assert any("11_step_of_a_chain" in each for each in app.texts())
        before = app.texts()
        app.pane.perform(Action.GRAPH_LEFT)
        await pilot.pause()
        assert app.texts() != before


async def test_what_is_too_much_to_draw_is_a_list() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 20)) as pilot:
        app.show(run=RUN, tasks=tasks(*members(MOST_NODES + 1)))
        app.pane.perform(Action.GRAPH_FORM)
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "after t000, t001, t002" in said
        assert "41 tasks, as a list" in said


async def test_of_500_tasks_only_those_in_sight_are_made() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(120, 30)) as pilot:
        app.show(run=RUN, tasks=tasks(*members(500)))
        await pilot.pause()
        assert len(app.pane.view.body) == 500
        assert len(app.pane._bars._known) < 40
        app.pane.move(250)
        await pilot.pause()
        assert app.pane.selected == "t250"
        assert len(app.pane._bars._known) < 80


async def test_a_tick_repaints_only_what_goes_on() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        before = list(app.pane.view.body)
        app.tick(NOW + timedelta(seconds=1))
        await pilot.pause()
        changed = [each.key for each, former in zip(app.pane.view.body, before, strict=True) if each is not former]
        assert changed == ["04_tests", "05_docs"]


async def test_zooming_in_shows_the_newest_and_panning_the_rest() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        whole = app.texts()[-1]
        app.pane.perform(Action.GRAPH_IN)
        app.pane.perform(Action.GRAPH_IN)
        await pilot.pause()
        assert app.texts()[-1] != whole
        for _ in range(9):
            app.pane.perform(Action.GRAPH_LEFT)
        await pilot.pause()
        assert any("█" in each for each in app.texts())
        app.pane.perform(Action.GRAPH_OUT)
        app.pane.perform(Action.GRAPH_OUT)
        await pilot.pause()
        assert app.texts()[-1] == whole


async def test_an_interrupted_run_ends_in_a_question_mark() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 20)) as pilot:
        slices = a_run_in_every_tab()
        app.pane.take(slices)
        app.show(run=run_slice(row(1, RunStatus.RUNNING), live=Liveness.INTERRUPTED))
        await pilot.pause()
        said = app.texts()
        assert any("█?" in each for each in said)
        assert not any(each.strip("┃ ").endswith(" now") for each in said)


async def test_a_doubted_task_says_why() -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(140, 20)) as pilot:
        doubt = Evidence("no-answer", "it said nothing")
        shown = TasksSlice(SliceState.READY, (task("a", TaskStatus.COMPLETED),), {}, {"a": doubt})
        app.show(run=RUN, tasks=shown)
        await pilot.pause()
        assert any("? it said nothing" in each for each in app.texts())


@pytest.mark.parametrize(
    ("shown", "words"),
    [(TasksSlice(SliceState.LOADING, ()), "reading tasks"), (TasksSlice(SliceState.EMPTY, ()), "nothing to draw")],
)
async def test_without_tasks_it_says_why(shown: TasksSlice, words: str) -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(100, 20)) as pilot:
        app.show(run=RUN, tasks=shown)
        await pilot.pause()
        assert any(words in each for each in app.texts())
        assert app.pane.offers() == frozenset()


@pytest.mark.parametrize("width", [10, 24, 40, 61, 100])
async def test_hostile_names_and_circles_do_no_harm(width: int) -> None:
    app = OneTab(GraphPane)
    async with app.run_test(size=(width, 30)) as pilot:
        first = task(HOSTILE, TaskStatus.RUNNING, depends_on=("b",))
        second = task("b", TaskStatus.COMPLETED, depends_on=(HOSTILE, "b", "nowhere"), started_at="not a time")
        app.show(run=RUN, tasks=tasks(first, second))
        await pilot.pause()
        for _ in range(2):
            said = app.texts()
            assert all(cell_len(each) <= width for each in said)
            assert "owned" not in "\n".join(said)
            app.pane.perform(Action.GRAPH_FORM)
            await pilot.pause()
