"""From an answer to tasks of the run: what a planner planned, and one task for each item of a fan-out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from crew_core.engine.answers import PlannedTask
from crew_core.model.events import AddedTask, TasksAdded
from crew_core.model.plan import Edge, RunPlan, TaskPlan
from crew_core.model.state import Task
from crew_core.model.status import EdgePolicy


def planned(anchor: TaskPlan, tasks: Sequence[PlannedTask], run: RunPlan, dependants: Iterable[Task]) -> TasksAdded:
    """The tasks of a plan, all behind ``anchor``; what depends on the anchor waits for each of them too."""
    ids = {task.id: f"{anchor.id}-{number}" for number, task in enumerate(tasks, 1)}
    agents = {role.name: role.agent for role in run.roles}

    def plan_of(task: PlannedTask) -> TaskPlan:
        return TaskPlan(
            id=ids[task.id],
            step_id=f"{anchor.step_id}-{_number(ids[task.id])}",
            role=task.role,
            agent=agents[task.role],
            text=task.text,
            cwd=anchor.cwd,
            edges=(Edge(anchor.id), *(Edge(ids[name]) for name in task.depends_on)),
            max_retries=anchor.max_retries,
            timeout_s=anchor.timeout_s,
            added_by=anchor.id,
        )

    return _added(anchor.id, [plan_of(task) for task in tasks], run, dependants)


def fanned_out(template: TaskPlan, items: Sequence[str], run: RunPlan, dependants: Iterable[Task]) -> TasksAdded:
    """One task like ``template`` for each item; what depends on the template waits for each of them too."""
    source = template.for_each
    assert source is not None

    def plan_of(number: int, item: str) -> TaskPlan:
        return replace(
            template,
            id=f"{template.id}-{number}",
            step_id=f"{template.step_id}-{number}",
            for_each=None,
            item=item,
            added_by=template.id,
        )

    return _added(template.id, [plan_of(number, item) for number, item in enumerate(items, 1)], run, dependants)


def _added(anchor: str, plans: Sequence[TaskPlan], run: RunPlan, dependants: Iterable[Task]) -> TasksAdded:
    edges = {task.id: _edges_with(task, anchor, [plan.id for plan in plans]) for task in dependants}
    tasks = tuple(
        AddedTask(plan=plan, program=run.agents[plan.agent].program, access=run.agents[plan.agent].access)
        for plan in plans
    )
    return TasksAdded(tasks=tasks, edges=edges)


def _edges_with(task: Task, anchor: str, more: Sequence[str]) -> tuple[Edge, ...]:
    """The task's edges, and the new tasks under the policy that it has for the anchor."""
    policy: Callable[[str], EdgePolicy] = task.policy
    kept = [Edge(name, policy(name)) for name in task.depends_on]
    return (*kept, *(Edge(name, policy(anchor)) for name in more if name not in task.depends_on))


def _number(task_id: str) -> str:
    return task_id.rpartition("-")[2]
