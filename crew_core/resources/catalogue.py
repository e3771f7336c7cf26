"""Finding resources by name in three layers: built in, the person's own, the project's."""

from __future__ import annotations

from pathlib import Path

from crew_core.resources.agent_file import AgentFile, read_agent
from crew_core.resources.kinds import Kind
from crew_core.resources.shelf import Found, Held, Layer, Shelf, Withheld
from crew_core.resources.skill_file import SkillFile, read_skill
from crew_core.resources.team_file import TeamFile, read_team
from crew_core.resources.workflow_file import WorkflowFile, read_workflow

__all__ = ["BUILTIN", "AnyShelf", "Catalogue", "Found", "Held", "Layer", "Resource", "Shelf", "Withheld"]

BUILTIN = Path(__file__).parent / "builtin"

Resource = TeamFile | WorkflowFile | AgentFile | SkillFile
AnyShelf = Shelf[TeamFile] | Shelf[WorkflowFile] | Shelf[AgentFile] | Shelf[SkillFile]


class Catalogue:
    """What there is, read once. Broken files are an error only for whoever asks for them."""

    def __init__(self, user: Path, project: Path | None, *, trusted: bool = True) -> None:
        """:param user: the person's configuration directory. :param project: the project's ``.crew``, if any.
        :param trusted: False: the project's own are known of and not used.
        """
        self.roots = {Layer.BUILTIN: BUILTIN, Layer.USER: user}
        if project is not None:
            self.roots[Layer.PROJECT] = project
        self.teams: Shelf[TeamFile] = Shelf(Kind.TEAM, read_team)
        self.workflows: Shelf[WorkflowFile] = Shelf(Kind.WORKFLOW, read_workflow)
        self.agents: Shelf[AgentFile] = Shelf(Kind.AGENT, read_agent)
        self.skills: Shelf[SkillFile] = Shelf(Kind.SKILL, read_skill)
        for layer, root in self.roots.items():
            for shelf in self.shelves():
                # pi-crew keeps skills beside ``.crew``.
                places = (root.parent, root) if shelf is self.skills and layer is Layer.PROJECT else (root,)
                for place in places:
                    if layer is Layer.PROJECT and not trusted:
                        shelf.withhold(place, layer)
                    else:
                        shelf.fill(place, layer)

    def shelves(self) -> tuple[AnyShelf, ...]:
        return (self.teams, self.workflows, self.agents, self.skills)

    def shelf(self, kind: Kind) -> AnyShelf:
        match kind:
            case Kind.TEAM:
                return self.teams
            case Kind.WORKFLOW:
                return self.workflows
            case Kind.AGENT:
                return self.agents
            case Kind.SKILL:
                return self.skills
