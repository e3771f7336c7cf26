"""A run of one agent without a team: what `--role` asks for."""

from __future__ import annotations

from crew_core.ops.errors import InputWrong
from crew_core.resources.catalogue import Catalogue, Found, Layer, Withheld
from crew_core.resources.faults import Fault, ResourceError
from crew_core.resources.resolve import ASKED
from crew_core.resources.step import Step
from crew_core.resources.team_file import Role, TeamFile
from crew_core.resources.workflow_file import WorkflowFile

#: pi-crew's names, so that its users find such runs again.
WORKFLOW = "direct-agent"
_STEP = "agent"


def add_direct(catalogue: Catalogue, agent: str, goal: str) -> tuple[str, str]:
    """Put a team of the agent alone and a workflow of one step, whose text is the goal, on the shelves.

    Returns their names. From there on it is a run like any other.

    :raises InputWrong: there is no such agent. :raises Withheld: only a project that is not trusted has it.
    """
    try:
        found = catalogue.agents.get(agent, Fault(ASKED, 0, "no agent "))
    except Withheld:
        raise
    except ResourceError as error:
        raise InputWrong("run", f"--role: {error.faults[0]}") from error
    name = found.resource.name
    role = Role(name=name, agent=name, line=0)
    team = TeamFile(
        name=f"direct-{name}",
        path=ASKED,
        description="",
        default_workflow=WORKFLOW,
        workers=None,
        roles=(role,),
        workflow_line=0,
    )
    step = Step(id=_STEP, line=0, role=name, text=goal)
    workflow = WorkflowFile(WORKFLOW, ASKED, "", None, (step,))
    catalogue.teams.broken.pop(team.name.casefold(), None)
    catalogue.workflows.broken.pop(WORKFLOW, None)
    catalogue.teams.found[team.name.casefold()] = Found(team, Layer.BUILTIN)
    catalogue.workflows.found[WORKFLOW] = Found(workflow, Layer.BUILTIN)
    return team.name, WORKFLOW
