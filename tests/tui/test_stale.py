"""When reading has stopped: how old it is, that it is dimmed and stays readable, and that nothing in it moves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from textual.theme import Theme

from crew_core.observe.slices import RunSlice, RunsSlice, SliceName, SliceState
from crew_tui.glyphs import UNICODE, glyphs_for
from crew_tui.lines import MARK, Kept, Tone, line
from crew_tui.palette import palette_of
from crew_tui.panes.agents import AgentsPane
from crew_tui.panes.newest_events import NewestEventsPane
from crew_tui.panes.run_list import RunList
from crew_tui.panes.runs_view import runs_view
from crew_tui.theme_files import themes
from crew_tui.widgets.row import Look, row_segments
from crew_tui.widgets.view import View
from tests.tui.builders import NOW, a_busy_project, ago, frame, row, runs
from tests.tui.one_tab import OneTab

BUSY = a_busy_project()
LISTED, WORKING = BUSY[SliceName.RUNS], BUSY[SliceName.RUN]
assert isinstance(LISTED, RunsSlice)
assert isinstance(WORKING, RunSlice)
STALE = {**BUSY, SliceName.RUN: replace(WORKING, state=SliceState.STALE, as_of=ago(23))}

ROW = line((MARK, Tone.DIM), ("✓ ", Tone.OK), ("said", Tone.TEXT), (" ! failed", Tone.FAIL), key="a")


@pytest.mark.parametrize("theme", themes(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("selected", [False, True])
def test_what_is_old_is_as_dim_as_dim_text_and_trouble_stays_as_it_is(theme: Theme, selected: bool) -> None:
    palette = palette_of(theme)
    look = Look(palette, UNICODE, focused=True)
    fresh = row_segments(ROW, 40, look, selected=selected)
    faded = row_segments(ROW, 40, look, selected=selected, faded=True)
    assert [each.text for each in faded] == [each.text for each in fresh]
    dim = row_segments(line((MARK, Tone.DIM), ("said", Tone.DIM), key="a"), 40, look, selected=selected)
    styles = {each.text: each.style for each in faded}
    assert styles["✓ "] == styles["said"] == dim[2].style
    assert styles[" ! failed"] == {each.text: each.style for each in fresh}[" ! failed"]


def seen(shown: RunsSlice) -> View:
    listed = RunList()
    listed.take(shown.rows)
    return runs_view(shown, frame(), Kept(), listed)


def test_the_list_says_how_old_it_is_and_is_faded() -> None:
    old = runs(row(1), state=SliceState.STALE)
    view = seen(replace(old, as_of=ago(23)))
    assert view.body[0].text == " ○ 23s old; r reads again"
    assert view.faded
    assert not seen(runs(row(1))).faded


async def test_a_tab_says_how_old_it_is_and_its_body_fades_and_stands_still() -> None:
    app = OneTab(AgentsPane, glyphs=glyphs_for({}, wish="unicode", spins=True))
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(BUSY)
        await pilot.pause()
        assert app.pane.is_turning
        app.pane.take(STALE)
        await pilot.pause()
        assert app.pane.view.faded
        assert not app.pane.is_turning
        before = [text for text in app.texts() if "04_tests" in text]
        app.tick(NOW + timedelta(seconds=40))
        await pilot.pause()
        assert any("○ 1m03s old; r reads again" in text for text in app.texts())
        # What went on is counted to the moment of which something is known.
        assert [text for text in app.texts() if "04_tests" in text] == before
        app.pane.take(BUSY)
        await pilot.pause()
        assert not app.pane.view.faded
        assert app.pane.is_turning


def test_the_newest_events_fade_with_their_run() -> None:
    pane = NewestEventsPane(palette_of(themes()[0]), UNICODE, frame)
    pane.take(BUSY)
    assert not pane.compose_view(frame()).faded
    pane.take(STALE)
    assert pane.compose_view(frame()).faded
