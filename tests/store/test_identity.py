"""Who a process is, and that nobody else is ever hit in its place."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import Identities, Relation, real_identities
from crew_core.store.identity_proc import ProcIdentities
from crew_core.store.identity_ps import PsIdentities
from tests.store.processes import SLEEPER, waiting


def _tables() -> list[Identities]:
    ps_works = subprocess.run(["ps", "-p", "1"], capture_output=True, check=False).returncode == 0
    return [real_identities(), *([PsIdentities("this-boot")] if ps_works else [])]


@pytest.fixture(params=_tables(), ids=lambda table: type(table).__name__)
def table(request: pytest.FixtureRequest) -> Identities:
    found: Identities = request.param
    return found


def _of(table: Identities, pid: int) -> ProcessIdentity:
    identity = table.of(pid)
    assert identity is not None
    return identity


def test_the_calling_process_is_alive_and_the_same_each_time(table: Identities) -> None:
    me = table.current()
    assert me == table.of(os.getpid()) == table.current()
    assert table.relation(me) is Relation.ALIVE
    assert ProcessIdentity.decode(me.encode()) == me


def test_a_reused_pid_is_another_process_and_is_not_signalled(table: Identities) -> None:
    with waiting("-c", SLEEPER) as process:
        now = _of(table, process.pid)
        before = msgspec.structs.replace(now, start_ticks=now.start_ticks - 100)
        assert table.relation(before) is Relation.DEAD
        assert not table.signal(before, signal.SIGKILL)
        assert table.alive(now)
        assert process.poll() is None
        assert table.signal(now, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


def test_a_zombie_is_dead(table: Identities) -> None:
    with waiting("-c", SLEEPER) as process:
        identity = _of(table, process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert table.of(process.pid) is None
        assert table.relation(identity) is Relation.DEAD
        assert not table.signal(identity, signal.SIGTERM)
        assert identity not in table.children(os.getpid())
        assert identity not in table.descendants(os.getpid())


@pytest.mark.parametrize("changed", ["boot_id", "pid_namespace"])
def test_another_boot_or_namespace_is_foreign_and_never_touched(table: Identities, changed: str) -> None:
    with waiting("-c", SLEEPER) as process:
        foreign = msgspec.structs.replace(_of(table, process.pid), **{changed: "elsewhere"})
        assert table.relation(foreign) is Relation.FOREIGN
        assert not table.alive(foreign)
        assert not table.signal(foreign, signal.SIGKILL)
        assert process.poll() is None


_GRANDCHILD = (
    "import subprocess, sys\n"
    "command = [sys.executable, '-c', 'import sys; sys.stdin.read()']\n"
    "child = subprocess.Popen(command, start_new_session=True)\n"
    "print(child.pid, flush=True)\n"
    "child.wait()"
)


def test_children_are_direct_and_descendants_are_all_also_in_other_sessions(table: Identities) -> None:
    with waiting("-c", _GRANDCHILD) as child:
        grandchild = _of(table, int(child.first_line))  # type: ignore[attr-defined]
        direct = _of(table, child.pid)
        assert direct in table.children(os.getpid())
        assert grandchild not in table.children(os.getpid())
        below = table.descendants(os.getpid())
        assert below.index(direct) < below.index(grandchild)
        assert table.current() not in below
        assert table.descendants(child.pid) == (grandchild,)
        assert table.signal(grandchild, signal.SIGKILL)
        child.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_processes_are_found_by_their_environment_whole_values_only() -> None:
    table = real_identities()
    with (
        waiting("-c", SLEEPER, env={"CREW_WORKER_ID": "w-1"}) as one,
        waiting("-c", SLEEPER, env={"CREW_WORKER_ID": "w-12"}) as other,
        waiting("-c", SLEEPER, env={"OTHER_CREW_WORKER_ID": "w-1"}),
    ):
        assert table.with_environment("CREW_WORKER_ID", "w-1") == (_of(table, one.pid),)
        assert table.with_environment("CREW_WORKER_ID", "w-12") == (_of(table, other.pid),)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_who_was_started_last_is_found_by_environment(tmp_path: Path) -> None:
    proc = tmp_path / "proc"
    (proc / "sys/kernel/random").mkdir(parents=True)
    (proc / "sys/kernel/random/boot_id").write_text("boot")
    for pid, worker in ((1, "w-1"), (8, "w-2"), (9, "w-3")):
        (proc / str(pid)).mkdir()
        (proc / str(pid) / "stat").write_text(f"{pid} (sleep) S 1 {pid} {pid}" + " 0" * 13 + " 1 0 55 0")
        (proc / str(pid) / "environ").write_bytes(f"A=b\0CREW_WORKER_ID={worker}\0".encode())
        (proc / str(pid) / "status").write_text(f"Name:\tsleep\nTgid:\t{pid}\nPid:\t{pid}\n")
    table = ProcIdentities(proc)
    assert table.youngest_with_environment("CREW_WORKER_ID", "w-2") is None
    (proc / "loadavg").write_text("0.10 0.20 0.30 1/80 9\n")
    youngest = table.youngest_with_environment("CREW_WORKER_ID", "w-2")
    assert youngest is not None
    assert youngest.pid == 8
    assert table.youngest_with_environment("CREW_WORKER_ID", "w-1") is None
    (proc / "loadavg").write_text("made up\n")
    assert table.youngest_with_environment("CREW_WORKER_ID", "w-2") is None


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_the_caller_is_never_among_those_found_by_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = Path("/proc/self/environ").read_bytes().split(b"\0")[0].decode()
    key, _, value = entry.partition("=")
    assert real_identities().current() not in real_identities().with_environment(key, value)


_LEADER_LEAVES = (
    "import ctypes, platform, sys, threading\n"
    "threading.Thread(target=sys.stdin.read).start()\n"
    "print('ready', flush=True)\n"
    "ctypes.CDLL(None).syscall({'x86_64': 60}.get(platform.machine(), 93), 0)"
)


@pytest.mark.skipif(sys.platform != "linux", reason="threads as Linux has them")
def test_a_process_whose_first_thread_left_is_alive_while_others_run() -> None:
    table = real_identities()
    with waiting("-c", _LEADER_LEAVES) as process:
        stat = Path(f"/proc/{process.pid}/stat")
        while stat.read_text().rpartition(")")[2].split()[0] != "Z":
            os.sched_yield()
        assert table.of(process.pid) is not None
        assert table.signal(_of(table, process.pid), signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
def test_a_program_name_with_blanks_and_parentheses_does_not_confuse_the_table(tmp_path: Path) -> None:
    table = real_identities()
    program = tmp_path / "a) R 1 (b"
    program.symlink_to("/bin/sleep")
    process = subprocess.Popen([program, "60"])
    try:
        assert _of(table, process.pid).pid == process.pid
        assert _of(table, process.pid) in table.children(os.getpid())
    finally:
        process.kill()
        process.wait()


def test_looking_below_processes_that_come_and_go_never_fails() -> None:
    """A process may end between any two looks at it."""
    identities = real_identities()
    script = (
        "import os, time\n"
        "end = time.monotonic() + 2\n"
        "while time.monotonic() < end:\n"
        "    os.spawnvp(os.P_NOWAIT, 'sh', ['sh', '-c', 'true & true'])\n"
        "    os.waitpid(-1, os.WNOHANG)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as storm:
        while storm.poll() is None:
            identities.descendants(storm.pid)
