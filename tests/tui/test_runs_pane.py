"""The list of runs: its order, its lines, and what stays where it is while runs come, change and go."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import App, ComposeResult

from crew_core.model.prices import NANO
from crew_core.model.spent import Spent
from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness, Problem, RunRow, RunsSlice, SliceState
from crew_tui.filtering.matching import matcher
from crew_tui.filtering.of_runs import RUNS
from crew_tui.filtering.parsing import parse
from crew_tui.glyphs import ASCII, PLAIN, UNICODE
from crew_tui.grouping import GROUPS, days_of, group_of
from crew_tui.lines import Kept, Line, Tone
from crew_tui.palette import palette_of
from crew_tui.panes.run_line import Form, run_line
from crew_tui.panes.run_list import RunList
from crew_tui.panes.run_rows import RunRows
from crew_tui.panes.run_title import Counts, runs_title
from crew_tui.panes.runs import RunsPane
from crew_tui.sorting import Sort, SortBy
from crew_tui.theme_files import themes
from crew_tui.widgets.keyed_cursor import KeyedCursor
from crew_tui.widgets.strip_pane import StripPane
from tests.tui.builders import NOW, ROOT, ago, frame, list_lines, row, runs

PALETTE = palette_of(themes()[0])
DAY = 86_400


def unread(number: int) -> RunRow:
    changes = dict.fromkeys(("project", "team", "workflow", "goal", "created_at", "updated_at"), "")
    return row(number, None, live=Liveness.UNKNOWN, finished_at=None, done=0, total=0, **changes)


def texts(lines: RunRows) -> list[str]:
    return [each.text.rstrip() for each in lines]


def listed(*rows: RunRow, width: int = 35, **options: Any) -> list[str]:
    return texts(list_lines(runs(*rows), frame(width), **options))


def numbers(lines: Sequence[str]) -> list[int]:
    """The runs' numbers, from top to bottom."""
    words = [part for each in lines for part in each.split()]
    return [int(part, 16) for part in words if len(part) == 8 and part.startswith("0000")]


# Order


def test_the_newest_change_comes_first_in_each_group() -> None:
    rows = (row(1, updated_at=ago(60)), row(2, updated_at=ago(5)), row(3, RunStatus.RUNNING, updated_at=ago(600)))
    assert numbers(listed(*rows)) == [3, 2, 1]


def test_runs_at_work_do_not_change_places_with_each_sign_of_life() -> None:
    older, newer = row(1, RunStatus.RUNNING, seconds=600), row(2, RunStatus.RUNNING, seconds=60)
    for first, second in ((1, 5), (5, 1)):
        rows = (replace(older, updated_at=ago(first)), replace(newer, updated_at=ago(second)))
        assert numbers(listed(*rows)) == [2, 1]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        (Sort(), [1, 2, 3, 4]),
        (Sort(SortBy.UPDATED, turned=True), [4, 3, 2, 1]),
        (Sort(SortBy.CREATED), [4, 1, 3, 2]),
        (Sort(SortBy.CREATED, turned=True), [2, 3, 1, 4]),
        (Sort(SortBy.STATUS), [4, 2, 1, 3]),
        (Sort(SortBy.STATUS, turned=True), [3, 1, 2, 4]),
        (Sort(SortBy.TEAM), [3, 2, 1, 4]),
        (Sort(SortBy.TEAM, turned=True), [4, 1, 2, 3]),
        (Sort(SortBy.DURATION), [2, 3, 1, 4]),
        (Sort(SortBy.DURATION, turned=True), [4, 1, 3, 2]),
    ],
    ids=str,
)
def test_runs_stand_in_the_order_that_is_asked_for(sort: Sort, order: list[int]) -> None:
    rows = (
        row(1, RunStatus.COMPLETED, seconds=200, updated_at=ago(1), finished_at=ago(150), team="beta"),
        row(2, RunStatus.FAILED, seconds=900, updated_at=ago(2), finished_at=ago(100), team="b"),
        row(3, RunStatus.CANCELLED, seconds=300, updated_at=ago(3), finished_at=ago(100), team="Alpha"),
        row(4, doubt="killed", seconds=100, updated_at=ago(4), finished_at=ago(90), team="betb"),
    )
    order_of = RunList()
    order_of.sort_by(sort)
    assert numbers(listed(*rows, order=order_of)) == order


