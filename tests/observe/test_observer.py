"""The store thread: from a change on disk to the slices that changed, with each backend, and with none."""

from __future__ import annotations

import os
import queue
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.snapshots import Manifest
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import AttemptCause, RunStatus, TaskStatus
from crew_core.observe.observer import Observer
from crew_core.observe.slices import LinkState, Liveness, Looked, OtherRuns, SliceName, SliceState
from crew_core.observe.watcher import Backend
from crew_core.store.fs import RealFs
from crew_core.store.lock import RunLock
from crew_core.store.snapshot import read_snapshot, write_snapshot
from tests.engine.run_builders import plan, task
from tests.observe.test_watchers import BACKENDS
from tests.observe.written_run import WrittenRun

PATIENCE_S = 15.0
RUN_IDS = ("team_20260102030405_a", "team_20260102030406_b", "team_20260102030407_c", "team_20260102030408_d")


#: As when every tab is looked at.
EVERYTHING_SHOWN = frozenset(SliceName)


class Seen:
    """The latest slices, taken from the observer's thread; ``history`` has each publication."""

    def __init__(self) -> None:
        self._published: queue.Queue[dict[SliceName, Any]] = queue.Queue()
        self.slices: dict[SliceName, Any] = {}
        self.history: list[dict[SliceName, Any]] = []

    def publish(self, changes: dict[SliceName, object]) -> None:
        self._published.put(changes)

    def __getattr__(self, name: str) -> Any:
        return self.slices[SliceName(name)]

    def take(self, timeout_s: float = 0.0) -> bool:
        try:
            changes = self._published.get(timeout=timeout_s) if timeout_s else self._published.get_nowait()
        except queue.Empty:
            return False
        self.slices |= changes
        self.history.append(changes)
        return True

    def until(self, true: Callable[[Seen], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._holds(true):
            left = deadline - time.monotonic()
            assert left > 0, f"never: {what}; {self.slices}"
            self.take(left)

    def _holds(self, true: Callable[[Seen], bool]) -> bool:
        try:
            return true(self)
        except KeyError:
            return False


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture(params=BACKENDS, ids=str)
def observer(request: pytest.FixtureRequest, tmp_path: Path, seen: Seen) -> Iterator[Observer]:
    made = Observer(lambda: [tmp_path / "runs"], seen.publish, backend=request.param)
    yield made
    made.close()


@pytest.fixture
def native(tmp_path: Path, seen: Seen) -> Iterator[Observer]:
    """Over the backend of this system only, where the backend is not the point."""
    made = Observer(lambda: [tmp_path / "runs"], seen.publish)
    yield made
    made.close()


def written(tmp_path: Path, which: int = 0, *tasks: str) -> WrittenRun:
    made = plan(*(task(name) for name in tasks or ("a", "b")), run_id=RUN_IDS[which])
    return WrittenRun(tmp_path / "runs", made)


def starting(n: int = 1) -> e.AttemptStarting:
    return e.AttemptStarting(n=n, cause=AttemptCause.FIRST, worker_id=f"w{n}", program="shell", retries_spent=0)


def output(seen: Seen) -> list[str]:
    return [entry.text for entry in seen.output.log.first(seen.output.count)]


def test_a_directory_of_runs_that_is_made_later_is_seen(observer: Observer, seen: Seen, tmp_path: Path) -> None:
    observer.start()
    seen.until(lambda now: now.runs.state is SliceState.EMPTY, "the empty list")
    run = written(tmp_path)
    seen.until(lambda now: [row.path for row in now.runs.rows] == [run.path], "the run")
    newer = written(tmp_path, 1)
    seen.until(lambda now: [row.path for row in now.runs.rows] == [newer.path, run.path], "the newer run")


def test_what_else_there_is_is_asked_only_while_there_are_no_runs(seen: Seen, tmp_path: Path) -> None:
    asked: list[int] = []

    def around() -> Looked:
        asked.append(1)
        return Looked((tmp_path,), (OtherRuns("elsewhere", len(asked)),))

    observer = Observer(lambda: [tmp_path / "runs"], seen.publish, around=around)
    try:
        observer.start()
        seen.until(lambda now: now.runs.state is SliceState.EMPTY, "the empty list")
        assert seen.runs.looked == Looked((tmp_path,), (OtherRuns("elsewhere", 1),))
        observer.refresh()
        seen.until(lambda now: now.runs.looked.others[0].total == 2, "what is there now")
        run = written(tmp_path)
        seen.until(lambda now: [row.path for row in now.runs.rows] == [run.path], "the run")
        assert seen.runs.looked is None
        observer.refresh()
        observer.select(run.path)
        seen.until(lambda now: now.run.state is SliceState.READY, "that it was read again")
        assert len(asked) == 2
    finally:
        observer.close()


@pytest.mark.skipif(sys.platform != "linux", reason="what a process watches is read from /proc")
def test_only_runs_in_sight_and_active_ones_are_watched(seen: Seen, tmp_path: Path) -> None:
    ended = [written(tmp_path, which, "a") for which in range(3)]
    for run in ended:
        manifest = read_snapshot(run.layout.manifest, Manifest)
        write_snapshot(RealFs(), run.layout.manifest, replace(manifest, status=RunStatus.COMPLETED))
    active = written(tmp_path, 3, "a")
    beside = _watched_by_this_process()
    observer = Observer(lambda: [tmp_path / "runs"], seen.publish, backend=Backend.INOTIFY)
    try:
        observer.start()
        seen.until(lambda now: len(now.runs.rows) == 4, "the list")
        for in_sight in ({ended[1].path, active.path}, {ended[2].path}, set()):
            before = seen.runs
            observer.look_closely(in_sight)
            observer.refresh()
            seen.until(lambda now, before=before: now.runs is not before, "what is in sight now")
            watched = _watched_by_this_process() - beside
            assert watched == Counter(each.stat().st_ino for each in {tmp_path / "runs", active.path, *in_sight})
    finally:
        observer.close()


def _watched_by_this_process() -> Counter[int]:
    """Inodes that are watched, from the kernel: a number for each watch."""
    told: list[str] = []
    for each in Path("/proc/self/fdinfo").iterdir():
        # Other threads close their files meanwhile.
        with suppress(OSError):
            told.append(each.read_text())
    return Counter(int(found, 16) for found in re.findall(r"^inotify wd:\S+ ino:(\S+)", "".join(told), re.MULTILINE))


def test_a_project_that_cannot_be_reached_ends_nothing(seen: Seen, tmp_path: Path) -> None:
    """Its error is one that `Path.is_dir` raises, as it does that of a server that does not answer."""
    beyond = tmp_path / ("x" * 300) / "runs"
    observer = Observer(lambda: [tmp_path / "runs", beyond], seen.publish, runs=[beyond / RUN_IDS[1]])
    try:
        observer.start()
        seen.until(lambda now: now.link.state is LinkState.LIVE, "that it watches")
        run = written(tmp_path)
        seen.until(lambda now: [row.path for row in now.runs.rows] == [run.path], "the run of the other project")
        assert [problem.path for problem in seen.runs.problems] == [beyond]
    finally:
        observer.close()


def test_a_change_of_the_selected_run_changes_its_slices(observer: Observer, seen: Seen, tmp_path: Path) -> None:
    run = written(tmp_path)
    observer.start()
    observer.select(run.path)
    observer.show(EVERYTHING_SHOWN)
    seen.until(lambda now: now.run.state is SliceState.READY and len(now.tasks.tasks) == 2, "the run")
    before = seen.tasks.tasks
    run.record(e.RunRunning())
    run.record(starting(), "b")
    seen.until(lambda now: now.tasks.tasks[1].status is TaskStatus.RUNNING, "the started task")
    assert seen.tasks.tasks[0] is before[0]
    assert seen.run.run.status is RunStatus.RUNNING
    assert seen.events.count == 3


def test_output_of_an_attempt_that_begins_while_it_is_shown_arrives(
    observer: Observer, seen: Seen, tmp_path: Path
) -> None:
    run = written(tmp_path)
    observer.start()
    observer.select(run.path)
    observer.show(EVERYTHING_SHOWN)
    run.record(e.RunRunning())
    run.record(starting(), "a")
    run.say("a", 1, "one\n")
    seen.until(lambda now: output(now) == ["one"], "the first line")
    run.say("a", 1, "two\n", "three\n")
    seen.until(lambda now: output(now) == ["one", "two", "three"], "more lines")


def test_the_output_of_one_task_can_be_asked_for(native: Observer, seen: Seen, tmp_path: Path) -> None:
    run = written(tmp_path)
    run.record(starting(), "a")
    run.record(starting(), "b")
    run.say("a", 1, "of a\n")
    run.say("b", 1, "of b\n")
    native.start()
    native.select(run.path)
    native.show(EVERYTHING_SHOWN)
    seen.until(lambda now: set(output(now)) == {"of a", "of b"}, "all output")
    native.show_output("b")
    seen.until(lambda now: now.output.task_id == "b" and output(now) == ["of b"], "its output")
    run.say("b", 1, "more\n")
    seen.until(lambda now: output(now) == ["of b", "more"], "more of it")


def test_a_coordinator_that_is_killed_is_seen(observer: Observer, seen: Seen, tmp_path: Path) -> None:
    run = written(tmp_path)
    run.record(e.RunRunning())
    run.snapshots()
    with _holder_of(run) as holder:
        observer.start()
        observer.select(run.path)
        observer.show(EVERYTHING_SHOWN)
        seen.until(lambda now: now.runs.rows[0].live is Liveness.LIVE and now.run.live is Liveness.LIVE, "it lives")
        holder.kill()
    seen.until(lambda now: now.runs.rows[0].live is Liveness.INTERRUPTED, "the interruption in the list")
    seen.until(lambda now: now.run.live is Liveness.INTERRUPTED, "the interruption of the selected run")
    assert seen.runs.rows[0].needs_you


def _holder_of(run: WrittenRun) -> subprocess.Popen[str]:
    script = (
        "import sys; from pathlib import Path; from crew_core.store.fs import RealFs;"
        "from crew_core.store.lock import RunLock; lock = RunLock.acquire(Path(sys.argv[1]), RealFs());"
        "print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, run.layout.lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_selected_run_that_is_deleted_says_so_and_leaves_the_list(
    observer: Observer, seen: Seen, tmp_path: Path
) -> None:
    run, other = written(tmp_path), written(tmp_path, 1)
    observer.start()
    observer.select(run.path)
    observer.show(EVERYTHING_SHOWN)
    seen.until(lambda now: now.run.state is SliceState.READY, "the run")
    run.delete()
    seen.until(lambda now: [row.path for row in now.runs.rows] == [other.path], "the list without it")
    seen.until(lambda now: now.run.state is SliceState.ERROR, "that it is gone")
    assert "gone" in seen.run.why


def test_another_selected_run_begins_without_anything_of_the_former(
    native: Observer, seen: Seen, tmp_path: Path
) -> None:
    first, second = written(tmp_path, 0, "a"), written(tmp_path, 1, "c", "d")
    native.start()
    native.select(first.path)
    native.show(EVERYTHING_SHOWN)
    seen.until(lambda now: [t.id for t in now.tasks.tasks] == ["a"], "the first")
    native.select(second.path)
    seen.until(lambda now: [t.id for t in now.tasks.tasks] == ["c", "d"], "the second")
    paths = [each[SliceName.RUN].path for each in seen.history if SliceName.RUN in each]
    assert paths.index(second.path) > paths.index(first.path)
    after = seen.history[
        next(i for i, each in enumerate(seen.history) if getattr(each.get(SliceName.RUN), "path", 0) == second.path) :
    ]
    assert all(t.id != "a" for each in after if SliceName.TASKS in each for t in each[SliceName.TASKS].tasks)
    native.select(None)
    seen.until(lambda now: now.run.path is None, "none selected")


def test_what_is_written_anew_without_a_change_is_not_published(native: Observer, seen: Seen, tmp_path: Path) -> None:
    run = written(tmp_path)
    run.record(e.RunRunning())
    run.snapshots()
    lock = RunLock.acquire(run.layout.lock, RealFs())
    native.start()
    native.select(run.path)
    native.show(EVERYTHING_SHOWN)
    seen.until(lambda now: now.run.live is Liveness.LIVE, "the run")
    seen.until(lambda now: now.events.count == 2, "its events")
    published = len(seen.history)
    rows, tasks = seen.runs.rows, seen.tasks.tasks
    os.utime(run.layout.journal)
    run.snapshots()
    run.record(e.TaskHeld(hold=Hold(cause=HoldCause.RUN_LIMIT)), "a")
    seen.until(lambda now: now.events.count == 3, "the next event")
    later = [name for each in seen.history[published:] for name in each]
    assert SliceName.RUNS not in later
    assert SliceName.OUTPUT not in later
    assert seen.runs.rows is rows
    assert seen.tasks.tasks[1] is tasks[1]
    lock.release()


def test_every_change_of_a_busy_run_arrives_in_few_publications(native: Observer, seen: Seen, tmp_path: Path) -> None:
    run = written(tmp_path)
    native.start()
    native.select(run.path)
    native.show(EVERYTHING_SHOWN)
    seen.until(lambda now: now.events.count == 1, "the run")
    run.record(e.RunRunning())
    run.record(starting(), "a")
    for number in range(300):
        run.say("a", 1, f"{number}\n")
    seen.until(lambda now: SliceName.OUTPUT in now.slices and output(now)[-1:] == ["299"], "the last line")
    assert output(seen) == [str(number) for number in range(300)]


def test_a_damaged_run_among_others_is_one_problem(native: Observer, seen: Seen, tmp_path: Path) -> None:
    run, other = written(tmp_path), written(tmp_path, 1)
    other.layout.manifest.write_bytes(b"{")
    other.layout.tasks.write_bytes(b"{")
    native.start()
    native.select(other.path)
    native.show(EVERYTHING_SHOWN)
    seen.until(lambda now: now.run.state is SliceState.PARTIAL, "the damage")
    assert [row.status for row in seen.runs.rows] == [None, RunStatus.QUEUED]
    other.snapshots()
    seen.until(lambda now: now.run.state is SliceState.READY, "that it was mended")
    seen.until(lambda now: now.runs.rows[0].status is RunStatus.QUEUED, "the mended row")
    assert seen.runs.rows[1].path == run.path


def test_where_inotify_has_reached_its_limit_changes_are_polled_for(tmp_path: Path) -> None:
    script = (
        f'echo "$1" > /proc/sys/user/max_inotify_$0 && exec "{sys.executable}" -m tests.observe.limited_observer "$2"'
    )
    if subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no user namespace here")
    for limit, number in (("instances", "0"), ("watches", "1")):
        root = tmp_path / limit
        root.mkdir()
        done = subprocess.run(
            ["unshare", "-Ur", "sh", "-c", script, limit, number, root],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.stdout == "polling: inotify\nseen\n", done.stderr
