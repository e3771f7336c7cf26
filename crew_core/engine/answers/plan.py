"""The plan that an answer states: found, read, and either right as a whole or refused as a whole.

pi-crew repairs a plan that is wrong and drops what it cannot use. Here its author is told what is wrong and corrects
it: a plan with a task less is another plan.
"""

from __future__ import annotations

from collections.abc import Collection

from crew_core.engine.answers.fault_words import listed
from crew_core.engine.answers.plan_graph import tasks_of_graph
from crew_core.engine.answers.plan_phases import tasks_of_phases
from crew_core.engine.answers.planned import PlanFaults, PlannedTask, PlannedTasks
from crew_core.engine.foreign_text import visible
from crew_core.model.plan_text import KEYS, stated_plan

__all__ = ["PlanFaults", "PlannedTask", "PlannedTasks", "plan_of"]


def plan_of(text: str, roles: Collection[str], max_tasks: int) -> PlannedTasks | PlanFaults:
    """:param roles: the names that a task may be given to.

    :param max_tasks: a plan of more is refused.
    """
    plan = stated_plan(visible(text))
    if isinstance(plan, str):
        return PlanFaults((plan,))
    if plan.keys() >= KEYS:
        return PlanFaults(("$ has phases and tasks; write one of them",))
    faults: list[str] = []
    read = tasks_of_phases if "phases" in plan else tasks_of_graph
    tasks = read(next(plan[key] for key in KEYS if key in plan), roles, faults)
    if len(tasks) > max_tasks:
        faults.insert(0, f"$ has {len(tasks)} tasks; at most {max(0, max_tasks)}")
    return PlanFaults(listed(faults)) if faults else PlannedTasks(tuple(tasks))
