"""The process table of Linux, read from /proc."""

from __future__ import annotations

import errno
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import Relation, signal_by_pid

#: Pids that others may have taken since: a busy machine starts processes and threads all the time.
_YOUNG = 6


@dataclass(frozen=True, slots=True)
class _Row:
    pid: int
    parent: int
    start_ticks: int
    living: bool


class ProcIdentities:
    """`Identities` by /proc. `proc` is elsewhere only in tests."""

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._boot_id = _boot_id(proc)
        self._namespace = _namespace(proc)
        # The kernel option for children lists is off in many builds.
        self._lists_children = (proc / "thread-self" / "children").exists()

    def current(self) -> ProcessIdentity:
        identity = self.of(os.getpid())
        if identity is None:
            raise RuntimeError("/proc does not show the calling process; it must be mounted for this pid namespace")
        return identity

    def of(self, pid: int) -> ProcessIdentity | None:
        row = self._row(pid)
        return self._identity(row) if row is not None and row.living else None

    def relation(self, identity: ProcessIdentity) -> Relation:
        if identity.boot_id != self._boot_id or identity.pid_namespace != self._namespace:
            return Relation.FOREIGN
        return Relation.ALIVE if self.of(identity.pid) == identity else Relation.DEAD

    def alive(self, identity: ProcessIdentity) -> bool:
        return self.relation(identity) is Relation.ALIVE

    def signal(self, identity: ProcessIdentity, signum: int) -> bool:
        if not self.alive(identity):
            return False
        try:
            pidfd = os.pidfd_open(identity.pid)
        except OSError as error:
            if error.errno not in (errno.ENOSYS, errno.EPERM, errno.EINVAL):
                return False
            return signal_by_pid(self, identity, signum)
        try:
            # The pid may have changed hands before it was opened; from here on it cannot.
            if not self.alive(identity):
                return False
            signal.pidfd_send_signal(pidfd, signum)
        except (ProcessLookupError, PermissionError):
            return False
        finally:
            os.close(pidfd)
        return True

    def children(self, pid: int) -> tuple[ProcessIdentity, ...]:
        if self._lists_children:
            rows = (self._row(child) for child in self._listed_children(pid))
            return tuple(self._identity(row) for row in rows if row is not None and row.living and row.parent == pid)
        return tuple(self._identity(row) for row in self._rows() if row.parent == pid and row.living)

    def descendants(self, pid: int) -> tuple[ProcessIdentity, ...]:
        below = self.children if self._lists_children else self._table().__getitem__
        found: dict[int, ProcessIdentity] = {}
        front = [pid]
        while front:
            fresh = [child for parent in front for child in below(parent) if child.pid not in found]
            found.update((child.pid, child) for child in fresh)
            front = [child.pid for child in fresh]
        return tuple(found.values())

    def with_environment(self, key: str, value: str) -> tuple[ProcessIdentity, ...]:
        entry = f"{key}={value}".encode()
        found = (self._started_with(entry, pid) for pid in self._pids())
        return tuple(identity for identity in found if identity is not None)

    def youngest_with_environment(self, key: str, value: str) -> ProcessIdentity | None:
        try:
            # Fields of proc_loadavg(5): the last one is the pid that was given last.
            last = int((self._proc / "loadavg").read_bytes().split()[4])
        except (OSError, IndexError, ValueError):
            # Some sandboxes hide it, or make one of their own.
            return None
        entry = f"{key}={value}".encode()
        found = (self._started_with(entry, pid) for pid in range(last, last - _YOUNG, -1))
        # Threads have numbers of the same kind, and are not to be counted as processes. They are told apart last:
        # who forks and ends all the time is gone while more is read of others.
        return next((each for each in found if each is not None and not self._is_thread(each.pid)), None)

    def _is_thread(self, pid: int) -> bool:
        """Whether it is a thread beside the first of its process. Such a one is shown too when it is asked for."""
        try:
            return f"\nTgid:\t{pid}\n".encode() not in (self._proc / str(pid) / "status").read_bytes()
        except OSError:
            return False

    def _started_with(self, entry: bytes, pid: int) -> ProcessIdentity | None:
        """Who has the pid, when ``entry`` is in its environment and it is not the caller."""
        # Identity first: if the pid changes hands in between, the environment of the new process is
        # judged under the old identity, and a signal to that finds nobody.
        identity = self.of(pid) if pid != os.getpid() else None
        return identity if identity is not None and entry in self._environment(pid).split(b"\0") else None

    def _identity(self, row: _Row) -> ProcessIdentity:
        return ProcessIdentity(self._boot_id, self._namespace, row.pid, row.start_ticks)

    def _row(self, pid: int) -> _Row | None:
        try:
            text = (self._proc / str(pid) / "stat").read_bytes()
        except OSError:
            # Gone, or hidden from us: either way nobody that we may touch.
            return None
        # The name may hold spaces and parentheses, so fields are counted from the last ')'.
        fields = text[text.rfind(b")") + 2 :].split()
        state, threads = fields[0], int(fields[17])
        # A leader that left by pthread_exit shows as a zombie while its other threads run on.
        living = state not in (b"X", b"x") and (state != b"Z" or threads > 1)
        return _Row(pid=pid, parent=int(fields[1]), start_ticks=int(fields[19]), living=living)

    def _rows(self) -> Iterator[_Row]:
        for pid in self._pids():
            row = self._row(pid)
            if row is not None:
                yield row

    def _table(self) -> defaultdict[int, list[ProcessIdentity]]:
        table: defaultdict[int, list[ProcessIdentity]] = defaultdict(list)
        for row in self._rows():
            if row.living:
                table[row.parent].append(self._identity(row))
        return table

    def _pids(self) -> list[int]:
        return [int(name) for name in os.listdir(self._proc) if name.isdigit()]

    def _listed_children(self, pid: int) -> list[int]:
        listed: list[int] = []
        threads = self._proc / str(pid) / "task"
        try:
            names = os.listdir(threads)
        except OSError:
            # It has ended just now, and its children went to somebody else.
            return listed
        for name in names:
            try:
                listed += map(int, (threads / name / "children").read_bytes().split())
            except OSError:
                # That thread has ended; its children went to another one and are listed there.
                continue
        return listed

    def _environment(self, pid: int) -> bytes:
        try:
            return (self._proc / str(pid) / "environ").read_bytes()
        except OSError:
            # Ended meanwhile, or another user's.
            return b""


def _boot_id(proc: Path) -> str:
    try:
        return (proc / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except OSError:
        # Some sandboxes hide it; the boot time stands in.
        for line in (proc / "stat").read_text().splitlines():
            if line.startswith("btime "):
                return f"btime-{line.split()[1]}"
        raise


def _namespace(proc: Path) -> str:
    """The inode of our pid namespace, as a number: `4026531836`."""
    try:
        return os.readlink(proc / "self" / "ns" / "pid").removeprefix("pid:[").removesuffix("]")
    except OSError:
        return "unknown"
