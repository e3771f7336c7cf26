"""Teams, workflows, agents and skills as the dashboard lists them; what reads them is imported where it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crew_core.observe.slices import RunRow
    from crew_core.ops.last_used import LastUse

#: In the order of the tabs.
KINDS = ("teams", "workflows", "agents", "skills")


class Origin(StrEnum):
    """Whose a resource is, in the order of the list: the first of a name is the one that is used."""

    PROJECT = "project"
    YOURS = "yours"
    BUILT_IN = "built in"


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """`unusable` says why it cannot be used, in two words, `problem` more of it, with file and line.

    `hides`: files of the same name that are not used. `withheld`: the project's, which is not trusted. `facts`: what it
    says of itself, by name; `beginning` of the text that an agent gets from it. `last`: when it was last at work here.
    """

    name: str
    origin: Origin
    path: Path
    description: str = ""
    unusable: str = ""
    problem: str = ""
    hides: tuple[Path, ...] = ()
    withheld: Path | None = None
    used_by: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    beginning: str = ""
    last: LastUse | None = None

    @property
    def key(self) -> str:
        return f"{self.origin} {self.name}"

    @property
    def editable(self) -> bool:
        """It is a file of the person's."""
        return self.origin is not Origin.BUILT_IN


def read_resources(start: Path, runs: Sequence[RunRow] = ()) -> Mapping[str, Sequence[ResourceRow]]:
    """By kind, what `start` sees. Reads and parses all of them: not for the loop.

    :param runs: that are known, the newest first.
    :raises OpsError: they cannot be listed.
    """
    from crew_core.ops.last_used import last_uses
    from crew_core.ops.project import project_of
    from crew_core.ops.resources import Entry, Kind, Layer, Usable, list_resources

    origins = {Layer.PROJECT: Origin.PROJECT, Layer.USER: Origin.YOURS, Layer.BUILTIN: Origin.BUILT_IN}

    uses = last_uses(runs, project_of(start) or start.resolve())
    of_kind = {Kind.TEAM: uses.teams, Kind.WORKFLOW: uses.workflows, Kind.AGENT: uses.agents}

    def row(entry: Entry, kind: Kind) -> ResourceRow:
        return ResourceRow(
            entry.name,
            origins[entry.layer],
            entry.path,
            entry.description,
            "" if entry.usable is Usable.YES else entry.usable.value,
            entry.problem,
            entry.shadows,
            entry.withheld if entry.withheld != entry.path else None,
            entry.used_by,
            entry.facts,
            entry.beginning,
            of_kind.get(kind, {}).get(entry.name.casefold()),
        )

    return {kind.plural: [row(entry, kind) for entry in list_resources(start, kind)] for kind in Kind}