def test_what_still_runs_counts_as_longest() -> None:
    order_of = RunList()
    order_of.sort_by(Sort(SortBy.DURATION))
    rows = (
        row(1, RunStatus.BLOCKED, seconds=9000, finished_at=ago(1), needs_you=True),
        row(2, RunStatus.RUNNING, seconds=60),
        row(3, RunStatus.RUNNING, seconds=600),
    )
    assert numbers(listed(*rows, order=order_of)) == [1, 3, 2]
    assert [each.run_id[-1] for each in sorted(rows, key=Sort(SortBy.DURATION).ranking())] == ["3", "2", "1"]


def test_of_a_run_that_nobody_works_on_the_duration_does_not_grow() -> None:
    dead = row(1, RunStatus.RUNNING, live=Liveness.INTERRUPTED, seconds=9000, updated_at=ago(8990))
    longer = row(2, seconds=600, finished_at=ago(100))
    assert [each.run_id[-1] for each in sorted((dead, longer), key=Sort(SortBy.DURATION).ranking())] == ["2", "1"]
    wanted = matcher(parse("duration:>3m", RUNS), RUNS, NOW)
    assert [wanted(each) for each in (dead, longer)] == [False, True]


def test_by_cost_the_dearest_is_first_and_what_is_not_known_last() -> None:
    rows = (
        row(1),
        row(2, spent_by_day={"2026-05-15": Spent(attempts=1, cost_nano=2 * NANO)}),
        row(3, spent_by_day={day: Spent(attempts=1, cost_nano=NANO) for day in ("2026-05-14", "2026-05-15", "x")}),
        row(4, spent_by_day={"2026-05-15": Spent(attempts=1, cost_unknown=1, tokens_unknown=1)}),
    )
    ranked = sorted(rows, key=Sort(SortBy.COST).ranking())
    assert [each.run_id[-1] for each in ranked] == ["3", "2", "1", "4"]
    wanted = matcher(parse("cost:>1.5", RUNS), RUNS, NOW)
    assert [wanted(each) for each in rows] == [False, True, True, False]


def test_the_key_goes_through_all_orders_and_back() -> None:
    seen = [Sort()]
    while (after := seen[-1].next()) != Sort():
        seen.append(after)
    assert [each.by for each in seen] == list(SortBy)
    assert [each.words(UNICODE) for each in seen] == [
        "updated ▼",
        "created ▼",
        "status",
        "team",
        "cost ▼",
        "duration ▼",
    ]
    assert [each.turn().words(UNICODE) for each in seen[1:3]] == ["created ▲", "status ▼"]


@given(st.sampled_from(SortBy), st.booleans(), st.text())
def test_an_order_is_kept_as_a_word(by: SortBy, turned: bool, other: str) -> None:
    assert Sort.from_text(str(Sort(by, turned))) == Sort(by, turned)
    assert isinstance(Sort.from_text(other), Sort)


def test_recent_runs_stand_below_their_day() -> None:
    rows = (row(1, updated_at=ago(60)), row(2, updated_at=ago(DAY)), row(3, updated_at=ago(3 * DAY)))
    said = listed(*rows)
    assert [each for each in said if not numbers([each])] == [
        " RECENT 3",
        "   today 1",
        "   yesterday 1",
        "   older 1",
    ]
    turned = RunList()
    turned.sort_by(Sort(turned=True))
    assert [each.split()[0] for each in listed(*rows, order=turned)][1::2] == ["older", "yesterday", "today"]


def test_days_are_named_only_where_they_differ_and_the_order_is_one_of_time() -> None:
    assert listed(row(1), row(2))[0] == " RECENT 2"
    assert len(listed(row(1), row(2))) == 3
    by_team = RunList()
    by_team.sort_by(Sort(SortBy.TEAM))
    assert len(listed(row(1), row(2, updated_at=ago(9 * DAY)), order=by_team)) == 3


def test_days_are_those_of_the_person() -> None:
    # 14:03 UTC is after midnight in the east.
    east = timezone(timedelta(hours=11))
    days = days_of(NOW, east)
    assert NOW.timestamp() - days.today < 2 * 3600
    assert days.today - days.yesterday == DAY


