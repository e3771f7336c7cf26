"""The output tab: lines cut or wrapped, matches marked and gone to, the place kept while lines come and go."""

from __future__ import annotations

import queue
import re
from collections.abc import Callable, Sequence
from datetime import UTC, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import AppendLog, SliceState
from crew_core.observe.tab_slices import OutputLine, OutputSlice
from crew_tui.actions import Action
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Ink, Line, Tone
from crew_tui.panes.output import OutputPane
from crew_tui.panes.output_matches import OutputMatches
from crew_tui.panes.output_rows import Look, OutputRow, OutputRows
from tests.tui.builders import NOW, ago, output, row, run_slice, task, tasks
from tests.tui.grid import strips
from tests.tui.one_tab import OneTab

RUN = run_slice(row(1, RunStatus.RUNNING))
TASKS = tasks(task("a", TaskStatus.RUNNING), task("b", TaskStatus.RUNNING))

LINES = st.lists(st.text(st.sampled_from("ab é你\t \x1b[m"), max_size=40), max_size=12)


def logged(*texts: str, task_id: str = "a") -> AppendLog[OutputLine]:
    log: AppendLog[OutputLine] = AppendLog()
    for text in texts:
        log.append(OutputLine(ago(5), task_id, "text", text))
    return log


def sliced(log: AppendLog[OutputLine], skipped: int = 0) -> OutputSlice:
    return OutputSlice(SliceState.READY, None, None, log, len(log), skipped)


TODAY = f"{NOW:%Y-%m-%d}"


def look(width: int = 60, **changes: object) -> Look:
    return Look(**{"width": width, "glyphs": UNICODE, "zone": UTC, "today": TODAY, "task_cells": 4, **changes})  # type: ignore[arg-type]


def in_tone(line: Line, tone: Tone) -> list[str]:
    return [text for text, each in line.pieces if each is tone]


# Rows


@given(LINES, st.integers(1, 70), st.booleans())
def test_every_row_belongs_to_its_line_and_fits(texts: Sequence[str], width: int, wrap: bool) -> None:
    rows = OutputRows(logged(*texts), look(width, wrap=wrap, pattern=re.compile("a")))
    window = rows.first(len(texts))
    numbers = [rows.number_at(place) for place in range(len(window))]
    assert sorted(set(numbers)) == list(range(len(texts)))
    assert numbers == sorted(numbers)
    assert [rows.row_of(number) for number in range(len(texts))] == [numbers.index(n) for n in range(len(texts))]
    for line in window:
        assert cell_len(line.text) <= width
        assert "\x1b" not in line.text


@given(st.lists(st.integers(-2, 2), max_size=12), st.integers(0, 12), st.booleans())
def test_before_the_first_line_of_another_day_a_row_tells_its_date(days: list[int], first: int, wrap: bool) -> None:
    log: AppendLog[OutputLine] = AppendLog()
    for day in days:
        at = (NOW + timedelta(days=day)).isoformat() if day else ago(0)
        log.append(OutputLine(at, "a", "text", "some words that need several rows where they are wrapped"))
    rows = OutputRows(log, look(30, wrap=wrap))
    rows.first(min(first, len(days)))
    window = rows.first(len(days))
    told = [(place, line.text.strip("─ ")) for place, line in enumerate(window) if "──" in line.text]
    dates = [f"{NOW + timedelta(days=day):%Y-%m-%d}" for day in days]
    changes = [n for n, date in enumerate(dates) if date != (dates[n - 1] if n else TODAY)]
    assert [date for _, date in told] == [dates[number] for number in changes]
    assert [rows.row_of(number) - 1 for number in changes] == [place for place, _ in told]
    numbers = [rows.number_at(place) for place in range(len(window))]
    assert numbers == sorted(numbers)
    high = 1 if not wrap else len(OutputRow(log[0], look(30, wrap=True))) if days else 0
    assert [numbers.count(number) for number in range(len(days))] == [high + (n in changes) for n in range(len(days))]


