"""Finding resources by name in three layers: built in, the person's own, the project's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


class _Shelf(Generic[R]):
    """All resources of one kind. Upper and lower case are one name."""

    def __init__(self, kind: str, suffix: str, read: Callable[[Path], R]) -> None:
        self.found: dict[str, Found[R]] = {}
        self.broken: dict[str, ResourceError] = {}
        self._kind = kind
        self._suffix = suffix
        self._read = read
        self._unlisted: list[Fault] = []

    def fill(self, root: Path, layer: Layer) -> None:
        """Take what ``root`` has; it is taken before what was there, whether it can be used or not."""
        directory = root / f"{self._kind}s"
        if layer is Layer.PROJECT and directory.is_symlink():
            self._unlisted.append(Fault(directory, 0, f"{directory} is a link, which a project's may not be"))
            return
        found: dict[str, R] = {}
        broken: dict[str, ResourceError] = {}
        for path in self._files(directory):
            try:
                if layer is Layer.PROJECT:
                    _refuse_leaving(path, root)
                resource = self._read(path)
            except ResourceError as error:
                broken[(error.name or path.name.removesuffix(self._suffix)).casefold()] = error
                continue
            key = resource.name.casefold()
            if key in found:
                what = f"{self._kind} {resource.name!r} is in {found[key].path} too"
                broken[key] = ResourceError([Fault(path, 1, what, "rename one of them")])
            found[key] = resource
        for key, resource in found.items():
            before = self.found.get(key)
            shadows = (*before.shadows, before.resource.path) if before else ()
            self.found[key] = Found(resource, layer, shadows)
        self.broken = {key: error for key, error in self.broken.items() if key not in found} | broken
        for key in broken:
            self.found.pop(key, None)

    def get(self, name: str, asked: Fault) -> Found[R]:
        """:raises ResourceError: with ``asked``, completed, when there is none; with its own faults when broken."""
        key = name.casefold()
        if key in self.broken:
            raise self.broken[key]
        if key not in self.found:
            names = sorted(found.resource.name for found in self.found.values())
            missing = Fault(asked.path, asked.line, f"{asked.what}{name!r}", nearest(name, names))
            raise ResourceError([missing, *self._unlisted])
        return self.found[key]

    def _files(self, directory: Path) -> Iterator[Path]:
        try:
            names = sorted(path.name for path in directory.iterdir())
        except FileNotFoundError:
            return
        except OSError as error:
            self._unlisted.append(Fault(directory, 0, f"{directory} cannot be read: {error.strerror or error}"))
            return
        for name in names:
            # ``.x.md`` is an editor's, ``x.team.md`` among the agents is a team that went astray.
            astray = self._suffix == ".md" and name.endswith((".team.md", ".workflow.md"))
            if name.endswith(self._suffix) and not name.startswith(".") and not astray:
                yield directory / name


class Catalogue:
    """What there is, read once. Broken files are an error only for whoever asks for them."""

    def __init__(self, user: Path, project: Path | None) -> None:
        """:param user: the person's configuration directory. :param project: the project's ``.crew``, if any."""
        self.teams: _Shelf[TeamFile] = _Shelf("team", ".team.md", read_team)
        self.workflows: _Shelf[WorkflowFile] = _Shelf("workflow", ".workflow.md", read_workflow)
        self.agents: _Shelf[AgentFile] = _Shelf("agent", ".md", read_agent)
        layers = [(BUILTIN, Layer.BUILTIN), (user, Layer.USER)]
        if project is not None:
            layers.append((project, Layer.PROJECT))
        for directory, layer in layers:
            self.teams.fill(directory, layer)
            self.workflows.fill(directory, layer)
            self.agents.fill(directory, layer)

    def team_names(self) -> list[str]:
        return sorted(found.resource.name for found in self.teams.found.values())


def _refuse_leaving(path: Path, root: Path) -> None:
    """A stranger's link must not make a file of this machine part of a run.

    :raises ResourceError: ``path`` leads out of ``root``.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        what = f"is a link that leads out of {root.name}, to {real}"
        raise ResourceError([Fault(path, 1, what, "put the file itself there")])
