"""Admission's view of the machine, backed by the locked rows of the machine store."""

from __future__ import annotations

from pathlib import Path

from crew_core.engine.admission import Grant
from crew_core.model.identity import ProcessIdentity
from crew_core.model.state import Hold, HoldCause, Task
from crew_core.store.fs import Fs
from crew_core.store.machine import MachineStore
from crew_core.store.slots import DirectoryWriters, HeldBy, Slot, SlotPool, SlotRow


class SharedMachine:
    """Slots, starts and directory writers of all runs of this person on this machine."""

    def __init__(self, fs: Fs, store: MachineStore, identity: ProcessIdentity) -> None:
        self._pool = SlotPool(fs, store.slots)
        self._starts = SlotPool(fs, store.starts)
        self._writers = DirectoryWriters(fs, store.writers)
        self._identity = identity

    def _row(self, task: Task, memory_bytes: int = 0) -> SlotRow:
        return SlotRow(
            run_id=task.run_id, task_id=task.id, cwd=task.cwd, identity=self._identity, memory_bytes=memory_bytes
        )

    def take_slot(self, task: Task, limit: int) -> Grant | None:
        return self._pool.try_take(limit, self._row(task))

    def workers(self) -> int:
        """How many work now, of all runs."""
        return len(self._pool.holders())

    def take_start(self, task: Task, memory_bytes: int, limit: int) -> Grant | None:
        return self._starts.try_take(limit, self._row(task, memory_bytes))

    def starting(self) -> list[int]:
        """The memory that each heavy program takes that starts now, of all runs; in bytes."""
        return [row.memory_bytes if row is not None else 0 for row in self._starts.holders()]

    def take_directory(self, task: Task, writers: int) -> Grant | Hold:
        place = self._writers.try_take(Path(task.cwd), writers, self._row(task))
        if isinstance(place, HeldBy):
            row = place.row
            return Hold(cause=HoldCause.DIRECTORY, by=f"{row.run_id}/{row.task_id}" if row else "")
        return place


def descriptors(grants: tuple[Grant, ...]) -> tuple[int, ...]:
    """The lock descriptors that the supervisor has to inherit."""
    return tuple(grant.fd for grant in grants if isinstance(grant, Slot))
