"""What is painted before Textual is loaded is what the dashboard paints in the same place after it."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorSystem
from rich.segment import Segment

from crew_core.config.first_look import Wishes
from crew_core.model.status import RunStatus
from crew_core.observe.slices import NO_RUN, Looked, OtherRuns, RunsSlice, SliceName, SliceState
from crew_tui.early_frame import Arranged, colour_system, painted
from crew_tui.theme_tables import OWN
from crew_tui.ui_state import UiState, UiStateFile, state_path
from tests.snapshots.looking import settled
from tests.tui.builders import NOW, ROOT, a_busy_project, row, runs
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import strips

SIZES = ((60, 20), (80, 24), (120, 40), (200, 50))

Cell = tuple[str, str]


def cells(line: list[Segment], width: int) -> list[Cell]:
    """Each character with its style as text, without what Textual adds to it for the mouse."""
    found = []
    for part in line:
        style = part.style.without_color + part.style.background_style if part.style else ""
        colour = part.style.color if part.style else None
        found += [(char, f"{style} {colour}") for char in part.text]
    return found[:width]


async def both(
    size: tuple[int, int], environment: dict[str, str], *, theme: str = "auto", state: UiState = UiState(), **of: Any
) -> tuple[list[list[Cell]], list[list[Cell]]]:
    """(early, Textual's) lines of the list of runs."""
    first = {**a_busy_project(), **of}
    listed = first[SliceName.RUNS]
    assert isinstance(listed, RunsSlice)
    wishes = Wishes(theme=theme, time="utc")
    arranged = UiStateFile(state_path())
    arranged.state = state
    app = dashboard(ScriptedSource(first), wishes=wishes, arranged=arranged)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, app)
        width, height = app.main.runs.size
        later = [cells(list(strip), width) for strip in strips(app.screen)[1 : 1 + height]]
    early = painted(listed, Arranged(wishes, state, "acme-api"), environment, NOW, size)
    # What stands below the list is left empty, as what stands beside it: nothing of a run has been read.
    assert not "".join(part.text for line in early[1 + height :] for part in line).strip()
    return [cells(line, width) for line in early[1 : 1 + height]], later


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_list_stands_where_and_as_it_will_stand(size: tuple[int, int]) -> None:
    early, later = await both(size, {"LC_ALL": "C.UTF-8"})
    assert early == later


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_a_list_without_runs_says_the_same_from_the_first_frame_on(size: tuple[int, int]) -> None:
    looked = Looked((ROOT, ROOT.parent / "state/runs"), (OtherRuns("all projects", 12),))
    none = RunsSlice(SliceState.EMPTY, (), 0, looked=looked)
    early, later = await both(size, {}, **{SliceName.RUNS: none, SliceName.RUN: NO_RUN})
    assert early == later


@pytest.mark.parametrize("theme", OWN)
async def test_it_wears_the_same_theme(theme: str) -> None:
    early, later = await both((80, 24), {}, theme=theme)
    assert early == later


@pytest.mark.parametrize(("wished", "cells"), [(90, 60), (44, 44), (3, 24)])
async def test_a_width_from_another_terminal_leaves_both_parts_room(wished: int, cells: int) -> None:
    early, later = await both((100, 24), {}, state=UiState(runs_width=wished))
    assert early == later
    assert {len(line) for line in later} == {cells}


@pytest.mark.parametrize("size", [(100, 23), (100, 24), (140, 24), (160, 30)], ids=str)
@pytest.mark.parametrize("tab", ["", "progress"])
async def test_there_is_room_for_events_where_they_will_stand(tab: str, size: tuple[int, int]) -> None:
    early, later = await both(size, {}, state=UiState(tab=tab))
    assert early == later
    assert len(later) == size[1] - (6 if size == (100, 24) and not tab else 2)


async def test_a_long_list_says_how_much_is_below() -> None:
    many = runs(*(row(number, RunStatus.COMPLETED, seconds=60 * number) for number in range(60)))
    early, later = await both((80, 24), {}, **{SliceName.RUNS: many})
    assert early == later
    assert "▼" in "".join(char for char, _ in early[-1])


async def test_a_project_without_runs_says_so_at_once() -> None:
    early, later = await both((80, 24), {}, **{SliceName.RUNS: runs()})
    assert early == later


def test_every_line_fills_the_screen() -> None:
    listed = a_busy_project()[SliceName.RUNS]
    assert isinstance(listed, RunsSlice)
    for width, height in SIZES:
        lines = painted(listed, Arranged(Wishes(), UiState(), "acme"), {}, NOW.astimezone(UTC), (width, height))
        assert [Segment.get_line_length(line) for line in lines] == [width] * height


def test_a_run_that_was_asked_for_is_in_sight() -> None:
    many = runs(*(row(number, RunStatus.COMPLETED, seconds=60 * number) for number in range(60)))
    last = many.rows[-1]
    lines = painted(many, Arranged(Wishes(), UiState(), "acme", Path(last.path)), {}, NOW, (80, 24))
    text = ["".join(part.text for part in line) for line in lines]
    assert any("›" in line and last.path.name[-8:] in line for line in text)


@pytest.mark.parametrize(
    ("environment", "system"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, ColorSystem.TRUECOLOR),
        ({"TERM": "xterm-256color"}, ColorSystem.EIGHT_BIT),
        ({"TERM": "xterm"}, ColorSystem.STANDARD),
        ({"TERM": "dumb"}, None),
        ({}, None),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, None),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "truecolor"}, None),
    ],
)
def test_colours_are_what_the_terminal_says(environment: dict[str, str], system: ColorSystem | None) -> None:
    assert colour_system(environment) is system
