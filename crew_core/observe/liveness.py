"""Whether a coordinator works on a run, from its lock: the file says who, the lock says whether."""

from __future__ import annotations

import time
from pathlib import Path

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free, read_holder

#: What a coordinator may take from its start to its lock; a loaded machine needs a second.
STARTING_S = 15.0


def liveness(run_dir: Path, status: RunStatus | None) -> Liveness:
    """What the evidence says. A run that was created a moment ago and waits for its coordinator is live."""
    if status is None:
        return Liveness.UNKNOWN
    if status.ended:
        return Liveness.ENDED
    layout = RunLayout(run_dir)
    try:
        if not is_free(layout.lock):
            return Liveness.LIVE
        starting = status is RunStatus.QUEUED and not layout.lock.exists()
        if starting and time.time() - layout.plan.stat().st_mtime < STARTING_S:
            return Liveness.LIVE
    except OSError:
        return Liveness.UNKNOWN
    return Liveness.INTERRUPTED


def coordinator_words(run_dir: Path) -> str:
    """Who holds or held the lock, as evidence for a person."""
    holder = read_holder(RunLayout(run_dir).lock)
    if holder is None:
        return "no coordinator has been here"
    held = "holds" if not is_free(RunLayout(run_dir).lock) else "held"
    return f"coordinator pid {holder.identity.pid}, epoch {holder.epoch}, {held} the lock since {holder.at}"
