"""All resources of one kind over all layers: which one a name means, and what stands in its way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.kinds import SKILL_FILE, Kind


class Layer(StrEnum):
    """Where a resource comes from. A later one is taken before an earlier one of the same name."""

    BUILTIN = "builtin"
    USER = "user"
    PROJECT = "project"


class Withheld(ResourceError):
    """The name exists, but only in a project that is not trusted."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def path(self) -> Path: ...


R = TypeVar("R", bound=_Named)
R_co = TypeVar("R_co", bound=_Named, covariant=True)


@dataclass(frozen=True, slots=True)
class Found(Generic[R_co]):
    """``shadows``: where else there is one of the name. ``withheld``: one of an untrusted project, not used."""

    resource: R_co
    layer: Layer
    shadows: tuple[Path, ...] = ()
    withheld: Path | None = None


@dataclass(frozen=True, slots=True)
class Held(Generic[R_co]):
    """One file of a layer, used or not: the resource, or what is wrong with it."""

    name: str
    path: Path
    layer: Layer
    resource: R_co | None = None
    error: ResourceError | None = None


class Shelf(Generic[R]):
    """Upper and lower case are one name. ``held`` has every file, ``found`` what names mean.

    ``withheld``: what an untrusted project has, by name, used or not.
    """

    def __init__(self, kind: Kind, read: Callable[[Path], R]) -> None:
        self.kind = kind
        self.found: dict[str, Found[R]] = {}
        self.broken: dict[str, ResourceError] = {}
        self.held: list[Held[R]] = []
        self.unlisted: list[Fault] = []
        self.withheld: dict[str, Path] = {}
        self._read = read

    def fill(self, root: Path, layer: Layer) -> None:
        """Take what ``root`` has; it is taken before what was there, whether it can be used or not."""
        found: dict[str, R] = {}
        broken: dict[str, ResourceError] = {}
        for held in self._all(root, layer):
            key = held.name.casefold()
            if held.resource is not None and key in found:
                what = f"{self.kind} {held.name!r} is in {found[key].path} too"
                error = ResourceError([Fault(held.path, 1, what, "rename one of them")])
                held = replace(held, error=error)  # noqa: PLW2901
            if held.error is not None:
                broken[key] = held.error
            if held.resource is not None:
                found[key] = held.resource
            self.held.append(held)
        for key, resource in found.items():
            before = self.found.get(key)
            shadows = (*before.shadows, before.resource.path) if before else ()
            self.found[key] = Found(resource, layer, shadows)
        self.broken = {key: error for key, error in self.broken.items() if key not in found} | broken
        for key in broken:
            self.found.pop(key, None)

    def withhold(self, root: Path, layer: Layer) -> None:
        """Note what ``root`` has, and use none of it."""
        for held in self._all(root, layer):
            key = held.name.casefold()
            self.withheld[key] = held.path
            if key in self.found:
                self.found[key] = replace(self.found[key], withheld=held.path)

    def get(self, name: str, asked: Fault) -> Found[R]:
        """:raises ResourceError: with ``asked``, completed, when there is none; with its own faults when broken.
        :raises Withheld: only a project that is not trusted has it.
        """
        key = name.casefold()
        if key in self.broken:
            raise self.broken[key]
        if key not in self.found:
            if key in self.withheld:
                what = f"{asked.what}{name!r} but that of the project, which is not trusted: {self.withheld[key]}"
                raise Withheld([Fault(asked.path, asked.line, what)])
            missing = Fault(
                asked.path, asked.line, f"{asked.what}{name!r}", nearest(name, [*self.names(), *self.withheld])
            )
            raise ResourceError([missing, *self.unlisted])
        return self.found[key]

    def names(self) -> list[str]:
        """What can be used, by name."""
        return sorted(found.resource.name for found in self.found.values())

    def used(self) -> list[R]:
        """What names mean, in their order."""
        return [found.resource for found in self.winners()]

    def winners(self) -> list[Found[R]]:
        """The same with where they come from."""
        return [found for _, found in sorted(self.found.items())]

    def _all(self, root: Path, layer: Layer) -> Iterator[Held[R]]:
        directory = root / self.kind.plural
        if layer is Layer.PROJECT and directory.is_symlink():
            self.unlisted.append(Fault(directory, 0, f"{directory} is a link, which a project's may not be"))
            return
        for path in self._files(directory):
            name = self.kind.stem(path)
            try:
                if layer is Layer.PROJECT:
                    _refuse_leaving(path, root)
                resource = self._read(path)
            except ResourceError as error:
                yield Held(error.name or name, path, layer, error=error)
            else:
                yield Held(resource.name, path, layer, resource)

    def _files(self, directory: Path) -> Iterator[Path]:
        try:
            names = sorted(path.name for path in directory.iterdir())
        except FileNotFoundError:
            return
        except OSError as error:
            self.unlisted.append(Fault(directory, 0, f"{directory} cannot be read: {error.strerror or error}"))
            return
        for name in names:
            if name.startswith("."):
                # An editor's.
                continue
            if self.kind is Kind.SKILL:
                path = directory / name / SKILL_FILE
                if path.is_symlink() or path.exists():
                    yield path
            # ``x.team.md`` among the agents is a team that went astray.
            elif name.endswith(self.kind.suffix) and not (self.kind is Kind.AGENT and name.endswith(_ASTRAY)):
                yield directory / name


_ASTRAY = (Kind.TEAM.suffix, Kind.WORKFLOW.suffix)


def _refuse_leaving(path: Path, root: Path) -> None:
    """A stranger's link must not make a file of this machine part of a run.

    :raises ResourceError: ``path`` leads out of ``root``.
    """
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(os.path.realpath(root)):
        what = f"is a link that leads out of {root.name}, to {real}"
        raise ResourceError([Fault(path, 1, what, "put the file itself there")])
