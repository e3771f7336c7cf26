"""What a dead supervisor left is ended, also what no look at all processes finds."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity_proc import ProcIdentities
from crew_core.store.sweep import sweep
from tests.store.processes import SLEEPER, waiting


class OnlyTheYoungest(ProcIdentities):
    """A process table that is too old whenever it has been read, as it is for one that forks and ends."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.pid = pid

    def with_environment(self, key: str, value: str) -> tuple[ProcessIdentity, ...]:
        return ()

    def youngest_with_environment(self, key: str, value: str) -> ProcessIdentity | None:
        return self.of(self.pid) if (key, value) == ("CREW_WORKER_ID", "w-1") else None


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_who_was_started_last_is_ended_and_counted_once() -> None:
    with waiting("-c", SLEEPER, env={"CREW_WORKER_ID": "w-1"}) as process:
        table = OnlyTheYoungest(process.pid)
        assert sweep(table, None, "w-2") == 0
        assert sweep(table, None, "w-1") == 1
        assert process.wait() == -signal.SIGKILL


#: A process whose second thread was started last of all.
THREADED = "import threading, sys; threading.Thread(target=sys.stdin.read).start(); print('ready', flush=True)"


class WithLast(ProcIdentities):
    """The pids that were given last are those of this process and its threads, whoever else was started since."""

    def __init__(self, pid: int, proc: Path) -> None:
        super().__init__(proc)
        last = max(int(name) for name in os.listdir(f"/proc/{pid}/task"))
        (proc / "loadavg").write_text(f"0 0 0 1/1 {last}\n")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """As /proc, but what says who was started last is a file of the test's."""
    for name in ("self", "stat", "sys", "thread-self"):
        (tmp_path / name).symlink_to(Path("/proc") / name)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_threads_are_not_counted_as_processes(proc: Path) -> None:
    with waiting("-c", THREADED, env={"CREW_WORKER_ID": "w-1"}) as process:
        for name in os.listdir(f"/proc/{process.pid}/task"):
            (proc / name).symlink_to(Path("/proc") / name)
        assert sweep(WithLast(process.pid, proc), None, "w-1") == 1
        assert process.wait() == -signal.SIGKILL
