"""The attempts of a task, from the starts that the journal has; pi-crew keeps the files of the newest one only."""

from __future__ import annotations

import signal

from crew_core.model.state import Attempt
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase, TaskStatus
from crew_core.observe.picrew.task_record import TaskRecord
from crew_core.observe.picrew.trail import Mark, Start, TaskTrail

_OUTCOMES = {
    "task.completed": AttemptOutcome.COMPLETED,
    "task.failed": AttemptOutcome.FAILED,
    "task.cancelled": AttemptOutcome.CANCELLED,
}
_BY_STATUS = {
    TaskStatus.COMPLETED: AttemptOutcome.COMPLETED,
    TaskStatus.FAILED: AttemptOutcome.FAILED,
    TaskStatus.CANCELLED: AttemptOutcome.CANCELLED,
}


def attempts_of(task: TaskRecord, trail: TaskTrail | None) -> tuple[Attempt, ...]:
    """Oldest first; none for a task that never started. Only the newest has what its record says."""
    starts = list(trail.starts) if trail else []
    if not starts and task.started_at is not None:
        # The journal was shortened, or is damaged.
        starts = [Start(task.started_at)]
    earlier = [_earlier(n + 1, start, task) for n, start in enumerate(starts[:-1])]
    if not starts:
        return ()
    if task.status is TaskStatus.QUEUED:
        return (*earlier, _earlier(len(starts), starts[-1], task))
    return (*earlier, _newest(len(starts), starts[-1], task, trail))


def _cause(n: int, start: Start) -> AttemptCause:
    if n == 1 and not start.cause:
        return AttemptCause.FIRST
    return AttemptCause.CONTINUE if start.cause == "task.resumed" else AttemptCause.RETRY


def _earlier(n: int, start: Start, task: TaskRecord) -> Attempt:
    return Attempt(
        n=n,
        cause=_cause(n, start),
        phase=AttemptPhase.ENDED,
        worker_id=task.worker_id,
        at=start.at,
        started_at=start.at,
        ended_at=start.end.at if start.end else None,
        outcome=_OUTCOMES.get(start.end.type, AttemptOutcome.LOST) if start.end else AttemptOutcome.LOST,
    )


def _newest(n: int, start: Start, task: TaskRecord, trail: TaskTrail | None) -> Attempt:
    end = task.last_end
    ended: Mark | None = trail.exited if trail else None
    over = task.status not in (TaskStatus.RUNNING, TaskStatus.WAITING) or ended is not None
    return Attempt(
        n=n,
        cause=_cause(n, start),
        phase=AttemptPhase.ENDED if over else AttemptPhase.RUNNING,
        worker_id=task.worker_id,
        at=start.at,
        started_at=task.started_at or start.at,
        ended_at=(task.finished_at or (ended.at if ended else None)) if over else None,
        outcome=_BY_STATUS.get(task.status) if task.status else None,
        code=(end.code or None) if end else None,
        message="; ".join(filter(None, (task.error, task.routing.words))) or None,
        exit_code=task.exit_code,
        signal=_signal_number(end.signal) if end else None,
        usage=task.usage,
        model=task.routing.resolved or None,
    )


def _signal_number(name: str) -> int | None:
    return int(signal.Signals[name]) if name in signal.Signals.__members__ else None
