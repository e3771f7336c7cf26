"""From names to tasks: which agent does what, in which order, with everything decided before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.plan import DEFAULT_RETRIES, AgentPlan, Edge, TaskPlan
from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import Catalogue, Found, Layer
from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.step import Step
from crew_core.resources.team_file import Role, TeamFile
from crew_core.resources.workflow_file import WorkflowFile

#: The workflow of a team that names none (pi-crew's rule).
DEFAULT_WORKFLOW = "default"

#: The place of a team or workflow that was asked for, not written in a file; with line 0, messages do not name it.
ASKED = Path("command line")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a run needs of resources. ``notices`` tell the person what may surprise."""

    team: TeamFile
    workflow: WorkflowFile
    tasks: tuple[TaskPlan, ...]
    agents: dict[str, AgentPlan]
    agent_files: tuple[AgentFile, ...]
    role_workers: dict[str, int]
    layers: frozenset[Layer]
    sources: tuple[str, ...]
    notices: tuple[str, ...]

    @property
    def workers(self) -> int | None:
        """What team and workflow allow at a time, if they say."""
        return min((n for n in (self.team.workers, self.workflow.workers) if n is not None), default=None)


def resolve(catalogue: Catalogue, team_name: str, workflow_name: str | None, cwd: Path) -> Resolved:
    """:raises ResourceError: with everything that keeps this team from this workflow."""
    team = catalogue.teams.get(team_name, Fault(ASKED, 0, "no team "))
    workflow = _workflow(catalogue, team.resource, workflow_name)
    faults: list[Fault] = []
    roles = _roles_in_use(team.resource, workflow.resource, faults)
    agents = {role.agent: _agent(catalogue, team.resource, role, faults) for role in roles.values()}
    if faults:
        raise ResourceError(dict.fromkeys(faults))
    names = {step.id: f"{number:02d}_{step.id}" for number, step in enumerate(workflow.resource.steps, 1)}
    found = {name: agent for name, agent in agents.items() if agent is not None}
    everything: list[Found[TeamFile] | Found[WorkflowFile] | Found[AgentFile]] = [team, workflow, *found.values()]
    return Resolved(
        team=team.resource,
        workflow=workflow.resource,
        tasks=tuple(
            _task(step, names, roles[step.role], found[roles[step.role].agent].resource, cwd)
            for step in workflow.resource.steps
        ),
        agents={agent.resource.name: _agent_plan(agent) for agent in found.values()},
        agent_files=tuple(dict.fromkeys(agent.resource for agent in found.values())),
        role_workers={role.name: role.workers for role in roles.values() if role.workers is not None},
        layers=frozenset(item.layer for item in everything),
        sources=tuple(dict.fromkeys(f"{item.layer}: {item.resource.path}" for item in everything)),
        notices=tuple(_notices(everything, workflow.resource)),
    )


def _workflow(catalogue: Catalogue, team: TeamFile, asked: str | None) -> Found[WorkflowFile]:
    if asked is not None:
        return catalogue.workflows.get(asked, Fault(ASKED, 0, "no workflow "))
    name = team.default_workflow or DEFAULT_WORKFLOW
    return catalogue.workflows.get(name, Fault(team.path, team.workflow_line, "no workflow "))


def _roles_in_use(team: TeamFile, workflow: WorkflowFile, faults: list[Fault]) -> dict[str, Role]:
    roles = {}
    for step in workflow.steps:
        role = team.role(step.role)
        if role is None:
            what = f"step {step.id!r} needs role {step.role!r}, which team {team.name!r} does not have"
            remedy = nearest(step.role, [role.name for role in team.roles])
            faults.append(Fault(workflow.path, step.line, what, remedy))
        else:
            roles[role.name] = role
    return roles


def _agent(catalogue: Catalogue, team: TeamFile, role: Role, faults: list[Fault]) -> Found[AgentFile] | None:
    try:
        found = catalogue.agents.get(role.agent, Fault(team.path, role.line, f"role {role.name!r}: no agent "))
    except ResourceError as error:
        faults.extend(error.faults)
        return None
    if found.resource.disabled:
        what = f"role {role.name!r}: agent {role.agent!r} is disabled"
        faults.append(Fault(team.path, role.line, what, f"enable it in {found.resource.path}"))
        return None
    return found


def _task(step: Step, names: dict[str, str], role: Role, agent: AgentFile, cwd: Path) -> TaskPlan:
    return TaskPlan(
        id=names[step.id],
        step_id=step.id,
        role=role.name,
        agent=agent.name,
        text=step.text,
        cwd=str(cwd / step.cwd),
        edges=tuple(Edge(task=names[edge.task], policy=edge.policy) for edge in step.edges),
        timeout_s=step.timeout_s,
        keep_processes=step.keep_processes,
        verify=step.verify,
        max_retries=DEFAULT_RETRIES if step.retries is None else step.retries,
    )


def _agent_plan(found: Found[AgentFile]) -> AgentPlan:
    agent = found.resource
    return AgentPlan(
        name=agent.name,
        program=agent.program or "",
        access=agent.access,
        model=agent.model,
        tools=agent.tools,
        system_prompt=agent.system_prompt,
        source=f"{found.layer}: {agent.path}",
    )


def _notices(
    everything: list[Found[TeamFile] | Found[WorkflowFile] | Found[AgentFile]], workflow: WorkflowFile
) -> list[str]:
    notices = [
        f"{item.resource.path} is used instead of {', '.join(map(str, item.shadows))}"
        for item in everything
        if item.shadows
    ]
    notices += [
        f"{item.resource.path}: no effect here: {', '.join(item.resource.unused)}"
        for item in everything
        if not isinstance(item.resource, WorkflowFile) and item.resource.unused
    ]
    unused = sorted({key for step in workflow.steps for key in step.unused})
    if unused:
        notices.append(f"{workflow.path}: no effect here: {', '.join(unused)}")
    return notices
