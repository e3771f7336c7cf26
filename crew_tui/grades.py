"""How a worker is doing, from its last sign of life: a grade that depends on the moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crew_core.observe.tab_slices import Grade, Worker
from crew_tui.quantities import elapsed

#: Ages of a heartbeat in seconds up to which a worker is healthy, a warning, stale; above it counts as dead. These
#: are pi-crew's. A supervisor of ours beats each second.
HEALTHY_S, WARN_S, STALE_S = 30.0, 60.0, 300.0

#: How long a worker may take to its first heartbeat.
STARTING_S = 30.0


def beat_age(worker: Worker, now: datetime) -> float | None:
    """Seconds since the last heartbeat; None when there has been none, or at no moment that can be true."""
    return elapsed(worker.beat_at, None, now) if worker.beat_at else None


def grade(worker: Worker, now: datetime) -> Grade:
    """A worker whose process is gone is dead, however young its last heartbeat is."""
    if worker.alive is False:
        return Grade.DEAD
    age = beat_age(worker, now)
    if age is None:
        since = elapsed(worker.started_at, None, now) if worker.started_at else None
        return Grade.STARTING if since is not None and since < STARTING_S else Grade.MISSING
    if age <= HEALTHY_S:
        return Grade.HEALTHY
    if age <= WARN_S:
        return Grade.WARN
    return Grade.STALE if age <= STALE_S else Grade.DEAD


def worst(workers: Sequence[Worker], now: datetime) -> tuple[str, float] | None:
    """The task that has been silent for longest, with the seconds; None when nobody has ever beaten."""
    ages = [(worker.task_id, age) for worker in workers if (age := beat_age(worker, now)) is not None]
    return max(ages, key=lambda each: each[1], default=None)
