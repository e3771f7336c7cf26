"""How long the rest of a run may take, from how long its finished tasks took."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import fmean

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.quantities import duration, elapsed

#: A guess from a single task is none.
_LEAST_SAMPLES = 2

#: How many times its mean a task may take before that is no guide.
_NO_GUIDE = 2

_MINUTE_S = 60


def seconds_left(tasks: Sequence[Task], now: datetime) -> float | None:
    """The mean of its role for each task that is left, as many at a time as run now; None without enough samples.

    A task that runs already has its mean less what it took so far. What waits for an answer has no end to guess; and
    when all that run take twice their means and more, those are no guide.
    """
    took: dict[str, list[float]] = {}
    for task in tasks:
        spent = elapsed(task.started_at, task.finished_at, now) if task.started_at and task.finished_at else None
        if task.status is TaskStatus.COMPLETED and spent is not None:
            took.setdefault(task.role, []).append(spent)
    samples = [each for spent in took.values() for each in spent]
    left = [task for task in tasks if task.status in (TaskStatus.QUEUED, TaskStatus.RUNNING)]
    if len(samples) < _LEAST_SAMPLES or not left or any(task.status is TaskStatus.WAITING for task in tasks):
        return None
    mean = fmean(samples)
    work, late = 0.0, 0
    for task in left:
        known = took.get(task.role)
        whole = fmean(known) if known else mean
        begun = elapsed(task.started_at, None, now) if task.status is TaskStatus.RUNNING and task.started_at else None
        late += begun is not None and begun > _NO_GUIDE * whole
        work += max(0.0, whole - (begun or 0.0))
    running = sum(task.status is TaskStatus.RUNNING for task in left)
    return work / max(1, running) if not running or late < running else None


def eta_words(seconds: float) -> str:
    """`~40s`, `~5m`: as rough as it is."""
    if seconds < _MINUTE_S:
        return f"~{duration(max(1.0, round(seconds)) if seconds >= 1 else 1.0).replace('.0', '')}"
    minutes = round(seconds / _MINUTE_S)
    return f"~{minutes}m" if minutes < _MINUTE_S else f"~{duration(seconds)}"
