"""Supervisors on a disk that fails: at an operation, or for as long as it is full."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

from tests.faults.worker_process import VICTIM, VICTIM_FAULTS
from tests.seams.faulty_fs import VARIABLE, Effect, Fault, Kind, environment
from tests.worker.real_attempt import RealAttempt
from tests.worker.small_disk import CAPACITY_VARIABLE


def failing(
    attempt: RealAttempt, *, kind: str, path: str, code: str, effect: Effect = Effect.FAIL, lasting: bool = True
) -> RealAttempt:
    """Each such operation of its supervisor fails, or only the first."""
    fault = Fault(effect=effect, kind=Kind(kind), path=path, errno=getattr(errno, code), lasting=lasting)
    orders = {VICTIM: "t/1", VICTIM_FAULTS: environment(fault)[VARIABLE]}
    return replace(attempt, module="tests.faults.worker_process", environment=orders)


def on_small_disk(attempt: RealAttempt, room_bytes: int) -> tuple[RealAttempt, Path]:
    """On a disk with so much room besides what is there; more of it is written into the file returned."""
    capacity = attempt.files.root.parents[2] / "capacity"
    there = sum(path.stat().st_size for path in attempt.files.root.rglob("*") if path.is_file())
    capacity.write_text(str(there + room_bytes))
    return replace(attempt, module="tests.worker.small_disk", environment={CAPACITY_VARIABLE: str(capacity)}), capacity
