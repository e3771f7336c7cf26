"""Searching the output of all agents: what is shown at once, whole transcripts in a thread, one list of the rest."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.output_bounds import BOUNDS
from crew_tui.actions import Action
from crew_tui.panes.output import OutputPane
from crew_tui.screens.picker import Picker
from crew_tui.screens.prompt import Prompt
from crew_tui.screens.transcript import TranscriptScreen
from tests.acceptance.stage import Stage, over_own, playing
from tests.acceptance.written_runs import OwnRun, completed

#: More lines than are read of the end of an output.
_MANY = BOUNDS.piece_bytes // 60


def a_long_run(root: Path) -> OwnRun:
    """The first agent has said more than is read of it: of three needles one is in what is left out."""
    run = OwnRun(root, 1)
    run.start("01_look")
    run.tell("01_look", 1, AgentEvent(Kind.TEXT, text="a word\nan early needle"))
    run.tell("01_look", 1, *(AgentEvent(Kind.TEXT, text=f"line {number}, as any other") for number in range(_MANY)))
    run.tell("01_look", 1, AgentEvent(Kind.TEXT, text="a late needle"))
    run.work("01_look")
    run.end("01_look")
    run.start("02_change")
    run.tell("02_change", 1, AgentEvent(Kind.TEXT, text="another needle"))
    run.work("02_change")
    run.end("02_change", well=False)
    run.snapshots()
    return run


@asynccontextmanager
async def output_of(run: OwnRun) -> AsyncIterator[tuple[Stage, OutputPane]]:
    async with playing(over_own(run.layout.root.parent), size=(110, 28)) as stage:
        await stage.sees("01_look")
        await stage.press("4")
        await stage.sees("02_change has seen it")
        pane = stage.app.main.detail
        assert isinstance(pane, OutputPane)
        yield stage, pane


async def test_what_is_not_shown_is_found_in_the_transcripts_and_opened_there(tmp_path: Path) -> None:
    async with output_of(a_long_run(tmp_path / "runs")) as (stage, pane):
        assert "earlier lines" in stage.text()
        await stage.press("/", *"needle", "enter")
        assert "match 1 of 2" in stage.text()
        await stage.sees("1 more in transcripts: Enter lists them")
        assert "Enter list" in stage.lines()[-1]
        await stage.press("n")
        assert "match 2 of 2" in stage.text()
        await stage.press("enter")
        assert isinstance(stage.app.screen, Picker)
        assert [each.label for each in stage.app.screen.choices] == ["14:00:02 01_look an early needle"]
        await stage.press("enter")
        assert isinstance(stage.app.screen, TranscriptScreen)
        await stage.sees("an early needle")
        assert re.search(r"› +an early needle", stage.text()), "the line itself is gone to"
        await stage.press("escape")
        assert stage.app.main.detail is pane
        await stage.press("escape")
        assert not pane.filtered
        assert Action.OPEN_ITEM not in pane.offers()
        assert "earlier lines" in stage.text()


async def test_nothing_more_is_said_when_there_is_nothing_more(tmp_path: Path) -> None:
    async with output_of(completed(tmp_path / "runs")) as (stage, pane):
        await stage.press("/", *"division", "enter")
        await stage.sees("nothing more in transcripts")
        assert Action.OPEN_ITEM not in pane.offers()
        await stage.press("/", *"x", "escape")
        assert pane.query_text == "division", "Esc leaves the search as it was"
        await stage.sees("nothing more in transcripts")


async def test_the_transcripts_are_searched_when_the_pattern_is_kept(tmp_path: Path) -> None:
    async with output_of(a_long_run(tmp_path / "runs")) as (stage, pane):
        await stage.press("/", *"needl")
        assert isinstance(stage.app.screen, Prompt)
        assert not pane.more.begun
        assert "match" in stage.text()
        await stage.press("escape")
        assert not pane.filtered
        assert not pane.more.begun
        assert pane.following
