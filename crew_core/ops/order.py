"""The order in which tasks could start."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.model.plan import TaskPlan


def in_order(tasks: Sequence[TaskPlan]) -> tuple[TaskPlan, ...]:
    """Dependencies before dependants, else as in the workflow. Edges make no circle: resources are checked for it."""
    placed: dict[str, TaskPlan] = {}
    left = list(tasks)
    while left:
        ready = [task for task in left if all(edge.task in placed for edge in task.edges)]
        if not ready:
            raise ValueError(f"tasks wait for each other: {', '.join(task.id for task in left)}")
        placed.update((task.id, task) for task in ready)
        left = [task for task in left if task.id not in placed]
    return tuple(placed.values())
