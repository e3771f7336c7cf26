"""Reading one run: each byte once, unchanged objects stay, damage is told and hides nothing."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.progress import Progress
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import AttemptCause, RunStatus, TaskStatus
from crew_core.observe.own_run import OwnRun
from crew_core.observe.reading import RunReader
from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import RunSlice, SliceName, SliceState
from crew_core.observe.watcher import NO_HINTS
from crew_core.store.fs import RealFs
from crew_core.store.lock import RunLock
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun
from tests.store.newer_run import REFUSED, make_newer


def starting(n: int = 1) -> e.AttemptStarting:
    return e.AttemptStarting(n=n, cause=AttemptCause.FIRST, worker_id=f"w{n}", program="shell", retries_spent=0)


def test_what_held_a_task_holds_it_only_while_somebody_works_on_the_run(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b"), task("c", after=("a",))))
    run.record(e.RunRunning())
    run.record(e.TaskHeld(hold=Hold(cause=HoldCause.DIRECTORY, by="other/01_ask")), "b")
    read = OwnRun(run.path)
    lock = RunLock.acquire(run.layout.lock, RealFs())
    held = {"a": "ready", "b": "waits for the directory held by other/01_ask", "c": "waits for a"}
    assert read.read(NO_HINTS).reasons == held
    lock.release()
    assert read.read(NO_HINTS).reasons == {**held, "b": "nobody works on the run"}


def test_one_of_500_tasks_changes_and_only_its_bytes_are_read(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(*(task(f"t{number:03}") for number in range(500))))
    reader = RunReader(run.path)
    before = reader.read()
    read, size = reader.bytes_read, run.layout.journal.stat().st_size
    assert read == size
    run.record(starting(), "t250")
    after = reader.read()
    assert reader.bytes_read - read == run.layout.journal.stat().st_size - size
    changed = [now.id for was, now in zip(before.tasks, after.tasks, strict=True) if now is not was]
    assert changed == ["t250"]
    assert after.tasks[250].status is TaskStatus.RUNNING


def test_nothing_new_is_the_very_same_reading(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    reader = RunReader(run.path)
    first = reader.read()
    assert reader.read() is first
    run.record(e.RunRunning())
    second = reader.read()
    assert second is not first
    assert second.tasks is first.tasks
    assert second.log is first.log
    assert reader.read() is second


def test_a_half_written_line_waits_for_its_rest(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    reader = RunReader(run.path)
    reader.read()
    run.record(e.RunRunning())
    whole = run.layout.journal.read_bytes()
    cut = whole.rstrip(b"\n").rfind(b"\n") + 20
    os.truncate(run.layout.journal, cut)
    half = reader.read()
    assert half.state is not None
    assert half.state.run.status is RunStatus.QUEUED
    assert half.problems == ()
    with run.layout.journal.open("ab") as journal:
        journal.write(whole[cut:])
    rest = reader.read()
    assert rest.state is not None
    assert rest.state.run.status is RunStatus.RUNNING


@pytest.mark.parametrize("content", [b"", b"{", b'{"seq": "no"}', b"\xff\xfe\x00"])
def test_a_damaged_snapshot_is_told_and_the_journal_shown(tmp_path: Path, content: bytes) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b")))
    run.layout.tasks.write_bytes(content)
    reading = RunReader(run.path).read()
    assert [t.id for t in reading.tasks] == ["a", "b"]
    assert [problem.path.name for problem in reading.problems] == ["tasks.json"]
    assert "\n" not in reading.problems[0].what


@pytest.mark.parametrize("newer", ["manifest.json", "tasks.json", "workflow.json"])
def test_a_run_of_a_newer_format_is_said_to_be_once_and_shown_from_the_journal(tmp_path: Path, newer: str) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b")))
    make_newer(run.path / newer)
    reader = RunReader(run.path)
    reading = reader.read()
    assert [t.id for t in reading.tasks] == ["a", "b"]
    assert [(problem.path.name, problem.what) for problem in reading.problems] == [(newer, REFUSED)]
    assert reading.newer == REFUSED
    # A newer format is not mended by the next write: its files are not read again and again.
    assert not reader.damaged


def test_the_selected_run_says_that_it_is_of_a_newer_format(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    make_newer(run.layout.manifest)
    now = SelectedRun(run.path).read(NO_HINTS)[SliceName.RUN]
    assert isinstance(now, RunSlice)
    assert (now.state, now.newer, now.fixed, now.foreign) == (SliceState.PARTIAL, REFUSED, True, False)


def test_a_mended_snapshot_is_no_problem_any_more(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    run.layout.tasks.write_bytes(b"{")
    reader = RunReader(run.path)
    assert reader.read().problems
    assert reader.damaged
    run.snapshots()
    reader.check_again()
    assert reader.read().problems == ()
    assert not reader.damaged


def test_a_damaged_event_is_told_and_the_others_count(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b")))
    run.record(e.RunRunning())
    lines = run.layout.journal.read_bytes().splitlines(keepends=True)
    lines[1] = b"{" + b"x" * (len(lines[1]) - 2) + b"\n"
    run.layout.journal.write_bytes(b"".join(lines))
    run.record(starting(), "b")
    reading = RunReader(run.path).read()
    assert reading.problems
    assert reading.problems[0].path == run.layout.journal
    assert reading.tasks[1].status is TaskStatus.RUNNING


def test_an_event_of_another_shape_hides_no_other(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a"), task("b")))
    event = run.book.record(e.TaskProgress(progress=Progress(tool_count=3)), "a")
    run.append(msgspec.json.encode(replace(event, data={"progress": 7})))
    reader = RunReader(run.path)
    run.record(starting(), "b")
    reading = reader.read()
    assert any("not understood" in problem.what for problem in reading.problems)
    assert reading.tasks[1].status is TaskStatus.RUNNING


def test_a_replaced_journal_is_read_from_its_beginning(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    run.record(e.RunRunning())
    reader = RunReader(run.path)
    assert reader.read().count == 2
    first = run.layout.journal.read_bytes().splitlines(keepends=True)[0]
    new = run.path / "new"
    new.write_bytes(first)
    new.replace(run.layout.journal)
    reading = reader.read()
    assert reading.count == 1
    assert reading.state is not None
    assert reading.state.run.status is RunStatus.QUEUED


def test_a_removed_run_says_so_and_keeps_what_was_known(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    reader = RunReader(run.path)
    reader.read()
    run.delete()
    reading = reader.read()
    assert reading.gone
    assert [t.id for t in reading.tasks] == ["a"]


def test_a_run_that_may_not_be_read_is_a_problem_not_an_error(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    journal = run.layout.journal.read_bytes()
    run.layout.journal.unlink()
    # Also root cannot read a directory as a file.
    run.layout.journal.mkdir()
    reader = RunReader(run.path)
    reading = reader.read()
    assert reading.state is None
    assert any(problem.path == run.layout.journal for problem in reading.problems)
    run.layout.journal.rmdir()
    run.layout.journal.write_bytes(journal)
    assert [t.id for t in reader.read().tasks] == ["a"]


def test_a_run_before_its_first_event_is_empty(tmp_path: Path) -> None:
    directory = tmp_path / "team_1_a"
    directory.mkdir()
    reading = RunReader(directory).read()
    assert (reading.state, reading.tasks, reading.problems, reading.gone) == (None, (), (), False)


def test_a_run_that_cannot_be_reached_is_not_called_gone(tmp_path: Path) -> None:
    """Its error is one that `Path.exists` raises, as it does that of a server that does not answer."""
    beyond = RunReader(tmp_path / ("x" * 300)).read()
    assert not beyond.gone
    assert any(problem.what.startswith("cannot be read: ") for problem in beyond.problems)
    missing = RunReader(tmp_path / "missing").read()
    assert missing.gone
