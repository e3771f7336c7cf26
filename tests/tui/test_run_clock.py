"""The time of a run is that in which somebody worked on it, wherever it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crew_core.model import events as e
from crew_core.model.state import RunState
from crew_core.model.status import RunStatus
from crew_core.observe.at_work import RunAtWork
from crew_core.observe.run_row import row_of
from crew_core.observe.slices import Liveness, RunRow
from crew_tui.cli.status_words import RunFacts, say_status
from crew_tui.cli.strip_lines import header_line
from crew_tui.filtering.matching import matcher
from crew_tui.filtering.of_runs import RUNS
from crew_tui.filtering.parsing import parse
from crew_tui.panes.replay import run_line
from crew_tui.panes.run_head import run_head
from crew_tui.run_clock import run_worked_s
from crew_tui.situation import Region
from crew_tui.sorting import Sort, SortBy
from crew_tui.texts.printed import Printed
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun
from tests.tui.builders import NOW, ago, frame, row, run_of, run_slice, tasks

#: Begun 26 minutes ago; nobody worked on it between the first 22 s and the last 12.
RESUMED: dict[str, Any] = {"clock_spent_s": 22.0, "clock_since": ago(12)}


def begun(number: int = 1, status: RunStatus = RunStatus.RUNNING, **changes: Any) -> RunRow:
    return row(number, status, seconds=1560, **changes)


def status_of(of: RunRow, **clock: Any) -> str:
    screen = Printed(colour=True, width=100, instead={})
    say_status(RunFacts(of.path, run_of(of, **clock), (), of.live), screen, NOW)
    return "\n".join("".join(text for text, _ in line) for line in screen.lines)


def head_of(of: RunRow, **clock: Any) -> str:
    return run_head(run_slice(of, run=run_of(of, **clock)), tasks(), Region.AGENTS, frame())[1].text


def lasts(of: RunRow, words: str) -> bool:
    return matcher(parse(f"duration:{words}", RUNS), RUNS, NOW)(of)


def test_a_resumed_run_says_everywhere_how_long_it_was_worked_on() -> None:
    of = begun(**RESUMED)
    assert "running 34s" in head_of(of, **RESUMED)
    assert ", for 34s" in status_of(of, **RESUMED)
    assert header_line((RunAtWork(of),), frame(80), stale=False).text.rstrip().endswith(" 34s")
    assert " 34s " in run_line(RunState(run_of(of, **RESUMED)), frame()).text
    assert lasts(of, "<35s")
    assert not lasts(of, "<34s")


def test_the_clock_of_an_interrupted_run_stopped_when_it_was_last_written_to() -> None:
    clock = {"clock_spent_s": 22.0, "clock_since": ago(600)}
    of = begun(live=Liveness.INTERRUPTED, updated_at=ago(588), **clock)
    assert "interrupted ran 34s" in head_of(of, **clock)
    assert ", ran 34s" in status_of(of, **clock)
    assert lasts(of, "<35s")
    assert not lasts(of, "<34s")


def test_of_a_run_that_is_over_the_clock_says_how_long_it_took() -> None:
    clock = {"clock_spent_s": 34.0}
    of = begun(status=RunStatus.COMPLETED, **clock)
    assert "completed 34s" in head_of(of, **clock)
    assert ", took 34s" in status_of(of, **clock)
    assert lasts(of, "<35s")


def test_runs_are_sorted_by_how_long_they_were_worked_on() -> None:
    rank = Sort(SortBy.DURATION).ranking()
    resumed, steady = begun(**RESUMED), row(2, RunStatus.RUNNING, seconds=60, clock_since=ago(60))
    short, long = begun(3, RunStatus.COMPLETED, clock_spent_s=34.0), row(4, seconds=120)
    assert sorted((short, resumed, long, steady), key=rank) == [steady, resumed, long, short]


def test_the_time_of_a_run_without_a_clock_is_that_since_its_beginning() -> None:
    foreign = begun()
    assert run_worked_s(foreign, foreign.created_at, None, NOW, live=True) == 1560
    assert run_worked_s(foreign, foreign.created_at, ago(560), NOW, live=False) == 1000
    assert run_worked_s(foreign, "nonsense", None, NOW, live=True) is None


def test_the_list_knows_the_clock_that_the_coordinator_writes(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    began = run.record(e.RunRunning(clock_spent_s=22.0))
    run.snapshots()
    of = row_of(run.path)
    assert (of.clock_spent_s, of.clock_since) == (22.0, began.time)
