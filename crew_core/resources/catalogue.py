"""Finding resources by name in three layers: built in, the person's own, the project's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from crew_core.resources.agent_file import AgentFile, read_agent
from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.team_file import TeamFile, read_team
from crew_core.resources.workflow_file import WorkflowFile, read_workflow

BUILTIN = Path(__file__).parent / "builtin"


class Layer(StrEnum):
    """Where a resource comes from. A later one is taken before an earlier one of the same name."""

    BUILTIN = "builtin"
    USER = "user"
    PROJECT = "project"


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...


R = TypeVar("R", bound=_Named)


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """``shadows``: where else there is one of the name."""

    resource: R
    layer: Layer
    shadows: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Shelf(Generic[R]):
    """All resources of one kind."""

    kind: str
    found: dict[str, Found[R]] = field(default_factory=dict)
    broken: dict[str, ResourceError] = field(default_factory=dict)

    def add(self, path: Path, layer: Layer, read: Callable[[Path], R], stem: str) -> None:
        try:
            resource = read(path)
        except ResourceError as error:
            self.found.pop(stem.casefold(), None)
            self.broken[stem.casefold()] = error
            return
        key = resource.name.casefold()
        before = self.found.get(key)
        if before is not None and before.layer is layer:
            what = f"{self.kind} {resource.name!r} is in {before.resource.path} too"
            self.broken[key] = ResourceError([Fault(path, 1, what, "rename one of them")])
            return
        self.broken.pop(key, None)
        self.found[key] = Found(resource, layer, (*before.shadows, before.resource.path) if before else ())

    def get(self, name: str, asked: Fault) -> Found[R]:
        """:raises ResourceError: with ``asked``, completed, when there is none; with its own faults when broken."""
        key = name.casefold()
        if key in self.broken:
            raise self.broken[key]
        if key not in self.found:
            names = sorted(found.resource.name for found in self.found.values())
            raise ResourceError([Fault(asked.path, asked.line, f"{asked.what}{name!r}", nearest(name, names))])
        return self.found[key]


class Catalogue:
    """What there is, read once. Broken files are an error only for whoever asks for them."""

    def __init__(self, user: Path, project: Path | None) -> None:
        """:param user: the person's configuration directory. :param project: the project's ``.crew``, if any."""
        self.teams: _Shelf[TeamFile] = _Shelf("team")
        self.workflows: _Shelf[WorkflowFile] = _Shelf("workflow")
        self.agents: _Shelf[AgentFile] = _Shelf("agent")
        layers = [(BUILTIN, Layer.BUILTIN), (user, Layer.USER)]
        if project is not None:
            layers.append((project, Layer.PROJECT))
        for directory, layer in layers:
            for path in _files(directory / "teams", ".team.md"):
                self.teams.add(path, layer, read_team, path.name.removesuffix(".team.md"))
            for path in _files(directory / "workflows", ".workflow.md"):
                self.workflows.add(path, layer, read_workflow, path.name.removesuffix(".workflow.md"))
            for path in _files(directory / "agents", ".md"):
                if not path.name.endswith((".team.md", ".workflow.md")):
                    self.agents.add(path, layer, read_agent, path.stem)

    def team_names(self) -> list[str]:
        return sorted(found.resource.name for found in self.teams.found.values())


def _files(directory: Path, suffix: str) -> Iterator[Path]:
    try:
        names = sorted(path for path in directory.iterdir() if path.name.endswith(suffix))
    except OSError:
        # Missing, or not ours to read: there are no resources in it.
        return
    yield from (path for path in names if path.is_file() and not path.name.startswith("."))
