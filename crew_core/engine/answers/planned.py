"""What a plan comes to: tasks with roles, in an order in which they can be done, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """``id`` and ``depends_on`` are names inside of the plan."""

    id: str
    role: str
    text: str
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedTasks:
    """At least one task; each comes after those that it depends on."""

    tasks: tuple[PlannedTask, ...]


@dataclass(frozen=True, slots=True)
class PlanFaults:
    """What is wrong, in words for the author of the plan, with the places in its JSON."""

    faults: tuple[str, ...]
