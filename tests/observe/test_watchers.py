"""Every backend tells of every change, and none of them more than it must."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crew_core.observe.watch_polling import PollingWatcher
from crew_core.observe.watcher import Backend, CannotWatch, Hints, Watcher, open_watcher

PATIENCE_S = 10.0
BACKENDS = [Backend.WATCHFILES, Backend.POLLING]
if sys.platform == "linux":
    BACKENDS.append(Backend.INOTIFY)


@pytest.fixture(params=BACKENDS, ids=str)
def watcher(request: pytest.FixtureRequest) -> Iterator[Watcher]:
    backend: Backend = request.param
    made = PollingWatcher(interval_s=0.01) if backend is Backend.POLLING else open_watcher(backend)
    yield made
    made.close()


def until(watcher: Watcher, true: Callable[[Hints], bool], what: str) -> Hints:
    """Gather hints until they are as wanted."""
    deadline = time.monotonic() + PATIENCE_S
    told = Hints()
    while not true(told):
        left = deadline - time.monotonic()
        assert left > 0, f"never: {what}; told {told}"
        told |= watcher.wait(left)
    return told


def names(*paths: Path) -> Callable[[Hints], bool]:
    return lambda hints: set(paths) <= hints.paths


def test_a_new_and_an_appended_file_are_hinted_at(watcher: Watcher, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    assert watcher.watch({tmp_path}) == {tmp_path}
    file.write_text("1\n")
    until(watcher, names(file), "the new file")
    with file.open("a") as end:
        end.write("2\n")
        end.flush()
        until(watcher, names(file), "the appended file")


def test_a_replaced_and_a_removed_file_are_hinted_at_by_their_own_name(watcher: Watcher, tmp_path: Path) -> None:
    file = tmp_path / "tasks.json"
    file.write_text("old")
    watcher.watch({tmp_path})
    new = tmp_path / ".tasks.json.new"
    new.write_text("new")
    new.replace(file)
    until(watcher, names(file), "the replaced file")
    file.unlink()
    until(watcher, names(file), "the removed file")


def test_directories_are_added_and_taken_out_one_by_one(watcher: Watcher, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert watcher.watch({first}) == {first}
    assert watcher.watch({first, second}) == {first, second}
    (second / "seen").touch()
    until(watcher, names(second / "seen"), "in the added directory")
    assert watcher.watch({first}) == {first}
    (second / "unseen").touch()
    (first / "seen").touch()
    told = until(watcher, names(first / "seen"), "in the kept directory")
    assert second / "unseen" not in told.paths


def test_what_lies_deeper_is_not_watched(watcher: Watcher, tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    watcher.watch({tmp_path})
    (below / "unseen").touch()
    (tmp_path / "seen").touch()
    told = until(watcher, names(tmp_path / "seen"), "at the top")
    assert below / "unseen" not in told.paths


def test_a_directory_that_is_not_there_is_not_watched_and_no_error(watcher: Watcher, tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    assert watcher.watch({tmp_path, missing}) == {tmp_path}
    missing.mkdir()
    until(watcher, names(missing), "that it was made")
    assert watcher.watch({tmp_path, missing}) == {tmp_path, missing}
    (missing / "seen").touch()
    until(watcher, names(missing / "seen"), "what is in it")


def test_a_directory_that_is_removed_and_made_again_is_watched_again(watcher: Watcher, tmp_path: Path) -> None:
    directory = tmp_path / "runs"
    directory.mkdir()
    watcher.watch({tmp_path, directory})
    directory.rmdir()
    until(watcher, names(directory), "its removal")
    watcher.watch({tmp_path, directory})
    directory.mkdir()
    until(watcher, names(directory), "its return")
    assert watcher.watch({tmp_path, directory}) == {tmp_path, directory}
    (directory / "seen").touch()
    until(watcher, names(directory / "seen"), "what is in it")


def test_another_thread_ends_a_wait(watcher: Watcher, tmp_path: Path) -> None:
    watcher.watch({tmp_path})
    threading.Timer(0.01, watcher.wake).start()
    assert watcher.wait(PATIENCE_S) == Hints()


def test_a_wake_before_the_wait_is_not_lost(watcher: Watcher, tmp_path: Path) -> None:
    watcher.watch({tmp_path})
    watcher.wake()
    watcher.wake()
    assert watcher.wait(PATIENCE_S) == Hints()


def test_a_wait_ends_when_its_time_is_over(watcher: Watcher, tmp_path: Path) -> None:
    watcher.watch({tmp_path})
    assert watcher.wait(0.02) == Hints()


def test_nothing_to_watch_is_possible(watcher: Watcher, tmp_path: Path) -> None:
    watcher.watch({tmp_path})
    assert watcher.watch(set()) == set()
    (tmp_path / "unseen").touch()
    assert watcher.wait(0.05) == Hints()


def test_a_directory_that_may_not_be_read_is_not_watched(watcher: Watcher, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    forbidden = tmp_path / "forbidden"
    forbidden.mkdir(mode=0)
    try:
        assert forbidden not in watcher.watch({tmp_path, forbidden})
    finally:
        forbidden.chmod(0o700)


@pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")
class TestInotify:
    def test_the_end_of_a_process_that_holds_a_file_open_is_hinted_at(self, tmp_path: Path) -> None:
        lock = tmp_path / "coordinator.lock"
        script = "import sys; f = open(sys.argv[1], 'w'); print('open', flush=True); sys.stdin.read()"
        holder = subprocess.Popen(
            [sys.executable, "-c", script, lock], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "open\n"
            watcher = open_watcher(Backend.INOTIFY)
            watcher.watch({tmp_path})
            holder.kill()
            until(watcher, names(lock), "the end of the holder")
        watcher.close()

    def test_each_name_of_one_directory_is_watched_and_hinted_at(self, tmp_path: Path) -> None:
        directory, other = tmp_path / "directory", tmp_path / "other"
        directory.mkdir()
        other.symlink_to(directory)
        watcher = open_watcher(Backend.INOTIFY)
        for _ in range(2):
            assert watcher.watch({directory, other}) == {directory, other}
        (directory / "seen").touch()
        until(watcher, names(directory / "seen", other / "seen"), "by both names")
        assert watcher.watch({other}) == {other}
        (directory / "again").touch()
        told = until(watcher, names(other / "again"), "by the name that is left")
        assert directory / "again" not in told.paths
        directory.rename(tmp_path / "elsewhere")
        until(watcher, names(other), "that it is gone")
        assert watcher.watch({directory, other}) == set()
        watcher.close()

    def test_our_own_reading_is_not_hinted_at(self, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("text")
        watcher = open_watcher(Backend.INOTIFY)
        watcher.watch({tmp_path})
        file.read_text()
        list(tmp_path.iterdir())
        assert watcher.wait(0) == Hints()
        watcher.close()

    def test_lost_hints_are_told(self, tmp_path: Path) -> None:
        watcher = open_watcher(Backend.INOTIFY)
        watcher.watch({tmp_path})
        queue = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        files = [os.open(tmp_path / name, os.O_WRONLY | os.O_CREAT) for name in ("a", "b")]
        # Two files in turn, because the kernel merges equal events that follow each other.
        for number in range(queue + 10):
            os.write(files[number % 2], b".")
        assert watcher.wait(0).everything
        for fd in files:
            os.close(fd)
        watcher.close()

    def test_a_limit_of_the_machine_is_told_as_one(self) -> None:
        limited = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.observe.test_watchers import in_a_namespace_without_inotify
in_a_namespace_without_inotify()
"""
        script = 'echo 0 > /proc/sys/user/max_inotify_instances && exec "$0" -c "$1"'
        done = subprocess.run(
            ["unshare", "-Ur", "sh", "-c", script, sys.executable, limited],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if done.returncode != 0 and "told" not in done.stdout:
            pytest.skip(f"no user namespace here: {done.stderr.strip()[-200:]}")
        assert done.stdout == "told\n"


def in_a_namespace_without_inotify() -> None:
    """Run by the test above as a program of its own."""
    try:
        open_watcher(Backend.INOTIFY)
    except CannotWatch as error:
        print("told" if "inotify" in str(error) else error)
