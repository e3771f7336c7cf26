"""Whether the programs that there are can carry out what was resolved."""

from __future__ import annotations

from collections.abc import Collection

from crew_core.resources.faults import Fault, nearest
from crew_core.resources.resolve import Resolved

SHELL = "shell"


def unrunnable(resolved: Resolved, programs: Collection[str], default: str | None = None) -> list[Fault]:
    """Agents without a program of ``programs``, and steps that give a shell agent no script.

    :param default: the program of agents that name none; None: they cannot be run.
    """
    faults = []
    for agent in resolved.agent_files:
        program = agent.program or default
        if program is None:
            remedy = f"add a line program: NAME ({nearest('', programs)})"
            faults.append(Fault(agent.path, 1, f"agent {agent.name!r} names no program", remedy))
        elif program not in programs:
            what = f"agent {agent.name!r}: program {program!r} is not known"
            faults.append(Fault(agent.path, agent.program_line, what, nearest(program, programs)))
    silent = {task.step_id for task in resolved.tasks if (resolved.agents[task.agent].program or default) == SHELL}
    for step in resolved.workflow.steps:
        if step.id in silent and not step.written:
            what = f"step {step.id!r} gives its shell agent no script"
            faults.append(Fault(resolved.workflow.path, step.line, what, "add a fenced code block below its settings"))
    return faults
