"""What a team, workflow, agent or skill says of itself, in a few words each: what a person compares."""

from __future__ import annotations

from collections.abc import Iterator

from crew_core.model.status import PermissionMode
from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import Resource
from crew_core.resources.skill_file import SkillFile
from crew_core.resources.step import Step
from crew_core.resources.team_file import Role, TeamFile
from crew_core.resources.workflow_file import WorkflowFile

#: Of what its file leaves to the settings.
CONFIGURED = "as configured"

#: Characters of a prompt: its beginning says what it is about.
_BEGINNING = 600

Facts = tuple[tuple[str, str], ...]


def facts_of(resource: Resource) -> Facts:
    """Names and values, in the order of their weight."""
    match resource:
        case AgentFile():
            return tuple(_of_agent(resource))
        case TeamFile():
            return tuple(_of_team(resource))
        case WorkflowFile():
            return tuple(_of_workflow(resource))
        case SkillFile():
            return ()


def beginning_of(resource: Resource) -> str:
    """Of what an agent is told by it; empty for what tells nobody anything."""
    match resource:
        case AgentFile():
            return resource.system_prompt[:_BEGINNING]
        case SkillFile():
            return resource.text[:_BEGINNING]
        case _:
            return ""


def _of_agent(agent: AgentFile) -> Iterator[tuple[str, str]]:
    yield "program", "a command of its own" if agent.command else agent.program or CONFIGURED
    yield "model", agent.model or CONFIGURED
    yield "thinking", agent.thinking or CONFIGURED
    yield "access", agent.access.value
    if agent.permissions is not PermissionMode.AUTO:
        yield "asks", "a person decides about its tools"
    yield "tools", ", ".join(agent.tools) or f"those that {agent.access.value} allows"
    if agent.skills:
        yield "skills", ", ".join(agent.skills)


def _of_team(team: TeamFile) -> Iterator[tuple[str, str]]:
    if team.default_workflow:
        yield "workflow", team.default_workflow
    if team.workers is not None:
        yield "limit", f"{team.workers} at a time"
    yield "roles", "; ".join(map(_role, team.roles))


def _role(role: Role) -> str:
    limit = f"{role.workers} at a time" if role.workers is not None else ""
    more = ", ".join(part for part in (role.model or "", limit) if part)
    who = role.name if role.agent == role.name else f"{role.agent} as {role.name}"
    return f"{who} ({more})" if more else who


def _of_workflow(workflow: WorkflowFile) -> Iterator[tuple[str, str]]:
    if workflow.workers is not None:
        yield "limit", f"{workflow.workers} at a time"
    yield "steps", "; ".join(map(_step, workflow.steps))


def _step(step: Step) -> str:
    after = ", ".join(edge.task for edge in step.edges)
    each = f" once for each of {step.for_each}" if step.for_each else ""
    return f"{step.id} ({step.role}){each}{f' after {after}' if after else ''}"
