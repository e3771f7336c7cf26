"""Scrolling up in the output: what comes before is read when one gets there, and nothing moves that one looks at."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.output_bounds import BOUNDS
from crew_core.observe.slices import AppendLog, SliceState
from crew_core.observe.tab_slices import LookBack, OutputLine, OutputSlice
from crew_tui.actions import Action
from crew_tui.panes.output import OutputPane
from tests.acceptance.stage import Stage, WatchedDashboard, over, over_own, playing
from tests.acceptance.written_runs import OwnRun
from tests.observe.picrew import written
from tests.tui.builders import ago, row, run_slice, task, tasks
from tests.tui.one_tab import OneTab

RUN = run_slice(row(1, RunStatus.RUNNING))
TASKS = tasks(task("a", TaskStatus.RUNNING), task("b", TaskStatus.RUNNING))


class Scrolled(OneTab[OutputPane]):
    """Remembers what the pane asks for."""

    def __init__(self) -> None:
        super().__init__(OutputPane)
        self.asked: list[LookBack] = []

    def on_output_lines_pane_looked_back(self, event: OutputPane.LookedBack) -> None:
        self.asked.append(event.at)

    def tell(self, lines: Iterable[OutputLine], skipped: int = 0, **more: Any) -> None:
        log = AppendLog(lines)
        output = OutputSlice(SliceState.READY, None, None, log, len(log), skipped, **more)
        self.show(run=RUN, tasks=TASKS, output=output)

    def rows(self) -> list[str]:
        """What stands in the rows of the lines."""
        return re.findall(r"[ab] \d+\.", "\n".join(self.texts()))


def said(first: int, end: int, task_id: str = "a") -> list[OutputLine]:
    return [OutputLine(ago(5), task_id, "text", f"{task_id} {number}.") for number in range(first, end)]


async def test_what_comes_before_stands_above_what_is_looked_at() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        now = said(100, 160)
        app.tell(now, 100)
        await pilot.pause()
        assert app.asked == []
        assert any("100 earlier lines" in each for each in app.texts())
        app.pane.move(-1)
        await pilot.pause()
        assert app.asked == [LookBack.HELD]
        app.pane.move(-50)
        await pilot.pause()
        assert app.asked == [LookBack.HELD, LookBack.EARLIER]
        assert any("reading 100 earlier lines…" in each for each in app.texts())
        app.pane.move(-1)
        before = app.rows()
        assert before[0] == "a 100."
        app.tell([*said(60, 100), *now], 60, answers=1)
        await pilot.pause()
        assert app.rows() == before
        assert any("60 earlier lines" in each for each in app.texts())
        app.pane.move(-1)
        await pilot.pause()
        assert app.rows()[0] == "a 99."
        app.pane.move_end()
        await pilot.pause()
        assert app.asked[2:] == [LookBack.NEWEST]
        assert "follow" in app.texts()[-1]


async def test_wrapped_lines_keep_their_place_too() -> None:
    app = Scrolled()
    async with app.run_test(size=(50, 20)) as pilot:
        words = " and words" * 12
        now = [OutputLine(ago(5), "a", "text", f"a {number}.{words}") for number in range(100, 130)]
        app.tell(now, 100)
        app.pane.perform(Action.WRAP)
        app.pane.move_pages(-1)
        app.pane.move(-200)
        app.pane.move(2)
        await pilot.pause()
        before = app.texts()[7:-1]
        older = [OutputLine(ago(5), "a", "text", f"a {number}.{words}") for number in range(90, 100)]
        app.tell([*older, *now], 90, answers=1)
        await pilot.pause()
        assert app.texts()[7:-1] == before


async def test_lines_that_come_between_stand_above_the_one_from_which_all_is_there() -> None:
    """A quiet agent's lines are older than those of a chatty one, of which more are read."""
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        quiet, chatty = said(0, 5, "b"), said(100, 160)
        app.tell([*quiet, *chatty], 100, whole_from=5)
        await pilot.pause()
        app.pane.move(-200)
        await pilot.pause()
        assert app.asked[-1] is LookBack.EARLIER
        before = app.rows()
        assert before[:6] == ["b 0.", "b 1.", "b 2.", "b 3.", "b 4.", "a 100."]
        app.tell([*quiet, *said(50, 100), *chatty], 50, answers=1, whole_from=5)
        await pilot.pause()
        assert app.rows()[5:] == before[5:]
        assert app.rows()[4] == "a 99."


async def test_home_reads_all_of_it_and_stays_at_the_first_line() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        app.tell(said(100, 160), 100)
        await pilot.pause()
        app.pane.move_home()
        await pilot.pause()
        assert app.asked.count(LookBack.EARLIER) == 1
        for answers, first in ((1, 60), (2, 20), (3, 0)):
            app.tell(said(first, 160), first, answers=answers)
            await pilot.pause()
            assert app.rows()[0] == f"a {first}."
            assert app.asked.count(LookBack.EARLIER) == min(3, answers + 1)
        assert not any("earlier" in each for each in app.texts())


