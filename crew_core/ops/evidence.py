"""Who of a run's workers lives, by process identity: what a health verdict rests on."""

from __future__ import annotations

from pathlib import Path

from crew_core.ops.forcing import living_supervisors
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout


def living_workers(run_dir: Path) -> dict[str, int]:
    """Pid of the living supervisor of each task that has one and has not reported its result."""
    found = living_supervisors(RunLayout(run_dir), None, real_identities())
    return {task_id: identity.pid for task_id, identity in found}