def test_a_moment_in_the_future_is_today_and_an_unknown_one_is_older() -> None:
    said = listed(row(1, updated_at=ago(-5000)), row(2, updated_at="never", created_at="", run_id="odd"))
    assert [each.strip() for each in said[1::2]] == ["today 1", "older 1"]


# Lines


def test_a_doubted_status_is_shown_with_the_doubt() -> None:
    made = run_line(row(1, doubt="workers were killed"), "5m", False, Form(35, UNICODE))
    assert "✓ 00000001 completed?" in made.text
    assert {tone for text, tone in made.pieces if text.strip() in ("✓", "completed?")} == {Tone.WARN}


def test_a_foreign_run_has_a_badge_and_the_word_where_there_is_room() -> None:
    mine, foreign = row(1), row(2, foreign=True)
    assert " f✓ 00000002" in listed(mine, foreign)[2]
    assert "foreign" in listed(mine, foreign, width=110)[2]
    assert "foreign" not in listed(mine, foreign, width=110)[1]


def test_a_run_of_a_newer_format_has_a_badge_and_the_word_where_there_is_room() -> None:
    mine, newer = row(1), row(2, newer="written by a newer one")
    assert " n✓ 00000002" in listed(mine, newer)[2]
    assert "newer" in listed(mine, newer, width=110)[2]
    assert "newer" not in listed(mine, newer, width=110)[1]


def test_the_project_is_named_when_there_are_several() -> None:
    one, two = row(1, project="/src/acme-api"), row(2, project="/src/web/")
    assert "acme-api" not in listed(one, width=52)[1]
    said = listed(one, two, width=52)
    assert "acme-api" in said[1]
    assert "web" in said[2]


def test_a_run_that_is_not_read_yet_is_only_its_id() -> None:
    made = run_line(unread(7), "–", False, Form(80, UNICODE))
    assert made.text.split() == ["00000007"]
    assert {tone for text, tone in made.pieces if text.strip()} == {Tone.DIM}
    assert group_of(unread(7)) == "RECENT"


def test_a_run_stands_where_its_id_says_until_it_is_read() -> None:
    old = replace(unread(1), run_id="team_20260513140000_0000000000000001", path=ROOT / "a")
    new = replace(unread(2), run_id="team_20260515140000_0000000000000002", path=ROOT / "b")
    odd = replace(unread(3), run_id="team_99999999999999_0000000000000003", path=ROOT / "c")
    assert numbers(listed(old, odd, row(4, updated_at=ago(DAY)), new)) == [2, 4, 1, 3]


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (29, "  ▶ 00000001 running      10m"),
        (35, "  ▶ 00000001 running       1/3  10m"),
        (52, "  ▶ 00000001 running     Goal number 1      1/3  10m"),
        (68, "  ▶ 00000001 running     Goal number 1       fast-fix       1/3  10m"),
    ],
)
def test_what_matters_least_gives_way_first(width: int, words: str) -> None:
    assert listed(row(1, RunStatus.RUNNING), width=width)[1] == words


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII, PLAIN])
@pytest.mark.parametrize("width", [*range(1, 60, 3), 140])
def test_no_line_is_wider_than_the_list(width: int, glyphs: object) -> None:
    rows = (
        row(1, RunStatus.RUNNING, goal="漢字 " * 30, project="/src/漢字"),
        row(2, doubt="x", foreign=True, workflow="w" * 50),
        unread(3),
        row(4, RunStatus.RUNNING, live=Liveness.INTERRUPTED, done=1234, total=12345),
    )
    for each in rows:
        form = Form(width, glyphs, projects=True, fixed=True)  # type: ignore[arg-type]
        made = run_line(each, "999d", True, form)
        assert cell_len(made.text) <= max(width, 2)
        assert made.text.isprintable()


def test_a_mark_is_a_shape_in_every_set_of_shapes() -> None:
    for glyphs in (UNICODE, ASCII, PLAIN):
        shape = Form(35, glyphs)
        plain, marked = (run_line(row(1), "5m", on, shape).text for on in (False, True))
        assert plain != marked
        assert plain[:1] == marked[:1] == " ", "the cursor has its own cell"


# Border


