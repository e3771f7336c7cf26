"""Screens as they were when somebody last looked at them: text and styles, at three sizes.

`SNAPSHOT_UPDATE=1` writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot

from crew_core.model.status import RunStatus
from crew_core.observe.slices import (
    LinkSlice,
    LinkState,
    Liveness,
    Problem,
    RunSlice,
    RunsSlice,
    SliceName,
    SliceState,
)
from crew_tui.app import Dashboard
from crew_tui.panes.detail import NO_RUN
from tests.tui.builders import LINK, a_busy_project, ago, row, run_slice, runs, task, tasks
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import styled_grid

FOLDER = Path(__file__).parents[2] / "snapshots"
SIZES = [(60, 20), (80, 24), (120, 40)]
BUSY = a_busy_project()
WORKING = BUSY[SliceName.RUN]
assert isinstance(WORKING, RunSlice)

EMPTY: dict[SliceName, object] = {
    SliceName.RUNS: RunsSlice(SliceState.EMPTY, (), 0),
    SliceName.LINK: LINK,
    SliceName.RUN: NO_RUN,
}
DAMAGED_ROW = row(0x94CD24FB, RunStatus.RUNNING, live=Liveness.INTERRUPTED, needs_you=True)
DAMAGED: dict[SliceName, object] = {
    SliceName.RUNS: RunsSlice(
        SliceState.PARTIAL,
        (DAMAGED_ROW, row(0x0B77AA10, None, live=Liveness.UNKNOWN, goal="", total=0, problem="no manifest")),
        2,
        (Problem(Path("/src/acme-api/.crew/runs"), "one directory may not be read"),),
    ),
    SliceName.LINK: LinkSlice("inotify", LinkState.STALE, ago(23)),
    SliceName.RUN: run_slice(
        DAMAGED_ROW,
        state=SliceState.PARTIAL,
        why="no coordinator works on it; R resumes it",
        problems=(Problem(Path("/r/tasks.json"), "not JSON at byte 18442; shown from the journal", 411),),
    ),
    SliceName.TASKS: tasks(task("01_explore"), task("02_plan")),
}
HOSTILE_ROW = row(
    0xBAD,
    RunStatus.RUNNING,
    goal="\x1b[31m[red]你好 👨\u200d👩\u200d👧 e\u0301 \u202eرجل[/] \x1b]0;owned\x07end",
    workflow="wide你好",
)
HOSTILE: dict[SliceName, object] = {
    SliceName.RUNS: runs(HOSTILE_ROW),
    SliceName.LINK: LINK,
    SliceName.RUN: run_slice(HOSTILE_ROW),
    SliceName.TASKS: tasks(task("01_你好"), task("02_plain"), **{"01_你好": "tab\there\nand \x1b[2Jthere"}),
}

SCREENS: dict[str, tuple[dict[SliceName, object], tuple[str, ...]]] = {
    "runs": (BUSY, ()),
    "agents": (BUSY, ("enter",)),
    "progress": (BUSY, ("2",)),
    "output": (BUSY, ("4",)),
    "confirm": (BUSY, ("c",)),
    "help": (BUSY, ("question_mark",)),
    "new-run": (BUSY, ("n",)),
    "empty": (EMPTY, ()),
    "damaged": (DAMAGED, ()),
    "hostile": (HOSTILE, ("enter",)),
}


def is_shown(app: Dashboard) -> bool:
    """The selected run has been read: keys mean it from now on."""
    selected = app.main.runs.selected
    return bool(selected) and str(app.main.agents.run.path) == selected


async def settled(pilot: Pilot[None], app: Dashboard) -> str:
    """The grid when a whole turn of the loop has not changed it any more."""
    before, now = "", styled_grid(app.screen)
    while now != before:
        await pilot.pause()
        before, now = now, styled_grid(app.screen)
    return now


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_the_screen_looks_as_it_did(name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("TEXTUAL_THEME", "crew-dark")
    slices, keys = SCREENS[name]
    app = dashboard(ScriptedSource(slices), select=WORKING.path)
    async with app.run_test(size=size) as pilot:
        while slices is not EMPTY and not is_shown(app):
            await pilot.pause()
        seen = await settled(pilot, app)
        for key in keys:
            await pilot.press(key)
            seen = await settled(pilot, app)
    kept = FOLDER / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("SNAPSHOT_UPDATE"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(seen, encoding="utf-8")
    assert kept.exists(), f"{kept.name} has never been looked at: SNAPSHOT_UPDATE=1 writes it"
    assert seen == kept.read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    wanted = {f"{name}-{width}x{height}.txt" for name in SCREENS for width, height in SIZES}
    assert {path.name for path in FOLDER.glob("*.txt")} == wanted