@given(LINES, st.integers(0, 12))
def test_rows_grow_with_the_log(texts: Sequence[str], first: int) -> None:
    log = logged(*texts)
    grown = OutputRows(log, look(30, wrap=True))
    grown.first(min(first, len(texts)))
    at_once = OutputRows(log, look(30, wrap=True)).first(len(texts))
    assert [line.text for line in grown.first(len(texts))] == [line.text for line in at_once]


@given(LINES, st.sampled_from(["a", "b é", "^a", "a*", "你"]))
@example(["a" * 40], "a")
def test_what_is_marked_is_what_matches(texts: Sequence[str], typed: str) -> None:
    pattern = re.compile(typed)
    log = logged(*texts)
    window = OutputRows(log, look(400, pattern=pattern)).first(len(texts))
    for entry, line in zip(log.first(len(texts)), window, strict=True):
        plain = OutputRow(entry, look(400)).line(0).text
        assert line.text == plain
        matches = [match for match in pattern.findall(plain.partition(UNICODE.bar)[2].lstrip(" ")) if match]
        if not typed.startswith("^"):
            assert len(in_tone(line, Tone.MATCH)) == len(matches)


def test_wrapped_rows_stand_below_their_first_one_and_lose_nothing() -> None:
    text = "one two three four five six seven eight nine ten"
    row = OutputRow(logged(text)[0], look(40, wrap=True))
    said = [row.line(place).text for place in range(len(row))]
    assert len(said) == 2
    assert " ".join(each.partition(UNICODE.bar)[2].strip() for each in said) == text
    assert len({each.index(UNICODE.bar) for each in said}) == 1


def test_a_match_over_the_end_of_a_row_is_marked_in_both() -> None:
    row = OutputRow(logged("x" * 30 + "needle" + "y" * 30)[0], look(40, wrap=True, pattern=re.compile("needle")))
    marked = ["".join(in_tone(row.line(place), Tone.MATCH)) for place in range(len(row))]
    assert "".join(marked) == "needle"
    assert row.match_row == next(place for place, text in enumerate(marked) if text)


def test_the_match_that_one_is_at_is_seen_although_its_line_is_cut() -> None:
    rows = OutputRows(logged("x" * 500 + "needle"), look(60, pattern=re.compile("needle")))
    assert "needle" not in rows.first(1)[0].text
    rows.pointed = 0
    line = rows.first(1)[0]
    assert in_tone(line, Tone.MATCH) == ["needle"]
    assert line.text.startswith(UNICODE.cursor)