def test_the_border_says_how_many_in_which_order_and_which() -> None:
    wide = frame(80)
    assert runs_title(Counts(12, 12), Sort(), "", wide) == "runs 12 · updated ▼"
    assert runs_title(Counts(12, 12, 3), Sort(SortBy.TEAM), "", wide) == "runs 12 · team · 3 marked"
    assert (
        runs_title(Counts(12, 3, 2, 1), Sort(), "status:failed", wide)
        == 'runs 12 · updated ▼ · filter "status:failed" 3 of 12 · 2 marked, 1 hidden'
    )


def test_a_narrow_border_keeps_what_decides_what_a_key_does() -> None:
    said = [runs_title(Counts(12, 3, 2), Sort(), "status:failed", frame(width)) for width in range(70, 10, -1)]
    assert 'runs 3 of 12 · "status:failed" · 2 marked' in said
    assert 'runs 3 of 12 · "status… · 2 marked' in said
    assert "runs 3 of 12 · 2 marked" in said
    assert "3 of 12 · 2 marked" in said
    for width, title in zip(range(70, 10, -1), said, strict=True):
        assert cell_len(title) <= width - 4 or title == "3 of 12"
    assert all(len(a) >= len(b) for a, b in pairwise(said))


# States


def test_a_filter_that_leaves_nothing_says_so_and_how_to_take_it_back() -> None:
    order_of = RunList()
    order_of.want(lambda row: False)
    said = listed(row(1), order=order_of, filter_text="status:failed")
    assert said == ["", " No run matches", " status:failed", " Esc clears the filter."]


def test_where_the_runs_cannot_be_read_nothing_says_that_there_are_none() -> None:
    broken = RunsSlice(SliceState.ERROR, (), 0, (Problem(ROOT, "permission denied"),))
    said = texts(list_lines(broken, frame(35)))
    assert said[0] == " ! runs: permission denied"
    assert said[-2:] == ["", " r looks again."]


def test_what_is_said_above_the_runs_is_the_same_line_again() -> None:
    kept: Kept[Line] = Kept()
    shown = RunsSlice(SliceState.PARTIAL, (row(1),), 9, (Problem(ROOT, "permission denied"),))
    first, again = (tuple(list_lines(shown, frame(35), kept)) for _ in range(2))
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert [first[0].text, first[-1].text] == [" ! runs: permission denied", " 8 older runs not listed"]


# What stays


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove", "shuffle", "sort", "turn", "want", "all", "move"]),
        st.integers(0, 10_000),
    ),
    max_size=30,
)


def some_row(number: int, chance: random.Random) -> RunRow:
    status = chance.choice([*RunStatus, None])
    return row(
        number,
        status,
        live=chance.choice(list(Liveness)),
        updated_at=ago(chance.choice([5, 60, DAY, 9 * DAY])),
        team=chance.choice(["a", "b", "ab"]),
        seconds=chance.choice([10, 4000]),
    )


def changed(rows: list[RunRow], what: str, chance: random.Random) -> list[RunRow]:
    rows = list(rows)
    if what == "add" or not rows:
        new = max((int(each.run_id[-16:], 16) for each in rows), default=0) + 1
        rows.insert(chance.randrange(len(rows) + 1), some_row(new, chance))
    elif what == "change":
        place = chance.randrange(len(rows))
        rows[place] = replace(some_row(1, chance), run_id=rows[place].run_id, path=rows[place].path)
    elif what == "remove":
        rows.pop(chance.randrange(len(rows)))
    elif what == "shuffle":
        chance.shuffle(rows)
    return rows


@given(CHANGES)
def test_rows_that_are_kept_up_to_date_are_those_made_anew(changes: list[tuple[str, int]]) -> None:
    kept: Kept[Line] = Kept()
    order_of, cursor = RunList(), KeyedCursor()
    wanted = None
    rows = [some_row(number, random.Random(number)) for number in range(40)]
    for what, seed in changes:
        chance = random.Random(seed)
        match what:
            case "sort":
                order_of.sort_by(order_of.sort.next())
            case "turn":
                order_of.sort_by(order_of.sort.turn())
            case "want" | "all":
                query = "team:a -status:failed" if what == "want" else ""
                wanted = matcher(parse(query, RUNS), RUNS, NOW) if query else None
                order_of.want(wanted)
            case "move":
                cursor.move(chance.randrange(-5, 6), body_of(rows, order_of, kept))
            case _:
                rows = changed(rows, what, chance)
        selected = cursor.key
        body = body_of(rows, order_of, kept)
        cursor.find(body)
        fresh = RunList()
        fresh.sort_by(order_of.sort)
        fresh.want(wanted)
        assert texts(body) == texts(body_of(rows, fresh, Kept()))
        keys = [each.key for each in body if each.key]
        assert sorted(keys) == sorted(str(each.path) for each in rows if wanted is None or wanted(each))
        assert all(body.place_of(key) is not None and body.key_at(body.place_of(key) or 0) == key for key in keys)
        # The selection never changes unless its run is gone or left out.
        assert cursor.key == selected or selected not in keys
        assert cursor.key in keys or not keys


