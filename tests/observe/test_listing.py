"""The list of runs: newest first, rows from small files, unchanged rows the same objects."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crew_core.model import events as e
from crew_core.model.attempt import PauseCause
from crew_core.model.status import AttemptCause, RunStatus
from crew_core.observe.listing import RunIndex, list_runs
from crew_core.observe.liveness import STARTING_S
from crew_core.observe.slices import Liveness, SliceState
from crew_core.store.fs import RealFs
from crew_core.store.lock import RunLock
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun
from tests.store.newer_run import REFUSED, make_newer


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A directory of runs."""
    (tmp_path / "runs").mkdir()
    return tmp_path / "runs"


def written(root: Path, number: int, *tasks: str) -> WrittenRun:
    return WrittenRun(
        root, plan(*(task(name) for name in tasks or ("a",)), run_id=f"team_2026010203040{number}_{number}")
    )


def test_runs_are_listed_newest_first_with_an_exact_total(root: Path) -> None:
    for number in range(5):
        written(root, number)
    listed = RunIndex([root]).read(limit=2)
    assert [row.run_id[-1] for row in listed.rows] == ["4", "3"]
    assert listed.total == 5
    assert listed.state is SliceState.READY


def test_only_the_changed_run_gets_another_row(root: Path) -> None:
    runs = [written(root, number, "a", "b") for number in range(3)]
    index = RunIndex([root])
    before = index.read()
    assert index.read() is before
    runs[1].record(e.RunRunning())
    runs[1].snapshots()
    after = index.read(changed={runs[1].path}, names=False)
    assert [now is was for was, now in zip(before.rows, after.rows, strict=True)] == [True, False, True]
    assert after.rows[1].status is RunStatus.RUNNING


def test_a_row_counts_tasks_and_says_who_needs_the_person(root: Path) -> None:
    run = written(root, 1, "a", "b")
    run.record(e.RunRunning())
    starting = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    run.record(starting, "a")
    run.record(e.TaskSkipped(because="a"), "b")
    run.record(e.AttemptPaused(n=1, pause=PauseCause.OUTPUT_CAP), "a")
    run.snapshots()
    lock = RunLock.acquire(run.layout.lock, RealFs())
    (row,) = list_runs([root]).rows
    assert (row.done, row.total, row.running, row.needs_you, row.why) == (1, 2, 1, True, "a is paused")
    assert row.live is Liveness.LIVE
    lock.release()
    (row,) = list_runs([root]).rows
    assert row.live is Liveness.INTERRUPTED
    assert row.needs_you


def test_a_run_that_was_made_a_moment_ago_is_not_called_interrupted(root: Path) -> None:
    run = written(root, 1)
    assert list_runs([root]).rows[0].live is Liveness.LIVE
    then = run.layout.plan.stat().st_mtime - STARTING_S - 1
    os.utime(run.layout.plan, (then, then))
    assert list_runs([root]).rows[0].live is Liveness.INTERRUPTED


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff"])
def test_a_damaged_manifest_is_an_unknown_run_with_a_reason(root: Path, content: bytes) -> None:
    run = written(root, 1)
    run.layout.manifest.write_bytes(content)
    (row,) = list_runs([root]).rows
    assert row.status is None
    assert row.live is Liveness.UNKNOWN
    assert row.problem.startswith("manifest.json: ")


def test_a_run_of_a_newer_format_is_listed_and_said_to_be(root: Path) -> None:
    run = written(root, 1, "a", "b")
    make_newer(run.layout.manifest)
    (row,) = list_runs([root]).rows
    assert (row.status, row.total, row.goal) == (RunStatus.QUEUED, 2, "try it")
    assert (row.newer, row.why, row.problem) == (REFUSED, REFUSED, "")
    run.layout.manifest.unlink()
    make_newer(run.layout.plan)
    then = run.layout.plan.stat().st_mtime - STARTING_S - 1
    os.utime(run.layout.plan, (then, then))
    (row,) = list_runs([root]).rows
    assert (row.live, row.newer, row.why) == (Liveness.INTERRUPTED, REFUSED, REFUSED)


@pytest.mark.parametrize("name", ["manifest.json", "workflow.json"])
def test_a_newer_format_that_is_not_understood_is_an_unknown_run_with_that_reason(root: Path, name: str) -> None:
    run = written(root, 1)
    run.layout.manifest.unlink()
    (run.path / name).write_text('{"schemaVersion": 99, "goal": {"text": "another shape"}}')
    (row,) = list_runs([root]).rows
    assert (row.status, row.live, row.problem, row.newer) == (None, Liveness.UNKNOWN, REFUSED, REFUSED)


def test_a_run_without_a_manifest_is_shown_from_its_plan(root: Path) -> None:
    run = written(root, 1, "a", "b")
    run.layout.manifest.unlink()
    (row,) = list_runs([root]).rows
    assert (row.status, row.total, row.goal) == (RunStatus.QUEUED, 2, "try it")


def test_a_run_has_the_name_of_its_directory_whatever_its_files_say(root: Path) -> None:
    run = WrittenRun(root, plan(task("a"), run_id="a\x1b[31mred"))
    run.path.rename(root / "team_1")
    assert [row.run_id for row in list_runs([root]).rows] == ["team_1"]
    (root / "team_1" / "manifest.json").unlink()
    assert [row.run_id for row in list_runs([root]).rows] == ["team_1"]


def test_what_is_no_run_is_not_listed(root: Path) -> None:
    written(root, 1)
    (root / ".gitignore").write_text("*\n")
    (root / ".team_2.new").mkdir()
    (root / "a file").write_text("")
    (root / "not-a-dir").write_text("")
    assert list_runs([root]).total == 1


def test_a_missing_directory_of_runs_is_empty_and_an_unreadable_one_a_problem(root: Path) -> None:
    assert list_runs([root / "missing"]).state is SliceState.EMPTY
    file = root / "file"
    file.write_text("")
    listed = list_runs([file])
    assert listed.state is SliceState.PARTIAL
    assert listed.problems[0].path == file


def test_two_runs_of_the_same_name_in_two_directories_are_both_listed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    (tmp_path / "elsewhere").mkdir()
    roots = [root, tmp_path / "copies"]
    copies = [written(each, 3).path for each in (*roots, tmp_path / "elsewhere")]
    older = written(root, 1).path
    listed = RunIndex(roots, extra=[copies[-1], older]).read()
    assert {row.path for row in listed.rows[:3]} == set(copies)
    assert [row.path for row in listed.rows[3:]] == [older]
    assert listed.total == 4
