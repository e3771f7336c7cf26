"""Which teams, workflows, agents and skills there are: where each comes from, what it hides, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.config.trust import Standing
from crew_core.ops.errors import NotFound, OpsError
from crew_core.ops.planning import catalogue_of
from crew_core.ops.project import project_of
from crew_core.ops.resource_facts import Facts, beginning_of, facts_of
from crew_core.ops.trusting import trust_store
from crew_core.resources.agent_file import AgentFile
from crew_core.resources.catalogue import AnyShelf, Catalogue, Found, Held, Layer, Resource
from crew_core.resources.faults import ResourceError, nearest
from crew_core.resources.kinds import Kind
from crew_core.resources.references import references
from crew_core.resources.text import read_text

__all__ = ["Entry", "Kind", "Layer", "Shown", "Usable", "list_resources", "show_resource"]


class Usable(StrEnum):
    """``WITHHELD``: only a project that is not trusted has it."""

    YES = "yes"
    BROKEN = "broken"
    DISABLED = "disabled"
    WITHHELD = "not trusted"


@dataclass(frozen=True, slots=True)
class Entry:
    """``shadows``: files of the same name that are not used. ``withheld``: the project's, which would be used if it
    were trusted. ``used_by`` are things like ``team crew, role tester``. ``problem`` says why it cannot be used.
    ``facts`` and ``beginning`` are what it says of itself and of what an agent is told by it; none where it is broken.
    """

    name: str
    layer: Layer
    path: Path
    usable: Usable = Usable.YES
    description: str = ""
    shadows: tuple[Path, ...] = ()
    withheld: Path | None = None
    used_by: tuple[str, ...] = ()
    problem: str = ""
    facts: Facts = ()
    beginning: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One resource with its text."""

    entry: Entry
    text: str


def list_resources(start: Path, kind: Kind) -> list[Entry]:
    """What ``start`` sees, by name; also what cannot be used, with the reason."""
    catalogue = _catalogue(start)
    shelf = catalogue.shelf(kind)
    users: dict[str, list[str]] = {}
    for reference in references(catalogue):
        if reference.kind is kind and reference.in_use:
            users.setdefault(reference.name.casefold(), []).append(reference.by)
    entries = [_entry(found, tuple(users.get(found.resource.name.casefold(), ()))) for found in shelf.winners()]
    entries += _broken(shelf)
    for key, path in shelf.withheld.items():
        if key not in shelf.found and key not in shelf.broken:
            why = "the project is not trusted"
            entries.append(Entry(kind.stem(path), Layer.PROJECT, path, Usable.WITHHELD, problem=why))
    return sorted(entries, key=lambda entry: entry.name.casefold())


def show_resource(start: Path, kind: Kind, name: str) -> Shown:
    """:raises NotFound: there is none of the name. :raises OpsError: it cannot be read."""
    entries = list_resources(start, kind)
    entry = next((each for each in entries if each.name.casefold() == name.casefold()), None)
    if entry is None:
        raise NotFound(kind.plural, f"no {kind} {name!r}", nearest(name, [each.name for each in entries]))
    try:
        return Shown(entry, read_text(entry.path))
    except ResourceError as error:
        raise OpsError(kind.plural, str(error.faults[0])) from error


def _catalogue(start: Path) -> Catalogue:
    project = project_of(start)
    trusted = project is None or trust_store().standing(project).standing is Standing.TRUSTED
    return catalogue_of(project, trusted=trusted)


def _entry(found: Found[Resource], used_by: tuple[str, ...]) -> Entry:
    resource = found.resource
    disabled = isinstance(resource, AgentFile) and resource.disabled
    return Entry(
        name=resource.name,
        layer=found.layer,
        path=resource.path,
        usable=Usable.DISABLED if disabled else Usable.YES,
        description=resource.description,
        shadows=found.shadows,
        withheld=found.withheld,
        used_by=tuple(dict.fromkeys(used_by)),
        facts=facts_of(resource),
        beginning=beginning_of(resource),
    )


def _broken(shelf: AnyShelf) -> Iterator[Entry]:
    """The file that stands in the way of each name: the last that cannot be used."""
    last: dict[str, Held[Resource]] = {}
    for held in shelf.held:
        if held.error is not None:
            last[held.name.casefold()] = held
    for key, each in last.items():
        if key in shelf.broken and each.error is not None:
            yield Entry(each.name, each.layer, each.path, Usable.BROKEN, problem=str(each.error.faults[0]))