async def test_home_ends_where_nothing_more_can_be_read_or_somebody_goes_down() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        lines = said(100, 160)
        app.tell(lines, 100)
        app.pane.move_home()
        app.tell(lines, 100, answers=1)
        await pilot.pause()
        assert app.asked.count(LookBack.EARLIER) == 1
        app.pane.move_home()
        app.pane.move(3)
        before = app.rows()
        app.tell([*said(50, 100), *lines], 50, answers=2)
        await pilot.pause()
        assert app.asked.count(LookBack.EARLIER) == 2
        assert app.rows() == before


async def test_what_is_read_anew_is_shown_from_the_same_words_on() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        app.tell(said(100, 160))
        await pilot.pause()
        app.pane.move(-20)
        await pilot.pause()
        before = app.rows()
        app.tell(said(90, 160))
        await pilot.pause()
        assert app.rows() == before
        assert app.asked == [LookBack.HELD, LookBack.HELD], "whoever reads it anew is told"


async def test_matches_are_counted_in_what_is_read() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        now = said(100, 160)
        app.tell(now, 100)
        app.pane.begin_search()
        app.pane.look_for("5\\.")
        await pilot.pause()
        assert "match 6 of 6 in what is read" in app.texts()[-1]
        app.tell([*said(0, 100), *now], 0, answers=1)
        await pilot.pause()
        assert "match 16 of 16" in app.texts()[-1]
        assert "in what is read" not in app.texts()[-1]


async def test_where_there_is_no_room_for_more_the_pane_says_so_and_asks_for_nothing() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        app.tell(said(100, 160), 100)
        await pilot.pause()
        app.pane.move(-10)
        app.tell(said(100, 160), 100, full=True)
        await pilot.pause()
        assert any("100 earlier lines only in transcripts" in each for each in app.texts())
        assert "newer lines wait" in app.texts()[-1]
        app.pane.move_home()
        await pilot.pause()
        assert LookBack.EARLIER not in app.asked


async def test_who_sees_nothing_is_told_that_there_is_something_above() -> None:
    app = Scrolled()
    async with app.run_test(size=(80, 20)) as pilot:
        app.tell([], 100)
        await pilot.pause()
        assert any("scroll up for earlier lines" in each for each in app.texts())
        app.pane.move(-1)
        await pilot.pause()
        assert app.asked[-1] is LookBack.EARLIER


# Over real files


@asynccontextmanager
async def output_of(app: WatchedDashboard, seen: str) -> AsyncIterator[tuple[Stage, OutputPane]]:
    async with playing(app, size=(110, 28)) as stage:
        await stage.settled()
        await stage.press("4")
        await stage.sees(seen)
        pane = stage.app.main.detail
        assert isinstance(pane, OutputPane)
        yield stage, pane


async def back_to_the_beginning(stage: Stage, pane: OutputPane, last: int) -> None:
    """Page by page, and each line is seen."""
    shown: list[int] = []
    while not shown or shown[0] > 0:
        now = [int(number) for number in re.findall(r"line (\d+), as", stage.text())]
        assert now == list(range(now[0], now[-1] + 1))
        assert not shown or now[-1] >= shown[0] - 1
        shown = now
        await stage.press("pageup")
        await stage.until(lambda: " reading " not in stage.text())
    assert "earlier lines" not in stage.text()
    await stage.press("G")
    await stage.sees(f"line {last}, as")
    assert pane.following


async def test_one_agents_output_is_read_page_by_page_to_its_beginning(tmp_path: Path) -> None:
    run = OwnRun(tmp_path / "runs", 1)
    run.start("01_look")
    many = BOUNDS.piece_bytes // 40
    run.tell("01_look", 1, *(AgentEvent(Kind.TEXT, text=f"line {number}, as any other") for number in range(many)))
    run.snapshots()
    async with output_of(over_own(tmp_path / "runs"), f"line {many - 1}, as") as (stage, pane):
        assert "earlier lines" in stage.text()
        await back_to_the_beginning(stage, pane, many - 1)
        await stage.press("g")
        await stage.until(lambda: "line 0, as" in stage.text() and "earlier lines" not in stage.text())


async def test_output_of_pi_crew_is_read_to_its_beginning(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    agent = run.run / "agents" / str(run.tasks[-1]["id"])
    (agent / "events.jsonl").unlink(missing_ok=True)
    agent.mkdir(parents=True, exist_ok=True)
    many = BOUNDS.piece_bytes // 20
    (agent / "output.log").write_text(
        "".join(f"line {number}, as any ödd other\r\n" for number in range(many)), newline=""
    )
    async with output_of(over(tmp_path), f"line {many - 1}, as") as (stage, _):
        assert "earlier lines" in stage.text()
        await stage.press("g")
        await stage.until(lambda: "line 0, as" in stage.text() and "earlier lines" not in stage.text())
