"""Whether somebody works on a run that is recorded as active: from processes, and from when it last moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crew_core.observe.picrew import fields
from crew_core.observe.picrew.manifest import Runner
from crew_core.observe.picrew.processes import Presence, Processes, presence
from crew_core.observe.slices import Evidence, Liveness

#: A worker's heartbeat that is younger is no worse than pi-crew's "warn"; something moves.
MOVING_S = 60.0

#: A runner records the end of its worker within milliseconds; a dead one that wrote this recently lives elsewhere.
SETTLING_S = 10.0

#: pi-crew ends a worker that is silent for 5 minutes, and drops a run without a pid from its list of active ones
#: 30 minutes after its last change.
STILL_S = 30 * 60.0

#: What is recorded later than this ahead of now was written by another clock.
AHEAD_S = 120.0

#: What a background runner may take from its start to its pid file, where the start itself is not recorded.
_BOOTING_S = 60.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of life: what moved, when, and where that stands."""

    what: str
    at: str
    path: Path
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class WorkerClue:
    """The process of a task that is recorded as running. ``exited``: its end is recorded."""

    task_id: str
    pid: int | None
    spawned_at: str | None
    seq: int | None
    exited: bool


@dataclass(frozen=True, slots=True)
class Clues:
    """What the files say. ``in_place``: the run lies where it was recorded, so its pids can be of this machine."""

    runner: Runner | None
    runner_path: Path
    runner_ended: Evidence | None
    workers: tuple[WorkerClue, ...]
    workers_path: Path
    sign: Sign | None
    in_place: bool


@dataclass(frozen=True, slots=True)
class Living:
    """``alive``: for each worker's task whether its process lives; None is unknown."""

    live: Liveness
    evidence: tuple[Evidence, ...]
    alive: dict[str, bool | None]


def living(clues: Clues, processes: Processes, now: float) -> Living:
    """First match wins: a process that lives, one that is known to be gone, then when something moved last."""
    runner = _runner_presence(clues, processes)
    workers = {worker.task_id: _worker_presence(worker, clues, processes) for worker in clues.workers}
    alive = {task_id: None if found is None else found is Presence.SAME for task_id, found in workers.items()}
    still = _stillness(clues.sign, now)
    notes = tuple(_notes(clues, runner, workers))
    live, deciding = _decide(clues, runner, workers, still)
    return Living(live, (*deciding, *(note for note in notes if note not in deciding)), alive)


def _decide(
    clues: Clues,
    runner: Presence | None,
    workers: dict[str, Presence | None],
    still: float | None,
) -> tuple[Liveness, tuple[Evidence, ...]]:
    if runner is Presence.SAME:
        return Liveness.LIVE, (_about_runner(clues, runner),)
    if runner is None and Presence.SAME in workers.values():
        return Liveness.LIVE, tuple(_about_workers(clues, workers, Presence.SAME))
    moved = _about_sign(clues.sign)
    if still is not None and still < -AHEAD_S:
        return Liveness.UNKNOWN, (_evidence("other-clock", f"{moved.says}, which is ahead of this clock", moved),)
    if clues.runner_ended is not None:
        return Liveness.INTERRUPTED, (clues.runner_ended, moved)
    grace = MOVING_S if runner is Presence.OTHER else SETTLING_S
    settled = still is None or still > grace
    if runner is not None:
        gone_for_good = Liveness.INTERRUPTED if settled else Liveness.UNKNOWN
        return gone_for_good, (_about_runner(clues, runner), moved)
    unended = [worker for worker in clues.workers if not worker.exited]
    gone = [workers[worker.task_id] in (Presence.GONE, Presence.OTHER) for worker in unended]
    if clues.runner is None and gone and all(gone) and settled:
        return Liveness.INTERRUPTED, (*_about_workers(clues, workers), moved)
    if still is None:
        return Liveness.UNKNOWN, (moved,)
    if still > STILL_S:
        return Liveness.INTERRUPTED, (_evidence("no-progress", f"nothing has moved since: {moved.says}", moved),)
    if still <= MOVING_S:
        return Liveness.LIVE, (_evidence("progress", f"it moves: {moved.says}", moved),)
    return Liveness.UNKNOWN, (_evidence("unsure", f"quiet, and no process can be asked: {moved.says}", moved),)


