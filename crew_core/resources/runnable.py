"""Whether the programs that there are can carry out what was resolved."""

from __future__ import annotations

from collections.abc import Collection

from crew_core.resources.faults import Fault, nearest
from crew_core.resources.resolve import Resolved

SHELL = "shell"


def unrunnable(resolved: Resolved, programs: Collection[str]) -> list[Fault]:
    """Agents whose program is none of ``programs``, and steps that give a shell agent no script."""
    faults = []
    for agent in resolved.agent_files:
        if agent.program is not None and agent.program not in programs:
            what = f"agent {agent.name!r}: program {agent.program!r} is not known"
            faults.append(Fault(agent.path, agent.program_line, what, nearest(agent.program, programs)))
    silent = {task.step_id for task in resolved.tasks if resolved.agents[task.agent].program == SHELL}
    for step in resolved.workflow.steps:
        if step.id in silent and not step.written:
            what = f"step {step.id!r} gives its shell agent no script"
            faults.append(Fault(resolved.workflow.path, step.line, what, "add a fenced code block below its settings"))
    return faults
