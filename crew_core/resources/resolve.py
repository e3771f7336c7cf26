"""From names to tasks: which agent does what, in which order, with everything decided before anything starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from crew_core.model.plan import DEFAULT_RETRIES, AgentPlan, Edge, RolePlan, SkillPlan, TaskPlan
from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import Catalogue, Found, Layer, Resource, Withheld
from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.notices import notices_of
from crew_core.resources.skill_choice import chosen_skills
from crew_core.resources.skills_in_use import SkillsInUse
from crew_core.resources.step import Step
from crew_core.resources.team_file import Role, TeamFile
from crew_core.resources.workflow_file import WorkflowFile

#: The workflow of a team that names none (pi-crew's rule).
DEFAULT_WORKFLOW = "default"

#: The place of a team or workflow that was asked for, not written in a file; with line 0, messages do not name it.
ASKED = Path("command line")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything a run needs of resources. ``notices`` tell the person what may surprise.

    ``roles``: all of the team; those that neither a step nor a plan can use have no skills here.
    """

    team: TeamFile
    workflow: WorkflowFile
    tasks: tuple[TaskPlan, ...]
    agents: dict[str, AgentPlan]
    agent_files: tuple[AgentFile, ...]
    role_workers: dict[str, int]
    layers: frozenset[Layer]
    sources: tuple[str, ...]
    notices: tuple[str, ...]
    roles: tuple[RolePlan, ...] = ()
    skills: dict[str, SkillPlan] = field(default_factory=dict)

    @property
    def workers(self) -> int | None:
        """What team and workflow allow at a time, if they say."""
        return min((n for n in (self.team.workers, self.workflow.workers) if n is not None), default=None)


def resolve(catalogue: Catalogue, team_name: str, workflow_name: str | None, cwd: Path) -> Resolved:
    """:raises ResourceError: with everything that keeps this team from this workflow.
    :raises Withheld: something exists only in a project that is not trusted.
    """
    team = catalogue.teams.get(team_name, Fault(ASKED, 0, "no team "))
    workflow = _workflow(catalogue, team.resource, workflow_name)
    faults: list[Fault] = []
    roles = _roles_in_use(team.resource, workflow.resource, faults)
    found = _agents(catalogue, team.resource, roles, faults)
    if faults:
        raise ResourceError(dict.fromkeys(faults))
    skills = SkillsInUse(catalogue.skills)
    role_plans = tuple(_role(role, found.get(role.agent), roles, skills) for role in team.resource.roles)
    agents = {agent.resource.name: _agent_plan(agent, skills) for agent in found.values()}
    tasks = _tasks(workflow.resource, roles, found, skills, cwd)
    everything: list[Found[Resource]] = [team, workflow, *found.values(), *skills.found.values()]
    return Resolved(
        team=team.resource,
        workflow=workflow.resource,
        tasks=tasks,
        agents=agents,
        agent_files=tuple(dict.fromkeys(agent.resource for agent in found.values())),
        role_workers={role.name: role.workers for role in roles.values() if role.workers is not None},
        layers=frozenset(item.layer for item in everything),
        sources=tuple(dict.fromkeys(f"{item.layer}: {item.resource.path}" for item in everything)),
        notices=(*notices_of(everything), *skills.notices),
        roles=role_plans,
        skills=skills.plans(),
    )


def _workflow(catalogue: Catalogue, team: TeamFile, asked: str | None) -> Found[WorkflowFile]:
    if asked is not None:
        return catalogue.workflows.get(asked, Fault(ASKED, 0, "no workflow "))
    name = team.default_workflow or DEFAULT_WORKFLOW
    return catalogue.workflows.get(name, Fault(team.path, team.workflow_line, "no workflow "))


def _roles_in_use(team: TeamFile, workflow: WorkflowFile, faults: list[Fault]) -> dict[str, Role]:
    """Those of the steps; all of the team when a plan may bring tasks for any of them."""
    roles = {}
    for step in workflow.steps:
        role = team.role(step.role)
        if role is None:
            faults.append(missing_role(team, workflow, step))
        else:
            roles[role.name] = role
    return roles | {role.name: role for role in team.roles} if workflow.plans else roles


