"""Signs of life in a run of ours: the heartbeat of each running worker, and who coordinates them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from crew_core.model.attempt import WorkerPhase, WorkerStatus
from crew_core.model.identity import ProcessIdentity
from crew_core.model.state import Attempt, Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import Evidence, Liveness, SliceState
from crew_core.observe.tab_slices import HealthSlice, Worker
from crew_core.store.errors import StoreError
from crew_core.store.identity import Identities, Relation, real_identities
from crew_core.store.layout import AttemptLayout, RunLayout
from crew_core.store.lock import LockRecord, is_free, read_holder
from crew_core.store.snapshot import read_snapshot


def read_health(
    run_dir: Path, run: Run | None, tasks: Iterable[Task], identities: Identities | None = None
) -> HealthSlice:
    """Workers of the running tasks only: one whose task has ended owes no sign of life. Never raises."""
    known = identities or real_identities()
    layout = RunLayout(run_dir)
    found: list[Worker] = []
    evidence: list[Evidence] = []
    for task in tasks:
        if task.status is TaskStatus.RUNNING and task.attempts:
            attempt = task.attempts[-1]
            worker, seen = _worker(task, attempt, layout.attempt(task.id, attempt.n), known)
            found.append(worker)
            evidence += seen
    state = SliceState.READY if found else SliceState.EMPTY
    return HealthSlice(state, tuple(found), _coordinator(layout.lock, run, known), tuple(evidence))


def _worker(
    task: Task, attempt: Attempt, files: AttemptLayout, identities: Identities
) -> tuple[Worker, tuple[Evidence, ...]]:
    status, problem = _status_of(files.status)
    supervisor = status.supervisor if status else attempt.supervisor
    ended = os.path.exists(files.result)
    alive = _alive(supervisor, identities)
    worker = Worker(
        task_id=task.id,
        attempt=attempt.n,
        pid=supervisor.pid if supervisor else None,
        started_at=attempt.started_at or attempt.at,
        beat_at=status.at if status else None,
        alive=alive,
        doing="it has ended; its result waits for a coordinator" if ended else _doing(status),
    )
    return worker, _evidence(worker, files, problem, ended=ended)


def _evidence(worker: Worker, files: AttemptLayout, problem: str, *, ended: bool) -> tuple[Evidence, ...]:
    """What is out of the ordinary; a worker that beats needs no proof."""
    found: list[Evidence] = []
    if problem:
        found.append(Evidence("worker-status", f"{worker.task_id}: its status cannot be read: {problem}", files.status))
    if ended:
        says = f"{worker.task_id}: its worker has left a result, which no coordinator has taken yet"
        found.append(Evidence("worker-result", says, files.result))
    elif worker.alive is False:
        says = f"{worker.task_id}: its supervisor, pid {worker.pid}, is gone and left no result"
        found.append(Evidence("worker-gone", says, files.status))
    elif worker.alive is None and worker.pid is not None:
        says = f"{worker.task_id}: pid {worker.pid} belongs to another boot, host or container: only its beat can tell"
        found.append(Evidence("worker-elsewhere", says, files.status))
    return tuple(found)


def _status_of(path: Path) -> tuple[WorkerStatus | None, str]:
    """With what is wrong with the file, if anything is."""
    try:
        return read_snapshot(path, WorkerStatus), ""
    except FileNotFoundError:
        return None, ""
    except (OSError, StoreError) as error:
        return None, str(error).partition("\n")[0]


def _alive(identity: ProcessIdentity | None, identities: Identities) -> bool | None:
    if identity is None:
        return None
    match identities.relation(identity):
        case Relation.ALIVE:
            return True
        case Relation.DEAD:
            return False
        case Relation.FOREIGN:
            return None


def _doing(status: WorkerStatus | None) -> str:
    if status is None:
        return ""
    if status.pause is not None:
        return f"paused: {status.pause}"
    if status.phase in (WorkerPhase.STOPPING, WorkerPhase.DRAINING):
        return status.phase
    progress = status.progress
    if progress.current_tool:
        return f"{progress.current_tool} {progress.current_tool_args or ''}".rstrip()
    return next((each for each in reversed(progress.recent_output) if each.strip()), "")


def _coordinator(lock: Path, run: Run | None, identities: Identities) -> str:
    """Who holds the lock of the run, or did."""
    try:
        holder, free = read_holder(lock), is_free(lock)
    except OSError as error:
        return f"its lock cannot be read: {error.strerror or error}"
    if holder is None:
        over = run is not None and run.status.ended
        return "no coordinator was ever here" if over else "no coordinator has been here yet"
    if not free:
        return f"{_name(holder)} holds the lock since {holder.at}"
    gone = {
        Relation.ALIVE: "lives but let go of the lock",
        Relation.DEAD: "has ended",
        Relation.FOREIGN: "is elsewhere",
    }
    return f"{_name(holder)} {gone[identities.relation(holder.identity)]}; the lock is free"


def _name(holder: LockRecord) -> str:
    return f"coordinator pid {holder.identity.pid}, epoch {holder.epoch},"


def coordinator_evidence(run_dir: Path, run: Run, live: Liveness) -> tuple[Evidence, ...]:
    """What `live` rests on: the lock for a run that goes on, the journal for one that is over. Never raises."""
    layout = RunLayout(run_dir)
    match live:
        case Liveness.ENDED:
            return (
                Evidence("run-ended", f"the journal's last word on the run is: {run.status}", layout.journal, run.seq),
            )
        case Liveness.UNKNOWN:
            return (Evidence("lock-unreadable", "whether a coordinator works on it cannot be read", layout.lock),)
        case Liveness.LIVE | Liveness.INTERRUPTED:
            pass
    try:
        holder = read_holder(layout.lock)
    except OSError:
        holder = None
    if live is Liveness.LIVE:
        if holder is None:
            return (Evidence("just-created", "it was made a moment ago and waits for its coordinator", layout.plan),)
        return (Evidence("lock-held", f"{_name(holder)} holds the lock since {holder.at}", layout.lock),)
    held = f"nobody holds the lock; {_name(holder)} had it since {holder.at}" if holder else "nobody ever held the lock"
    return (
        Evidence("lock-free", held, layout.lock),
        Evidence(
            "journal-open", f"the journal ends with the run {run.status}, not with its end", layout.journal, run.seq
        ),
    )
