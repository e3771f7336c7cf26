"""The packet of a task: what its agent is told, as the record that programs read and adapters keep to."""

from __future__ import annotations

import re

from crew_core.engine.foreign_text import one_line
from crew_core.engine.prompts.correction import Correction
from crew_core.model.packet import PacketRole, TaskPacket
from crew_core.model.plan import RunPlan, TaskPlan, Wants

#: A role has one line of a planner's prompt.
DESCRIPTION_CHARS = 200

_GOAL = re.compile(re.escape("{goal}"))


def packet_of(run: RunPlan, task: TaskPlan, inputs_path: str, correction: Correction | None = None) -> TaskPacket:
    """The packet of the next attempt at ``task``."""
    agent = run.agents[task.agent]
    return TaskPacket(
        run_id=run.run_id,
        task_id=task.id,
        step_id=task.step_id,
        role=task.role,
        agent=task.agent,
        goal=run.goal,
        text=with_goal(task.text, run.goal),
        cwd=task.cwd,
        access=agent.access,
        inputs_path=inputs_path,
        wants=task.wants,
        item=task.item,
        max_items=task.max_items,
        roles=roles_for_plans(run) if task.wants is Wants.PLAN else (),
        checks_refused=run.checks.refused,
        check_timeout_s=run.checks.timeout_s,
        correction="\n".join(correction.faults) if correction else "",
    )


def with_goal(text: str, goal: str) -> str:
    """The step's text with the goal in its place. In one pass: a goal that says ``{goal}`` stays as it is."""
    return _GOAL.sub(lambda _: goal, text)


def roles_for_plans(run: RunPlan) -> tuple[PacketRole, ...]:
    """The roles that a plan of this run may give work to: those whose agent is part of the run."""
    return tuple(
        PacketRole(
            name=role.name,
            access=run.agents[role.agent].access,
            description=one_line(role.description or run.agents[role.agent].description, DESCRIPTION_CHARS),
        )
        for role in run.roles
        if role.agent in run.agents
    )