def missing_role(team: TeamFile, workflow: WorkflowFile, step: Step) -> Fault:
    what = f"step {step.id!r} needs role {step.role!r}, which team {team.name!r} does not have"
    return Fault(workflow.path, step.line, what, nearest(step.role, [role.name for role in team.roles]))


def _agents(
    catalogue: Catalogue, team: TeamFile, roles: dict[str, Role], faults: list[Fault]
) -> dict[str, Found[AgentFile]]:
    found = {}
    for role in roles.values():
        try:
            agent = agent_of(catalogue, team, role)
        except Withheld:
            raise
        except ResourceError as error:
            faults.extend(error.faults)
        else:
            found[role.agent] = agent
    return found


def agent_of(catalogue: Catalogue, team: TeamFile, role: Role) -> Found[AgentFile]:
    """:raises ResourceError: there is none, or it is disabled or broken."""
    found = catalogue.agents.get(role.agent, Fault(team.path, role.line, f"role {role.name!r}: no agent "))
    if found.resource.disabled:
        what = f"role {role.name!r}: agent {role.agent!r} is disabled"
        raise ResourceError([Fault(team.path, role.line, what, f"enable it in {found.resource.path}")])
    return found


def _tasks(
    workflow: WorkflowFile,
    roles: dict[str, Role],
    agents: dict[str, Found[AgentFile]],
    skills: SkillsInUse,
    cwd: Path,
) -> tuple[TaskPlan, ...]:
    names = {step.id: f"{number:02d}_{step.id}" for number, step in enumerate(workflow.steps, 1)}

    def task(step: Step) -> TaskPlan:
        role = roles[step.role]
        agent = agents[role.agent].resource
        place = Fault(workflow.path, step.skills_line, f"step {step.id!r}: no skill ")
        return TaskPlan(
            id=names[step.id],
            step_id=step.id,
            role=role.name,
            agent=agent.name,
            text=step.text,
            cwd=str(cwd / step.cwd),
            edges=tuple(Edge(task=names[edge.task], policy=edge.policy) for edge in step.edges),
            max_retries=DEFAULT_RETRIES if step.retries is None else step.retries,
            timeout_s=step.timeout_s,
            keep_processes=step.keep_processes,
            verify=step.verify,
            skills=skills.take(chosen_skills(role.name, agent.skills, role.skills, step.skills), place),
            wants=step.wants,
            for_each=names[step.for_each] if step.for_each else None,
            max_items=step.max_items,
        )

    return tuple(task(step) for step in workflow.steps)


def _role(role: Role, agent: Found[AgentFile] | None, used: dict[str, Role], skills: SkillsInUse) -> RolePlan:
    taken: tuple[str, ...] = ()
    if agent is not None and role.name in used:
        place = Fault(agent.resource.path, agent.resource.skills_line, f"agent {agent.resource.name!r}: no skill ")
        taken = skills.take(chosen_skills(role.name, agent.resource.skills, role.skills), place)
    return RolePlan(
        name=role.name,
        agent=agent.resource.name if agent is not None else role.agent,
        description=role.description,
        skills=taken,
    )


def _agent_plan(found: Found[AgentFile], skills: SkillsInUse) -> AgentPlan:
    agent = found.resource
    place = Fault(agent.path, agent.skills_line, f"agent {agent.name!r}: no skill ")
    return AgentPlan(
        name=agent.name,
        program=agent.program or "",
        access=agent.access,
        model=agent.model,
        tools=agent.tools,
        skills=skills.take(agent.skills, place),
        system_prompt=agent.system_prompt,
        description=agent.description,
        source=f"{found.layer}: {agent.path}",
        thinking=agent.thinking,
        permissions=agent.permissions,
        command=agent.command,
    )
