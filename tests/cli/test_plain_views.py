"""`--plain` without a command: every view of the dashboard as lines, the alerts and the replay among them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from crew_core.model import events as e
from crew_core.model.status import AttemptCause
from crew_tui.glyphs import PLAIN
from crew_tui.text import ELLIPSIS
from tests.cli.conftest import Run
from tests.cli.program import Project
from tests.cli.recorded_run import FAILED
from tests.engine.run_builders import plan, task
from tests.observe.picrew import written
from tests.observe.written_run import WrittenRun


def part(out: str, title: str) -> list[str]:
    """The lines of one view, without its title."""
    (found,) = (each for each in out.strip().split("\n\n") if each.startswith(title))
    return found.splitlines()[1:]


def test_what_needs_you_is_told_after_the_list(recorded: Path, crew: Run) -> None:
    done = crew("--plain")
    assert (done.status, done.err) == (0, "")
    assert done.out.isascii()
    assert [each.split()[0] for each in done.out.strip().split("\n\n")] == [
        *("Runs", "Alerts", "Run", "Agents", "Progress", "Mail", "Output", "Health", "Plan", "Graph", "Replay")
    ]
    (alert,) = part(done.out, "Alerts")
    assert "interrupted" in alert


def test_a_plan_that_waits_needs_you(project: Project, crew: Run) -> None:
    theirs = written.planned(project.path)
    told = part(crew("monitor", str(theirs.run), "--plain").out, "Alerts")
    assert any("waits for approval" in line for line in told)


def test_without_runs_nothing_needs_you(project: Project, crew: Run) -> None:
    out = crew("--plain").out
    assert part(out, "Alerts") == [" Nothing needs you now."]
    assert "Replay" not in out


def test_the_replay_is_each_event_with_what_it_changed(recorded: Path, crew: Run) -> None:
    told = part(crew("monitor", str(recorded / FAILED), "--plain").out, "Replay")
    events = [line for line in told if line.startswith(" #")]
    assert [line.split()[0] for line in events] == [f"#{seq}" for seq in range(1, len(events) + 1)]
    assert "run.created" in events[0]
    after = told[told.index(events[0]) + 1 : told.index(events[1])]
    assert " queued " in after[0], "the run"
    assert any(" build " in line for line in after[1:]), "its tasks"
    failed = next(number for number, line in enumerate(told) if "run.failed" in line)
    assert told[failed + 1].strip().split()[1] == "failed"


@pytest.mark.parametrize("damage", ["", "no json\n"])
def test_the_replay_of_a_journal_without_states_is_its_events(project: Project, crew: Run, damage: str) -> None:
    theirs = written.completed(project.path)
    with (theirs.run / "events.jsonl").open("a") as journal:
        journal.write(damage)
    told = part(crew("monitor", str(theirs.run), "--plain").out, "Replay")
    assert sum(line.startswith(" #") for line in told) == theirs.seq
    assert any("events.jsonl" in line for line in told) is bool(damage)


def test_a_journal_that_is_empty_says_so(recorded: Path, crew: Run) -> None:
    (recorded / FAILED / "events.jsonl").write_text("")
    told = part(crew("monitor", str(recorded / FAILED), "--plain").out, "Replay")
    assert told == [" Nothing has happened yet: its journal is empty."]


LONG = "check-" + "every-" * 30 + "corner"
GOAL = "say in the end what was found " * 40


@pytest.fixture
def wordy(tmp_path: Path) -> Path:
    """A run in which everything is longer than a screen is wide."""
    of = plan(task("before"), task(LONG, after=("before",)), run_id=FAILED)
    run = WrittenRun(tmp_path / "one" / ".crew" / "runs", msgspec.structs.replace(of, goal=GOAL, workflow=LONG))
    run.record(
        e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0), "before"
    )
    run.say("before", 1, GOAL)
    run.record(e.TaskFailed(code="exit_code(1)", error=GOAL), "before")
    run.record(e.TaskSkipped(because="before"), LONG)
    run.record(e.RunFailed(code="task_failed"))
    run.snapshots()
    return run.path


def _with(text: str, parts: list[str]) -> set[str]:
    """The views in which it stands."""
    return {each.split()[0] for each in parts if text in each}


def test_nothing_is_cut_where_no_screen_ends(wordy: Path, crew: Run) -> None:
    out = crew("monitor", str(wordy), "--plain").out
    assert PLAIN.instead[ord(ELLIPSIS)] not in out
    shown = out.strip().split("\n\n")
    assert _with(GOAL.strip(), shown) >= {"Runs", "Run", "Agents", "Progress", "Output", "Replay"}
    assert _with(LONG, shown) >= {"Runs", "Run", "Agents", "Progress", "Plan", "Graph", "Replay"}


def test_nothing_is_drawn_and_nothing_is_told_again_above_every_view(recorded: Path, crew: Run) -> None:
    out = crew("--plain").out
    assert not re.search(r"####|----|\.\.\.\.|====", out)
    assert "2 Progress" not in out
    assert len(part(out, "Run ")) == 4, "goal, state, how far, why"
    assert all(len(line) == len(line.rstrip()) for line in out.splitlines())


def test_the_graph_says_in_words_who_waited_for_whom(recorded: Path, crew: Run) -> None:
    build, test, ship = part(crew("monitor", str(recorded / FAILED), "--plain").out, "Graph")
    assert "2 attempts" in test
    assert ship.endswith("after test")
    assert build.split()[1:3] == ["build", "completed"]


def test_the_graph_names_the_chain_that_took_longest(project: Project, crew: Run) -> None:
    theirs = written.completed(project.path)
    told = part(crew("monitor", str(theirs.run), "--plain").out, "Graph")
    assert any("longest chain" in line for line in told)
