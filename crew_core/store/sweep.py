"""Ending what a worker left behind whose supervisor is dead."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from crew_core.model.attempt import WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.store.identity import Identities

#: A process that SIGKILL has reached may still take a moment to go.
_PASSES = 100
_LOOK_S = 0.005

#: So many looks in a row must find nobody.
_QUIET_PASSES = 4

#: In each pass, at the process that was started last: it may be gone before the signal reaches it.
_GLANCES = 24


def sweep(identities: Identities, status: WorkerStatus | None, worker_id: str) -> int:
    """End the processes of its last heartbeat with all below them, and whoever carries its ``CREW_WORKER_ID``.

    Returns how many processes had to be ended. The supervisor must be dead.
    """
    cgroup = Path(status.cgroup) if status is not None and status.cgroup is not None else None
    held = _end_cgroup(identities, cgroup) if cgroup is not None else set()

    def remaining() -> Iterable[ProcessIdentity]:
        if status is not None:
            for known in status.tree:
                if identities.alive(known):
                    yield known
                    yield from identities.descendants(known.pid)
        for _ in range(_GLANCES):
            youngest = identities.youngest_with_environment("CREW_WORKER_ID", worker_id)
            if youngest is not None:
                yield youngest
        yield from identities.with_environment("CREW_WORKER_ID", worker_id)

    ended = held | _end_all(identities, remaining)
    if cgroup is not None:
        _remove_cgroup(cgroup)
    return len(ended)


def _end_cgroup(identities: Identities, cgroup: Path) -> set[ProcessIdentity]:
    """SIGKILL to all that is in it and below; returns who that was, as far as it could be read before."""
    held: set[ProcessIdentity] = set()
    with contextlib.suppress(OSError):
        for procs in cgroup.rglob("cgroup.procs"):
            found = (identities.of(int(pid)) for pid in procs.read_text().split())
            held.update(identity for identity in found if identity is not None)
    with contextlib.suppress(OSError):
        (cgroup / "cgroup.kill").write_text("1")
    return held


def _remove_cgroup(cgroup: Path) -> None:
    """With those that the agent has made below it, the deepest first."""
    with contextlib.suppress(OSError):
        for directory in sorted((each for each in cgroup.rglob("*") if each.is_dir()), reverse=True):
            directory.rmdir()
        cgroup.rmdir()


def sweep_orphans(identities: Identities, keep: Collection[int]) -> int:
    """End every child of this process that is not in ``keep``, with all below it.

    A coordinator is a subreaper: a child that is none of its supervisors was left to it by a dead one.
    """

    def remaining() -> Iterable[ProcessIdentity]:
        for child in identities.children(os.getpid()):
            if child.pid not in keep:
                yield child
                yield from identities.descendants(child.pid)

    return len(_end_all(identities, remaining, lambda: _reap(keep)))


def _reap(keep: Collection[int]) -> bool:
    """Collect children that have ended and are not in ``keep``; whether there were any."""
    found = False
    while hasattr(os, "waitid"):
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            break
        if ended is None or ended.si_pid in keep:
            break
        os.waitpid(ended.si_pid, os.WNOHANG)
        found = True
    return found


def _end_all(
    identities: Identities,
    remaining: Callable[[], Iterable[ProcessIdentity]],
    traces: Callable[[], bool] = lambda: False,
) -> set[ProcessIdentity]:
    """SIGKILL until none is left; what is born meanwhile is found by the next pass.

    Each is signalled as it is found, and one look that finds nobody is not believed: a process that forks and
    ends all the time is often between two pids. ``traces`` says whether somebody has ended since the last look.
    """
    ended: set[ProcessIdentity] = set()
    quiet = 0
    for _ in range(_PASSES):
        seen = False
        for identity in remaining():
            seen = True
            identities.signal(identity, signal.SIGKILL)
            ended.add(identity)
        quiet = 0 if traces() or seen else quiet + 1
        if quiet == _QUIET_PASSES:
            break
        time.sleep(_LOOK_S)
    return ended