def test_a_line_of_a_megabyte_with_a_match_in_every_word_is_a_row_at_a_time() -> None:
    rows = OutputRows(logged("error " * 170_000), look(60, wrap=True, pattern=re.compile("error")))
    window = rows.first(1)
    assert len(window) > 10_000
    assert "error" in in_tone(window[len(window) // 2], Tone.MATCH)


# Matches


def test_matches_come_with_the_log_and_go_round() -> None:
    log = logged("one", "two", "one", "three")
    matches = OutputMatches(re.compile("one"))
    matches.take(log, 2)
    assert matches.numbers == [0]
    assert matches.words() == "1 match"
    matches.take(log, 4)
    matches.here = 2
    assert matches.words() == "match 2 of 2"
    assert matches.beside(2, 1) == 0
    assert matches.beside(0, -1) == 2
    assert [matches.nearest(number) for number in (0, 1, 3)] == [0, 2, 2]
    nothing = OutputMatches(re.compile("four"))
    nothing.take(log, 4)
    assert (nothing.words(), nothing.nearest(0), nothing.beside(0, 1)) == ("no match", None, None)


# The tab


async def shown(app: OneTab[OutputPane], log: AppendLog[OutputLine], skipped: int = 0) -> OutputPane:
    app.show(run=RUN, tasks=TASKS, output=sliced(log, skipped))
    return app.pane


async def test_the_matches_are_gone_to_and_following_pauses() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(80, 20)) as pilot:
        log = logged(*(f"needle {number}" if number % 20 == 0 else f"line {number}" for number in range(100)))
        pane = await shown(app, log)
        await pilot.pause()
        assert "line 99" in app.texts()[-2]
        assert not {Action.NEXT_MATCH, Action.PREVIOUS_MATCH} & pane.offers()
        pane.begin_search()
        assert pane.look_for("needle") == ""
        await pilot.pause()
        assert "match 5 of 5" in app.texts()[-1], "the one nearest to what was in sight"
        assert any("›" in each and "needle 80" in each for each in app.texts())
        assert not pane.following
        assert pane.perform(Action.NEXT_MATCH)
        await pilot.pause()
        assert "match 1 of 5" in app.texts()[-1]
        assert any("needle 0" in each for each in app.texts())
        pane.perform(Action.PREVIOUS_MATCH)
        pane.perform(Action.PREVIOUS_MATCH)
        await pilot.pause()
        assert "match 4 of 5" in app.texts()[-1]
        log.append(OutputLine(ago(1), "a", "text", "another needle"))
        await shown(app, log)
        await pilot.pause()
        assert "match 4 of 6" in app.texts()[-1]
        assert any("needle 60" in each for each in app.texts()), "what comes does not move what is read"
        pane.move_end()
        await pilot.pause()
        assert pane.following
        pane.unfilter()
        await pilot.pause()
        assert not pane.filtered
        assert "match" not in app.texts()[-1]


async def test_a_search_that_is_given_up_leads_back() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(80, 20)) as pilot:
        pane = await shown(app, logged("needle", *(f"line {number}" for number in range(100))))
        await pilot.pause()
        before = app.texts()
        pane.begin_search()
        for typed in ("n", "needle", "needle?", "needles"):
            pane.look_for(typed)
        await pilot.pause()
        assert "no match" in app.texts()[-1]
        assert pane.look_for("needle(").startswith("no regular expression")
        pane.look_for("needle")
        await pilot.pause()
        assert any("needle" in each for each in app.texts())
        pane.look_for("")
        pane.end_search()
        await pilot.pause()
        assert app.texts() == before
        assert pane.following


async def test_wrapping_keeps_the_line_on_top() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(60, 20)) as pilot:
        pane = await shown(app, logged(*(f"{number:03} " + "word " * (number % 30) for number in range(100))))
        await pilot.pause()
        pane.move(-40)
        await pilot.pause()

        def top_line() -> str:
            return next(each for each in app.texts() if "│ 0" in each).split("│")[1].split()[0]

        top = top_line()
        assert "follow" not in app.texts()[-1]
        for _ in range(2):
            assert pane.perform(Action.WRAP)
            await pilot.pause()
            assert top_line() == top
        pane.perform(Action.WRAP)
        await pilot.resize_terminal(100, 20)
        await pilot.pause()
        assert top_line() == top


async def test_the_place_is_kept_when_older_lines_are_let_go() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(80, 20)) as pilot:
        log = logged(*(f"line {number:03}." for number in range(100)))
        pane = await shown(app, log)
        await pilot.pause()
        pane.begin_search()
        pane.look_for("line 05.")
        await pilot.pause()
        assert "match 10 of 10" in app.texts()[-1]
        pane.perform(Action.PREVIOUS_MATCH)
        before = [each for each in app.texts() if "line 0" in each]
        kept: AppendLog[OutputLine] = AppendLog()
        for number in range(40, 100):
            kept.append(log[number])
        await shown(app, kept, skipped=40)
        await pilot.pause()
        assert [each for each in app.texts() if "line 0" in each] == before
        assert "match 9 of 10" in app.texts()[-1]
        pane.look_for("")
        await pilot.pause()
        assert any("40 earlier lines" in each for each in app.texts())


