"""The living side of attempts: which supervisors exist, whether they live, and what they left."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from crew_core.engine.admission import Grant
from crew_core.model.attempt import AttemptResult, Claim, ClaimKind, SessionRef, WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.store.errors import StoreError
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot

#: A supervisor that has written its result has nothing left to do; after this it is not waited for.
FAREWELL_S = 1.0


#: In the place of a pid: nobody is known to live, unless a claim says who.
NO_CHILD = -1


@dataclass(slots=True)
class Worker:
    """One attempt in progress. ``pid`` is set when its supervisor is our own child."""

    task_id: str
    n: int
    worker_id: str
    files: AttemptLayout
    pid: int | None = None
    reaped: bool = False
    claim: Claim | None = None
    spawned_at: float = 0.0
    #: Among the heavy programs of the machine that start now, while it is one of them.
    place: Grant | None = None
    result: AttemptResult | None = None
    result_at: float = 0.0
    status_stamp: tuple[int, int, int] = (0, 0, 0)
    status: WorkerStatus | None = None
    pidfd: int | None = None
    events_offset: int = 0
    stop_sent: set[str] = field(default_factory=set)
    steers_put: set[str] = field(default_factory=set)
    #: Messages and dealings of its status that have been looked up in its events.
    heard: tuple[int, int] = (0, 0)
    #: The conversation that its events name.
    session: SessionRef | None = None

    @property
    def supervisor(self) -> ProcessIdentity | None:
        if self.claim is not None and self.claim.kind is ClaimKind.SUPERVISOR:
            return self.claim.identity
        return None

    def alive(self, identities: Identities) -> bool:
        """Its supervisor exists (a zombie does not), or may still be about to claim."""
        if self.pid is not None:
            return not self.reaped
        supervisor = self.supervisor
        return supervisor is not None and identities.alive(supervisor)

    def start_left_s(self, start_s: float, now: float) -> float:
        """How much longer it may be taken to be starting; 0 when it has told something, or should have by now."""
        told = self.status is not None and self.status.output_bytes > 0
        return 0.0 if told else max(0.0, self.spawned_at + start_s - now)

    def leave_place(self) -> None:
        """It has started: another heavy program may, of any run."""
        if self.place is not None:
            self.place.release()
            self.place = None

    def read_result(self, now: float) -> AttemptResult | None:
        """The durable result, read once."""
        if self.result is None:
            try:
                self.result = read_snapshot(self.files.result, AttemptResult)
                self.result_at = now
            except FileNotFoundError:
                return None
        return self.result

    def read_status(self) -> WorkerStatus | None:
        """The newest heartbeat if it changed since the last call, else None."""
        try:
            found = self.files.status.stat()
            stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            if stamp == self.status_stamp:
                return None
            self.status = read_snapshot(self.files.status, WorkerStatus)
        except (OSError, StoreError):
            # A heartbeat is a hint: without it the process table and the result decide.
            return None
        self.status_stamp = stamp
        return self.status


class Workers:
    """All attempts in progress, one for each task at most."""

    def __init__(self, identities: Identities, on_end: Callable[[], None]) -> None:
        """``on_end`` may be called from the loop when a supervisor that is not our child has ended."""
        self._identities = identities
        self._on_end = on_end
        self._by_task: dict[str, Worker] = {}

    def all(self) -> list[Worker]:
        return list(self._by_task.values())

    def add(self, worker: Worker) -> None:
        self._by_task[worker.task_id] = worker

    def forget(self, worker: Worker) -> None:
        self._by_task.pop(worker.task_id, None)
        worker.leave_place()
        if worker.pidfd is not None:
            asyncio.get_running_loop().remove_reader(worker.pidfd)
            os.close(worker.pidfd)
            worker.pidfd = None

    def watch_end(self, worker: Worker) -> None:
        """Be woken when an adopted supervisor ends; without pidfds the bounded timer notices it."""
        supervisor = worker.supervisor
        if supervisor is None or worker.pid is not None or not hasattr(os, "pidfd_open"):
            return
        try:
            worker.pidfd = os.pidfd_open(supervisor.pid)
        except OSError:
            # It has ended already: the next look at the process table says so.
            return
        asyncio.get_running_loop().add_reader(worker.pidfd, self._ended, worker)

    def _ended(self, worker: Worker) -> None:
        if worker.pidfd is not None:
            asyncio.get_running_loop().remove_reader(worker.pidfd)
        self._on_end()

    def reap(self) -> None:
        """Collect every child that has ended, ours and those that a dead supervisor left to us."""
        children = {worker.pid: worker for worker in self._by_task.values() if worker.pid is not None}
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in children:
                children[pid].reaped = True

    def child_pids(self) -> frozenset[int]:
        """Our own living supervisors."""
        return frozenset(w.pid for w in self._by_task.values() if w.pid is not None and not w.reaped)