def body_of(rows: list[RunRow], order_of: RunList, kept: Kept[Line]) -> RunRows:
    return list_lines(runs(*rows), frame(35), kept, order_of)


def test_one_changed_run_makes_one_line_and_leaves_the_others_alone() -> None:
    kept: Kept[Line] = Kept()
    order_of = RunList()
    rows = [row(number, updated_at=ago(number)) for number in range(5000)]
    before = tuple(body_of(rows, order_of, kept))
    rows[2500] = replace(rows[2500], done=2)
    after = body_of(rows, order_of, kept)
    assert sum(a is not b for a, b in zip(before, after, strict=True)) == 1


def test_only_lines_that_are_looked_at_are_made() -> None:
    made: list[object] = []

    class Counting(Kept[Line]):
        def get(self, key, made_from, make):  # type: ignore[no-untyped-def]
            made.append(key)
            return super().get(key, made_from, make)

    cursor = KeyedCursor()
    body = list_lines(runs(*(row(number) for number in range(5000))), frame(35), Counting())
    cursor.find(body)
    cursor.move(4000, body)
    cursor.move(-10, body)
    cursor.key = "gone"
    cursor.find(body)
    assert body[body.place_of(cursor.key) or 0].key == cursor.key
    assert len(made) < 10
    assert len(body) == 5001


def test_a_run_that_is_listed_twice_is_shown_once() -> None:
    order_of, kept = RunList(), Kept[Line]()
    for _ in range(2):
        assert numbers(texts(body_of([row(1), row(2), row(1, done=0)], order_of, kept))) == [1, 2]
    assert numbers(texts(body_of([row(2)], order_of, kept))) == [2]


def test_a_view_is_not_changed_by_what_comes_later() -> None:
    order_of = RunList()
    first = body_of([row(1), row(2)], order_of, Kept())
    said = texts(first)
    body_of([row(3)], order_of, Kept())
    assert texts(first) == said


# The pane


