"""The four kinds of resources: what they are called, and where a file of each lies in a layer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

#: What the files of a kind end with; a skill is a directory with this file.
SKILL_FILE = "SKILL.md"


class Kind(StrEnum):
    TEAM = "team"
    WORKFLOW = "workflow"
    AGENT = "agent"
    SKILL = "skill"

    @property
    def plural(self) -> str:
        """The command, and the directory in each layer."""
        return f"{self}s"

    @property
    def suffix(self) -> str:
        match self:
            case Kind.TEAM | Kind.WORKFLOW:
                return f".{self}.md"
            case Kind.AGENT:
                return ".md"
            case Kind.SKILL:
                return f"/{SKILL_FILE}"

    def file(self, layer_root: Path, name: str) -> Path:
        """Where one of this name is written."""
        return layer_root / self.plural / f"{name}{self.suffix}"

    def stem(self, path: Path) -> str:
        """What a file without a name inside is called."""
        return path.parent.name if self is Kind.SKILL else path.name.removesuffix(self.suffix)


def project_of(path: Path) -> Path | None:
    """The project whose own the file is, by where it lies: below its ``.crew``, or among pi-crew's skills beside it."""
    below = next((directory.parent for directory in path.parents if directory.name == ".crew"), None)
    if below is not None or path.name != SKILL_FILE or path.parents[1].name != Kind.SKILL.plural:
        return below
    return path.parents[2]
