"""A plan of tasks in phases, in the shape that a run takes plans in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannedTask:
    role: str
    task: str


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    tasks: tuple[PlannedTask, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Phases without tasks are left out."""

    phases: tuple[Phase, ...]

    def as_json(self) -> dict[str, object]:
        """In the shape that ``Wants.PLAN`` asks for."""
        return {
            "phases": [
                {"name": phase.name, "tasks": [{"role": task.role, "task": task.task} for task in phase.tasks]}
                for phase in self.phases
                if phase.tasks
            ]
        }
