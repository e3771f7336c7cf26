"""Classic keys: those of pi-crew 0.2.6 do what they did there, wherever what they are about exists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from crew_core.observe.slices import RunSlice, SliceName
from tests.acceptance.stage import Stage, over_own, playing, scripted
from tests.acceptance.written_runs import completed, failed
from tests.tui.builders import a_busy_project
from tests.tui.dashboard import ScriptedSource

#: The key, from where, and what then stands on the screen.
OPENING = {
    "s": ((), "status of run 00000001"),
    "u": ((), "summary of run 00000001"),
    "a": ((), "artifacts of run 00000001"),
    "i": ((), '"runId"'),
    "d": ((), "agents of run 00000001"),
    "m": ((), "[3 Mail]"),
    "e": ((), "events of 03_check"),
    "o": ((), "transcript.raw"),
    "v": ((), "03_check has seen it"),
    "1": ("2", "[1 Agents]"),
    "2": ((), "[2 Progress]"),
    "3": ((), "[3 Mail]"),
    "4": ((), "[4 Output]"),
    "5": ((), "[5 Health]"),
    "7": ((), "[7 Plan]"),
    "8": ((), "[8 Graph]"),
    "l": (("1",), "[2 Progress]"),
    "h": (("1",), "[8 Graph]"),
    "p": (("2",), "task.progress"),
    "H": ((), "no unread alerts"),
    "?": ((), "Esc close"),
    "enter": ((), "Esc back"),
    "escape": (("s",), "Enter open"),
}


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    failed(tmp_path / "runs")
    run = completed(tmp_path / "runs")
    app = over_own(tmp_path / "runs", select=run.path, start_in=tmp_path)
    async with playing(app, (120, 40), toasts=True) as made:
        await made.sees("03_check")
        yield made


@pytest.mark.parametrize("key", OPENING)
async def test_the_key_opens_what_it_opened(key: str, stage: Stage) -> None:
    before, words = OPENING[key]
    await stage.press(*before)
    assert words not in stage.text()
    await stage.press(key)
    await stage.sees(words)


async def test_k_and_j_move_up_and_down(stage: Stage) -> None:
    await stage.press("g")
    first = stage.app.main.runs.selected
    await stage.press("j")
    assert stage.app.main.runs.selected != first
    await stage.press("k")
    assert stage.app.main.runs.selected == first


async def test_q_goes_back_and_leaves_from_home(stage: Stage) -> None:
    await stage.press("s", "q")
    assert stage.covers == 0
    assert stage.app.return_code is None
    await stage.press("q")
    assert stage.app.return_code == 0


async def test_r_reads_again() -> None:
    slices = a_busy_project()
    run = slices[SliceName.RUN]
    assert isinstance(run, RunSlice)
    source = ScriptedSource(slices)
    async with playing(scripted(source, select=run.path)) as stage:
        await stage.press("r")
        assert ("refresh", None) in source.asked
