"""A in the output: that of all agents, or of the one that is meant."""

from __future__ import annotations

from pathlib import Path

from crew_core.model.transcript import AgentEvent, Kind
from tests.acceptance.stage import Stage, over_own, playing
from tests.acceptance.written_runs import OwnRun


def two_agents(root: Path) -> OwnRun:
    run = OwnRun(root, 1)
    for name, says in (("01_look", "first says"), ("02_change", "second says")):
        run.start(name)
        run.tell(name, 1, AgentEvent(Kind.TEXT, text=says))
        run.work(name)
        run.end(name)
    run.snapshots()
    return run


async def _sees_one(stage: Stage, task: str) -> None:
    await stage.sees(f"task {task}, attempt 1")
    assert "all tasks" not in stage.text()


async def test_it_turns_between_all_and_the_one_from_which_one_came(tmp_path: Path) -> None:
    two_agents(tmp_path / "runs")
    async with playing(over_own(tmp_path / "runs"), size=(110, 28)) as stage:
        await stage.sees("01_look")
        await stage.press("1", "down", "enter")
        await _sees_one(stage, "02_change")
        assert "A all/one" in stage.lines()[-1]
        await stage.press("A")
        await stage.sees("all tasks, as it came")
        await stage.sees("first says")
        await stage.press("A")
        await _sees_one(stage, "02_change")


async def test_from_all_it_leads_to_the_task_that_is_selected(tmp_path: Path) -> None:
    two_agents(tmp_path / "runs")
    async with playing(over_own(tmp_path / "runs"), size=(110, 28)) as stage:
        await stage.sees("01_look")
        await stage.press("1", "down", "enter", "A")
        await stage.sees("all tasks, as it came")
        await stage.press("1", "up", "4")
        await stage.sees("all tasks, as it came")
        await stage.press("A")
        await _sees_one(stage, "01_look")


async def test_where_nobody_has_worked_yet_there_is_nothing_to_choose(tmp_path: Path) -> None:
    OwnRun(tmp_path / "runs", 1).snapshots()
    async with playing(over_own(tmp_path / "runs"), size=(110, 28)) as stage:
        await stage.press("4")
        await stage.sees("No agent has printed anything yet.")
        assert "A all/one" not in stage.lines()[-1]
