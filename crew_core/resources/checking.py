"""Everything that is wrong with the resources of all layers, at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from crew_core.resources.catalogue import Catalogue
from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.kinds import Kind
from crew_core.resources.references import Reference, references
from crew_core.resources.resolve import DEFAULT_WORKFLOW, agent_of, missing_role
from crew_core.resources.runnable import SHELL
from crew_core.resources.skill_file import TOLD_CHARS
from crew_core.resources.team_file import TeamFile
from crew_core.resources.words_of_agents import odd_words
from crew_core.resources.workflow_file import WorkflowFile


class Level(StrEnum):
    """``ERROR``: a run that needs it is refused. ``WARNING``: it runs, and perhaps not as it was meant."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    fault: Fault
    level: Level


def check(catalogue: Catalogue, programs: Collection[str]) -> list[Problem]:
    """By file and line. Of files that others hide only what is wrong with them by themselves.

    :param programs: what an agent's ``program`` may be.
    """
    found: dict[Fault, Level] = {}
    for level, faults in (
        (Level.ERROR, _broken(catalogue)),
        (Level.ERROR, _unknown(catalogue)),
        (Level.ERROR, _teams_with_their_workflows(catalogue)),
        (Level.ERROR, _programs(catalogue, programs)),
        (Level.WARNING, _unknown_skills(catalogue)),
        (Level.WARNING, _never_used(catalogue)),
        (Level.WARNING, _odd(catalogue)),
    ):
        for fault in faults:
            found.setdefault(fault, level)
    order = sorted(found.items(), key=lambda item: (str(item[0].path), item[0].line))
    return [Problem(fault, level) for fault, level in order]


def _broken(catalogue: Catalogue) -> Iterator[Fault]:
    for shelf in catalogue.shelves():
        yield from shelf.unlisted
        for held in shelf.held:
            yield from held.error.faults if held.error is not None else ()


def _unknown(catalogue: Catalogue) -> Iterator[Fault]:
    """Workflows and agents that are named and are not there. What is there and broken is told at its own place."""
    for reference in references(catalogue):
        if reference.in_use and reference.kind is not Kind.SKILL:
            yield from _missing(catalogue, reference)
    for team in catalogue.teams.used():
        for role in team.roles:
            agent = catalogue.agents.found.get(role.agent.casefold())
            if agent is not None and agent.resource.disabled:
                try:
                    agent_of(catalogue, team, role)
                except ResourceError as error:
                    yield from error.faults


def _unknown_skills(catalogue: Catalogue) -> Iterator[Fault]:
    for reference in references(catalogue):
        if reference.in_use and reference.kind is Kind.SKILL:
            yield from _missing(catalogue, reference)


def _missing(catalogue: Catalogue, reference: Reference) -> Iterator[Fault]:
    shelf = catalogue.shelf(reference.kind)
    key = reference.name.casefold()
    if key not in shelf.found and key not in shelf.broken:
        what = f"{reference.by}: no {reference.kind} {reference.name!r}"
        yield Fault(reference.path, reference.line, what, nearest(reference.name, shelf.names()))


def _teams_with_their_workflows(catalogue: Catalogue) -> Iterator[Fault]:
    for team in catalogue.teams.used():
        workflow = _workflow_of(catalogue, team)
        for step in workflow.steps if workflow is not None else ():
            role = team.role(step.role)
            assert workflow is not None
            if role is None:
                yield missing_role(team, workflow, step)
                continue
            agent = catalogue.agents.found.get(role.agent.casefold())
            if agent is not None and agent.resource.program == SHELL and not step.written:
                what = f"step {step.id!r} gives its shell agent no script"
                yield Fault(workflow.path, step.line, what, "add a fenced code block below its settings")


def _programs(catalogue: Catalogue, programs: Collection[str]) -> Iterator[Fault]:
    for agent in catalogue.agents.used():
        if agent.program is not None and agent.program not in programs:
            what = f"agent {agent.name!r}: program {agent.program!r} is not known"
            yield Fault(agent.path, agent.program_line, what, nearest(agent.program, programs))


def _never_used(catalogue: Catalogue) -> Iterator[Fault]:
    """Workflows of no team, and roles that the team's workflow has no work for."""
    teams = catalogue.teams.used()
    named = {(team.default_workflow or DEFAULT_WORKFLOW).casefold() for team in teams}
    # A team that cannot be read may well be the one.
    for workflow in catalogue.workflows.used() if not catalogue.teams.broken else ():
        if workflow.name.casefold() not in named:
            what = f"no team has the workflow {workflow.name!r}"
            yield Fault(workflow.path, 1, what, f"write defaultWorkflow: {workflow.name} in one, or use --workflow")
    for team in teams:
        flow = _workflow_of(catalogue, team)
        if flow is None or flow.plans:
            continue
        used = {step.role for step in flow.steps}
        for role in team.roles:
            if role.name not in used:
                what = f"workflow {flow.name!r} of the team has no step for role {role.name!r}"
                yield Fault(team.path, role.line, what, "remove the role, or give a step to it")


def _odd(catalogue: Catalogue) -> Iterator[Fault]:
    for agent in catalogue.agents.used():
        yield from odd_words(agent)
    for team in catalogue.teams.used():
        yield from odd_words(team)
    for skill in catalogue.skills.used():
        if len(skill.text) > TOLD_CHARS:
            what = f"the skill has {len(skill.text)} characters"
            yield Fault(skill.path, skill.line, what, f"an agent is told about {TOLD_CHARS}: shorten it")


def _workflow_of(catalogue: Catalogue, team: TeamFile) -> WorkflowFile | None:
    found = catalogue.workflows.found.get((team.default_workflow or DEFAULT_WORKFLOW).casefold())
    return found.resource if found is not None else None