class OneList(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.list = RunsPane(PALETTE, UNICODE, frame, id="runs")
        self.told: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.list

    def on_strip_pane_selected(self, event: StripPane.Selected) -> None:
        self.told.append(event.key)


SOME = tuple(row(number, RunStatus.FAILED if number % 2 else RunStatus.COMPLETED) for number in range(8))


def path_of(number: int) -> str:
    return str(SOME[number].path)


async def test_the_filter_chooses_and_the_border_says_it() -> None:
    app = OneList()
    async with app.run_test(size=(80, 20)) as pilot:
        app.list.take(runs(*SOME))
        assert app.list.filter_by("status:failed") == "4 of 8"
        assert app.list.view.title == 'runs 8 · updated ▼ · filter "status:failed" 4 of 8'
        assert app.list.filtered
        assert app.list.query_text == "status:failed"
        assert app.list.filter_by("status:failed age:") == "age: needs < or > and a time such as 1h"
        assert app.list.view.title.endswith("4 of 8")
        app.list.filter_by("status:failed nothing-like-it")
        assert "Esc clears the filter" in "\n".join(texts(app.list.view.body))  # type: ignore[arg-type]
        app.list.unfilter()
        assert not app.list.filtered
        assert app.list.view.title == "runs 8 · updated ▼"
        assert "status:failed" in [each.word for each in app.list.suggestions("status:f", 8)]
        await pilot.pause()


async def test_the_run_that_was_chosen_is_selected_again_when_the_filter_lets_it() -> None:
    app = OneList()
    async with app.run_test(size=(80, 20)) as pilot:
        app.list.take(runs(*SOME))
        app.list.select(path_of(3))
        app.list.filter_by("is:foreign")
        assert app.list.selected == ""
        app.list.filter_by("status:completed")
        assert app.list.selected == path_of(0)
        app.list.filter_by("status:failed")
        assert app.list.selected == path_of(3)
        app.list.filter_by("status:completed")
        app.list.move(1)
        app.list.unfilter()
        assert app.list.selected == path_of(2), "the person has chosen another one"
        await pilot.pause()
        assert app.told == ["", path_of(0), path_of(3), path_of(0), path_of(2)]


async def test_a_run_that_was_gone_into_stays_selected_without_the_filter() -> None:
    app = OneList()
    async with app.run_test(size=(80, 20)) as pilot:
        app.list.take(runs(*SOME))
        app.list.select(path_of(3))
        app.list.filter_by("status:completed")
        app.list.keep()
        app.list.unfilter()
        assert app.list.selected == path_of(0)
        await pilot.pause()


async def test_a_filter_by_time_follows_the_clock() -> None:
    app = OneList()
    async with app.run_test(size=(80, 20)):
        later = [timedelta()]
        app.list._moment = lambda: frame(now=NOW + later[0])
        app.list.take(runs(row(1, seconds=60, finished_at=ago(30))))
        assert app.list.filter_by("age:<1m") == "1 of 1"
        later[0] = timedelta(minutes=5)
        app.list.rebuild()
        assert "No run matches" in "\n".join(texts(app.list.view.body))  # type: ignore[arg-type]


async def test_marks_are_runs_and_go_with_them() -> None:
    app = OneList()
    async with app.run_test(size=(80, 20)):
        app.list.toggle_mark()
        app.list.mark_all()
        assert app.list.marked == (), "there is nothing to mark"
        app.list.take(runs(*SOME))
        app.list.select(path_of(2))
        app.list.toggle_mark()
        app.list.select(path_of(5))
        app.list.toggle_mark()
        assert app.list.marked == (SOME[2].path, SOME[5].path)
        assert app.list.view.title == "runs 8 · updated ▼ · 2 marked"
        app.list.filter_by("status:failed")
        assert app.list.view.title.endswith("2 marked, 1 hidden")
        app.list.take(runs(*SOME[3:]))
        assert app.list.marked_rows == (SOME[5],)
        app.list.toggle_mark()
        assert app.list.marked == ()
        app.list.mark_all()
        assert {each.run_id for each in app.list.marked_rows} == {SOME[n].run_id for n in (3, 5, 7)}
        app.list.mark_all()
        assert app.list.marked == ()
        app.list.mark_all()
        app.list.clear_marks()
        assert app.list.marked == ()


@pytest.mark.parametrize("seed", range(8))
async def test_selection_and_marks_stay_on_their_runs_whatever_happens(seed: int) -> None:
    chance = random.Random(seed)
    app = OneList()
    async with app.run_test(size=(40, 14)) as pilot:
        rows = [some_row(number, chance) for number in range(60)]
        pane = app.list
        pane.take(runs(*rows))
        pane.move(chance.randrange(40))
        for _ in range(6):
            pane.move(chance.randrange(-10, 10))
            pane.toggle_mark()
        for _ in range(80):
            selected, marked = pane.selected, set(pane.marked)
            rows = changed(rows, chance.choice(["add", "change", "remove", "shuffle"]), chance)
            if chance.random() < 0.2:
                pane.sort_by_next() if chance.random() < 0.5 else pane.reverse()
            above = place_on_screen(pane)
            pane.take(runs(*rows))
            there = {str(each.path) for each in rows}
            assert pane.selected == selected or selected not in there
            assert set(pane.marked) == {path for path in marked if str(path) in there}
            assert pane.selected in there
            if pane.selected == selected and 0 < pane._first < len(pane.view.body) - pane.page:
                assert place_on_screen(pane) == above, "the selected row does not jump"
            if chance.random() < 0.3:
                pane.move(chance.randrange(-20, 20))
        await pilot.pause()


def place_on_screen(pane: RunsPane) -> int:
    assert pane._cursor is not None
    return pane._cursor.row - pane._first


def test_every_group_has_its_number() -> None:
    assert [GROUPS.index(group_of(each)) for each in (row(1, needs_you=True), row(2, RunStatus.RUNNING), row(3))] == [
        0,
        1,
        2,
    ]
