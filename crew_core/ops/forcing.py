"""Ending the processes of a run by their identities, when its coordinator does not answer or cannot be asked."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

from crew_core.model.attempt import Claim, ClaimKind, WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.store.errors import StoreError
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.lock import is_free, read_holder
from crew_core.store.snapshot import read_snapshot
from crew_core.store.sweep import sweep

#: SIGKILL ends a process at once, unless it waits for a disk in the kernel.
_GONE_WITHIN_S = 2.0
_LOOK_S = 0.005

#: A process and what it is for a person: ``coordinator``, ``supervisor of TASK``.
Named = tuple[str, ProcessIdentity]


def living_supervisors(layout: RunLayout, task_id: str | None, identities: Identities) -> list[Named]:
    """Supervisors of the run (or of one task) that live and have left no result, by the names of their tasks."""
    return [
        (files.root.parent.name, claim.identity)
        for files, claim in _unreported(layout, task_id)
        if identities.alive(claim.identity)
    ]


def _unreported(layout: RunLayout, task_id: str | None) -> Iterator[tuple[AttemptLayout, Claim]]:
    """Attempts whose supervisors have left no result."""
    for path in sorted(layout.attempts.glob(f"{task_id or '*'}/*/claim.json")):
        files = AttemptLayout(path.parent)
        if files.result.exists():
            continue
        try:
            claim = read_snapshot(path, Claim)
        except (OSError, StoreError):
            # An unreadable claim names no process that could be ended.
            continue
        if claim.kind is ClaimKind.SUPERVISOR:
            yield files, claim


def end_silent(layout: RunLayout, task_id: str | None, identities: Identities) -> list[Named]:
    """Kill the coordinator and the living supervisors; the next coordinator ends what they leave.

    Returns whom the signal reached.
    """
    holder = read_holder(layout.lock)
    coordinator = [] if holder is None or is_free(layout.lock) else [("coordinator", holder.identity)]
    # It goes first, so that it starts nothing in their place.
    reached = [named for named in coordinator if identities.signal(named[1], signal.SIGKILL)]
    for task, identity in living_supervisors(layout, task_id, identities):
        if identities.signal(identity, signal.SIGKILL):
            reached.append((f"supervisor of {task}", identity))
    return reached


def end_leftovers(layout: RunLayout, task_id: str | None, identities: Identities, killed: list[Named]) -> str:
    """What the next coordinator would do, where none can: end what ``killed`` have left behind.

    Returns which processes are gone, and how many are not.
    """
    deadline = time.monotonic() + _GONE_WITHIN_S
    while any(identities.alive(identity) for _, identity in killed) and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
    swept, left = 0, {identity for _, identity in killed if identities.alive(identity)}
    for files, claim in _unreported(layout, task_id):
        if not identities.alive(claim.identity):
            status = _last_status(files)
            swept += sweep(identities, status, claim.worker_id)
            left |= _left(identities, status, claim.worker_id)
    gone = [f"{name} (pid {identity.pid})" for name, identity in killed if identity not in left]
    if swept:
        gone.append(f"{swept} process{'es' if swept > 1 else ''} of agents")
    said = f"ended {', '.join(gone)}" if gone else "nothing ended"
    of_task = f" of {task_id}" if task_id else ""
    return f"{said}, {len(left) or 'no'} process{'es' if len(left) > 1 else ''}{of_task} left alive"


def _last_status(files: AttemptLayout) -> WorkerStatus | None:
    try:
        return read_snapshot(files.status, WorkerStatus)
    except (OSError, StoreError):
        # A heartbeat is a hint: the environment tells of most processes too.
        return None


def _left(identities: Identities, status: WorkerStatus | None, worker_id: str) -> set[ProcessIdentity]:
    known = [] if status is None else [identity for identity in status.tree if identities.alive(identity)]
    return {*known, *identities.with_environment("CREW_WORKER_ID", worker_id)}