def _runner_presence(clues: Clues, processes: Processes) -> Presence | None:
    runner = clues.runner
    if runner is None:
        return None
    started, spawned = fields.moment(runner.started_at), fields.moment(runner.spawned_at)
    latest = started if started is not None else spawned
    if latest is None:
        return None
    earliest = spawned if spawned is not None else latest - _BOOTING_S
    return _judged(presence(processes, runner.pid, min(earliest, latest), latest), clues)


def _worker_presence(worker: WorkerClue, clues: Clues, processes: Processes) -> Presence | None:
    if worker.exited:
        return Presence.GONE
    spawned = fields.moment(worker.spawned_at)
    if worker.pid is None or worker.pid <= 0 or spawned is None:
        return None
    return _judged(presence(processes, worker.pid, spawned, spawned), clues)


def _judged(found: Presence, clues: Clues) -> Presence | None:
    """A process that is not here says nothing about a run that was recorded elsewhere."""
    return found if found is Presence.SAME or clues.in_place else None


def _stillness(sign: Sign | None, now: float) -> float | None:
    at = fields.moment(sign.at) if sign else None
    return None if at is None else now - at


def _about_runner(clues: Clues, found: Presence) -> Evidence:
    runner = clues.runner
    pid = runner.pid if runner else 0
    match found:
        case Presence.SAME:
            return Evidence("runner-alive", f"its background runner, pid {pid}, is alive", clues.runner_path)
        case Presence.GONE:
            return Evidence("runner-gone", f"its background runner, pid {pid}, is gone", clues.runner_path)
        case Presence.OTHER:
            says = f"its background runner, pid {pid}, is gone: another process has that pid now"
            return Evidence("runner-gone", says, clues.runner_path)


def _about_workers(
    clues: Clues, workers: dict[str, Presence | None], only: Presence | None = None
) -> Sequence[Evidence]:
    told = []
    for worker in clues.workers:
        found = workers[worker.task_id]
        if found is None or worker.exited or (only is not None and found is not only):
            continue
        if found is Presence.SAME:
            rule, says = "worker-alive", f"the worker of {worker.task_id}, pid {worker.pid}, is alive"
        else:
            rule = "worker-gone"
            says = f"the worker of {worker.task_id}, pid {worker.pid}, is gone and nobody recorded its end"
        told.append(Evidence(rule, says, clues.workers_path, worker.seq))
    return told


def _about_sign(sign: Sign | None) -> Evidence:
    if sign is None:
        return Evidence("no-sign", "nothing in it says when something moved last")
    return Evidence("last-sign", f"{sign.what} at {_clock(sign.at)}", sign.path, sign.seq)


def _evidence(rule: str, says: str, about: Evidence) -> Evidence:
    return Evidence(rule, says, about.path, about.seq)


def _notes(clues: Clues, runner: Presence | None, workers: dict[str, Presence | None]) -> Sequence[Evidence]:
    """What could not be judged, and what did not decide: a person should know both."""
    told = []
    if clues.runner is not None:
        if runner is not None:
            told.append(_about_runner(clues, runner))
        elif clues.runner_ended is None:
            says = f"its background runner, pid {clues.runner.pid}, was recorded elsewhere: it cannot be asked here"
            told.append(Evidence("pid-elsewhere", says, clues.runner_path))
    told.extend(_about_workers(clues, workers))
    for worker in clues.workers:
        if workers[worker.task_id] is None and worker.pid is not None:
            says = f"the worker of {worker.task_id}, pid {worker.pid}, was recorded elsewhere: it cannot be asked here"
            told.append(Evidence("pid-elsewhere", says, clues.workers_path, worker.seq))
        elif not worker.exited and worker.pid is None:
            told.append(Evidence("no-pid", f"no process is recorded for {worker.task_id}", clues.workers_path))
    return told


def _clock(at: str) -> str:
    moment = fields.moment(at)
    if moment is None:
        return at
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
