"""Which resource names which other one, and on which line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import Catalogue, Held, Layer, Resource
from crew_core.resources.kinds import Kind
from crew_core.resources.resolve import DEFAULT_WORKFLOW
from crew_core.resources.skill_file import SkillFile
from crew_core.resources.team_file import TeamFile
from crew_core.resources.workflow_file import WorkflowFile


@dataclass(frozen=True, slots=True)
class Reference:
    """``by`` says who: ``team crew, role tester``. ``owner_kind`` is the file's.

    ``in_use``: the file is the one that its name means. ``implied``: the name is not written, but what stands for it
    when nothing is; ``role`` is set where a role's name does.
    """

    kind: Kind
    name: str
    path: Path
    line: int
    by: str
    owner_kind: Kind
    layer: Layer
    in_use: bool
    implied: bool = False
    role: str | None = None


def references(catalogue: Catalogue) -> list[Reference]:
    """Of every file that can be read, also of those that others hide."""
    found = []
    for shelf in catalogue.shelves():
        for held in shelf.held:
            if held.resource is not None:
                winner = shelf.found.get(held.name.casefold())
                in_use = winner is not None and winner.resource.path == held.path
                found += list(_of(shelf.kind, held, held.resource, in_use=in_use))
    return found


def _of(kind: Kind, held: Held[Resource], resource: Resource, *, in_use: bool) -> Iterator[Reference]:
    def reference(
        to: Kind, name: str, line: int, what: str = "", *, implied: bool = False, role: str | None = None
    ) -> Reference:
        by = f"{kind} {resource.name}{what}"
        return Reference(to, name, held.path, line, by, kind, held.layer, in_use, implied, role)

    match resource:
        case TeamFile():
            named = resource.default_workflow
            line = resource.workflow_line
            yield reference(Kind.WORKFLOW, named or DEFAULT_WORKFLOW, line, implied=named is None)
            for role in resource.roles:
                what = f", role {role.name}"
                yield reference(Kind.AGENT, role.agent, role.line, what, implied=not role.names_agent, role=role.name)
                for skill in role.skills or ():
                    yield reference(Kind.SKILL, skill, role.line, what)
        case WorkflowFile():
            for step in resource.steps:
                for skill in step.skills or ():
                    yield reference(Kind.SKILL, skill, step.skills_line, f", step {step.id}")
        case AgentFile():
            for skill in resource.skills:
                yield reference(Kind.SKILL, skill, resource.skills_line)
        case SkillFile():
            return
