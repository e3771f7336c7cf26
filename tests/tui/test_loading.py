"""While something is read for the first time: after a while what is read, and rows without words where rows will be."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from crew_core.observe.slices import Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_tui.glyphs import ASCII, PLAIN, UNICODE, Glyphs
from crew_tui.lines import ENDLESS, Column, Tone
from crew_tui.panes.agents import AgentsPane
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.health import HealthPane
from crew_tui.panes.mail import MailPane
from crew_tui.panes.output import OutputPane
from crew_tui.panes.plan import PlanPane
from crew_tui.panes.progress import ProgressPane
from crew_tui.panes.run_line import COMING, Form, run_line
from tests.tui.builders import a_busy_project, frame, row
from tests.tui.one_tab import OneTab

FIELDS = (Column("", 1), Column("", 12), Column("", 6, right=True))

BUSY = a_busy_project()
WORKING = BUSY[SliceName.RUN]
assert isinstance(WORKING, RunSlice)
COMING_RUN = {
    SliceName.RUN: replace(WORKING, state=SliceState.LOADING, run=None, live=Liveness.UNKNOWN),
    SliceName.TASKS: TasksSlice(SliceState.LOADING, ()),
}
TABS = (AgentsPane, ProgressPane, MailPane, OutputPane, HealthPane, PlanPane)


def starts(text: str, shape: str) -> list[int]:
    """Where each field begins."""
    return [found.start() for found in re.finditer(rf"(?<!{re.escape(shape)}){re.escape(shape)}", text)]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_rows_without_words_stand_below_what_is_read(glyphs: Glyphs) -> None:
    said, *rows = loading(frame(40, glyphs=glyphs), "tasks", FIELDS)
    assert said.text == " reading tasks…"
    assert len(rows) > 1
    assert {each.text for each in rows} == {rows[0].text}
    assert starts(rows[0].text, glyphs.empty) == [1, 3, 18]
    assert {tone for text, tone in rows[0].pieces if text.strip()} == {Tone.DIM}
    assert not any(each.key for each in rows)


def test_nothing_is_said_before_a_while_and_only_words_where_nothing_is_drawn() -> None:
    assert loading(frame(40, waited=False), "tasks", FIELDS) == ()
    for narrow in (frame(ENDLESS), frame(40, glyphs=PLAIN)):
        assert [each.text for each in loading(narrow, "tasks", FIELDS)] == [" reading tasks…"]


def test_the_rows_of_runs_stand_where_those_of_runs_will() -> None:
    real = run_line(row(1), "4m", False, Form(100, UNICODE)).text
    coming = loading(frame(100), "runs", COMING)[1].text
    for start in starts(coming, UNICODE.empty)[:4]:
        assert real[start] != " "
        assert real[start - 1] == " "


@pytest.mark.parametrize("kind", TABS)
async def test_a_run_that_is_read_has_its_head_its_tabs_and_rows(kind: type[DetailPane]) -> None:
    app = OneTab(kind)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(COMING_RUN)
        await pilot.pause()
        seen = app.texts()
        assert sum(UNICODE.empty in text for text in seen) >= 5
        assert any("1 Agents" in text for text in seen)
        assert any("reading the run…" in text for text in seen)
        app.pane.take(BUSY)
        await pilot.pause()
        assert not any("reading" in text for text in app.texts())


@pytest.mark.parametrize("kind", TABS)
async def test_before_a_while_the_tab_is_empty(kind: type[DetailPane]) -> None:
    app = OneTab(kind, waited=False)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(COMING_RUN)
        await pilot.pause()
        assert not any(text.strip(" ┃") for text in app.texts()[1:-1])
