"""The one place that says whether a task may start now: limits of run, role, machine and use, the directory rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Protocol

from crew_core.agents.protocol import Needs
from crew_core.engine.budget import Purse
from crew_core.engine.room import Room, is_heavy, needs_of
from crew_core.model.plan import Limits
from crew_core.model.state import Hold, HoldCause, Reservation, Task
from crew_core.model.status import Access, AttemptCause


class Grant(Protocol):
    """Machine-wide permission for one worker. Held until released or until the worker's process ends."""

    def release(self) -> None: ...


class Machine(Protocol):
    """What is shared with the other runs of this machine. Never waits."""

    def take_slot(self, task: Task, limit: int) -> Grant | None:
        """A worker slot, or None when all are taken."""

    def take_start(self, task: Task, memory_bytes: int, limit: int) -> Grant | None:
        """A place among the heavy programs that start now, or None when all are taken."""

    def take_directory(self, task: Task, writers: int) -> Grant | Hold:
        """The right to write in the task's directory, or who has it."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The task may start; the grants go with its worker, the reservation into the journal.

    ``place`` is kept here until the program has started; None for a light one.
    """

    grants: tuple[Grant, ...] = ()
    place: Grant | None = None
    reservation: Reservation | None = None


@dataclass(slots=True)
class Admission:
    """Decides one candidate after the other. ``running`` are the tasks that have a worker now.

    ``purse``: what may still be used; None where nothing limits that. ``room``: what the machine has left, likewise.
    """

    limits: Limits
    machine: Machine
    running: list[Task] = field(default_factory=list)
    purse: Purse | None = None
    room: Room | None = None

    def admit(self, task: Task, cause: AttemptCause = AttemptCause.FIRST) -> Admitted | Hold:
        """Admit ``task`` and count it, or say what holds it."""
        hold = self._within_run(task)
        if hold is None and self.room is not None:
            hold = self.room.hold_task(task, cause)
        if hold is not None:
            return hold
        reservation = self.purse.reserve(task, cause) if self.purse is not None else None
        if isinstance(reservation, Hold):
            return reservation
        shared = self._take_shared(task, needs_of(task.program, cause))
        if isinstance(shared, Hold):
            return shared
        self.running.append(task)
        if self.purse is not None:
            self.purse.keep(reservation)
        if self.room is not None:
            self.room.take_task(task, cause)
        return replace(shared, reservation=reservation)

    def _take_shared(self, task: Task, needs: Needs) -> Admitted | Hold:
        """What is taken from all runs of the machine: everything or nothing."""
        grants: list[Grant] = []
        if task.access is Access.WRITE:
            directory = self.machine.take_directory(task, self.limits.writers_per_directory)
            if isinstance(directory, Hold):
                return directory
            grants.append(directory)
        slot = self.machine.take_slot(task, self.limits.machine_workers)
        if slot is None:
            return _give_back(grants, HoldCause.MACHINE_LIMIT)
        grants.append(slot)
        if self.room is None or not is_heavy(needs):
            return Admitted(grants=tuple(grants))
        # Last: a place that is taken for a moment only would hold the other runs for longer than that.
        place = self.machine.take_start(task, needs.memory_bytes, self.room.at_once)
        if place is None:
            return _give_back(grants, HoldCause.START_UP)
        return Admitted(grants=tuple(grants), place=place)

    def _within_run(self, task: Task) -> Hold | None:
        if len(self.running) >= self.limits.max_workers:
            return Hold(cause=HoldCause.RUN_LIMIT)
        roles = Counter(other.role for other in self.running)
        limit = self.limits.role_workers.get(task.role)
        if limit is not None and roles[task.role] >= limit:
            return Hold(cause=HoldCause.ROLE_LIMIT)
        if task.access is Access.WRITE:
            writers = [o for o in self.running if o.access is Access.WRITE and o.cwd == task.cwd]
            if len(writers) >= self.limits.writers_per_directory:
                return Hold(cause=HoldCause.DIRECTORY, by=f"{task.run_id}/{writers[0].id}")
        return None


def _give_back(grants: list[Grant], cause: HoldCause) -> Hold:
    for grant in grants:
        grant.release()
    return Hold(cause=cause)