async def test_another_task_is_another_text() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(80, 20)) as pilot:
        pane = await shown(app, logged("needle"))
        pane.look_for("needle")
        pane.ask_for("b")
        await pilot.pause()
        assert not pane.filtered
        app.show(output=output([("b", "text", "hay")], "b"))
        await pilot.pause()
        assert any("hay" in each for each in app.texts())
        pane.ask_for("b")
        assert pane.following


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (20, 8), (60, 12)])
async def test_no_screen_is_too_small_to_search(size: tuple[int, int]) -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=size) as pilot:
        pane = await shown(app, logged(*("needle " * 9 for _ in range(30))))
        await pilot.pause()
        pane.begin_search()
        pane.look_for("needle")
        for action in (Action.NEXT_MATCH, Action.WRAP, Action.NEXT_MATCH, Action.PREVIOUS_MATCH):
            pane.perform(action)
            await pilot.pause()


async def test_the_transcripts_are_searched_again_when_lines_are_let_go() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(80, 20)) as pilot:
        log = logged("needle", "hay", "hay")
        pane = await shown(app, log)
        await pilot.pause()
        pane.look_for("needle")
        told: queue.Queue[Callable[[], None]] = queue.Queue()
        pane.search_transcripts(told.put, lambda: None)
        told.get(timeout=30)()
        await pilot.pause()
        assert any("nothing more in transcripts" in each for each in app.texts())
        kept: AppendLog[OutputLine] = AppendLog()
        kept.append(log[1])
        kept.append(log[2])
        await shown(app, kept, skipped=1)
        await pilot.pause()
        assert "no match" in app.texts()[-1]
        assert any("searching transcripts" in each for each in app.texts())
        told.get(timeout=30)()
        await pilot.pause()
        assert not any("searching transcripts" in each for each in app.texts())


async def test_c_shows_the_colours_of_the_agents_or_none_and_is_there_where_there_are_some() -> None:
    app: OneTab[OutputPane] = OneTab(OutputPane)
    async with app.run_test(size=(60, 20)) as pilot:
        log = logged("plain")
        pane = await shown(app, log)
        await pilot.pause()
        assert Action.COLOURS not in pane.offers()
        log.append(OutputLine(ago(1), "a", "text", "\x1b[32mPASS\x1b[0m test \x1b]52;c;eA==\x07ends"))
        await shown(app, log)
        await pilot.pause()
        assert Action.COLOURS in pane.offers()
        assert [text for text, tone in pane.view.body[1].pieces if isinstance(tone, Ink)] == ["PASS"]
        [style] = {segment.style for strip in strips(app.screen) for segment in strip if segment.text == "PASS"}
        assert style is not None
        assert style.color is not None
        assert style.color.triplet == app.ansi_theme.ansi_colors[2]
        words = pane.view.body[1].text
        assert words.endswith("PASS test ends")
        pane.perform(Action.COLOURS)
        await pilot.pause()
        assert pane.view.body[1].text == words
        assert not any(isinstance(tone, Ink) for _, tone in pane.view.body[1].pieces)
        assert Action.COLOURS in pane.offers()


async def test_a_line_that_still_grows_is_the_last_one() -> None:
    log = logged("first", "second")
    app = OneTab(OutputPane)
    async with app.run_test(size=(60, 20)) as pilot:
        app.show(run=RUN, tasks=TASKS, output=sliced(log))
        for said in ("third is", "third is not over"):
            growing = (OutputLine(ago(1), "a", "text", said),)
            app.show(output=OutputSlice(SliceState.READY, None, None, log, len(log), 0, growing))
            await pilot.pause()
            assert [line.text.partition("│ ")[2] for line in app.pane.view.body] == ["first", "second", said]


def test_each_task_speaks_in_a_colour_of_its_own_and_a_stranger_in_none() -> None:
    rows = OutputRows(logged("x", task_id="b"), look(tasks=("a", "b")))
    assert in_tone(rows.first(1)[0], Tone.AGENT_2) == ["b    "]
    stranger = OutputRows(logged("x", task_id="c"), look(tasks=("a", "b")))
    assert not {tone for _, tone in stranger.first(1)[0].pieces} & {Tone.AGENT_1, Tone.AGENT_2}
