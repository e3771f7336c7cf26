"""Which projects' own agents, workflows and settings may be used: by path, and by what they contain now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from crew_core.store.errors import Unreadable
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.snapshot import read_snapshot, write_snapshot

#: What of ``.crew`` can make something run or widen a limit.
_DIRECTORIES = ("agents", "skills", "teams", "workflows")
_FILES = ("config.toml",)


class Standing(StrEnum):
    """``NOTHING``: the project brings nothing that would need trust."""

    NOTHING = "nothing to trust"
    UNTRUSTED = "untrusted"
    TRUSTED = "trusted"
    CHANGED = "changed since it was trusted"
    MISSING = "missing"


class Accepted(msgspec.Struct, frozen=True, rename="camel"):
    """What was accepted: ``files`` maps each path below ``.crew`` to the SHA-256 of its content."""

    path: str
    at: str
    files: dict[str, str]
    schema_version: int = 1


@dataclass(frozen=True, slots=True)
class Trust:
    """How a project stands. ``changes`` are lines such as ``+ agents/new.md``."""

    project: Path
    standing: Standing
    files: Mapping[str, str]
    changes: tuple[str, ...] = ()
    at: str | None = None

    @property
    def holds(self) -> bool:
        return self.standing in (Standing.TRUSTED, Standing.NOTHING)


class TrustStore:
    """One file for each project, in the person's configuration directory."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory

    def standing(self, project: Path) -> Trust:
        """Compare what is there now with what was accepted."""
        project = project.resolve()
        accepted = self._read(self._path(project))
        if not project.is_dir():
            return Trust(project, Standing.MISSING, {}, at=accepted.at if accepted else None)
        files = contents(project / ".crew")
        if accepted is None:
            standing = Standing.UNTRUSTED if files else Standing.NOTHING
            return Trust(project, standing, files, tuple(f"+ {name}" for name in sorted(files)))
        changes = _changes(accepted.files, files)
        return Trust(project, Standing.CHANGED if changes else Standing.TRUSTED, files, changes, accepted.at)

    def accept(self, project: Path, at: str) -> Trust:
        """Trust the project as it is now. Returns how it stood before, with what has changed.

        :raises OSError: it could not be written down.
        """
        before = self.standing(project)
        ensure_directory(self._fs, self._directory)
        record = Accepted(path=str(before.project), at=at, files=dict(before.files))
        write_snapshot(self._fs, self._path(before.project), record)
        return before

    def remove(self, project: Path) -> bool:
        """False when it was not there."""
        try:
            self._fs.unlink(self._path(project.resolve()))
        except FileNotFoundError:
            return False
        return True

    def everything(self) -> list[Trust]:
        """All projects that were accepted, by path."""
        try:
            names = self._fs.listdir(self._directory)
        except FileNotFoundError:
            return []
        records = [self._read(self._directory / name) for name in names if name.endswith(".json")]
        return [self.standing(Path(path)) for path in sorted(record.path for record in records if record)]

    def _read(self, path: Path) -> Accepted | None:
        try:
            return read_snapshot(path, Accepted)
        except (FileNotFoundError, Unreadable):
            # What cannot be read was not accepted: the safe side.
            return None

    def _path(self, project: Path) -> Path:
        return self._directory / f"{hashlib.sha256(str(project).encode()).hexdigest()[:32]}.json"


def contents(crew: Path) -> dict[str, str]:
    """SHA-256 of each file that trust is about, by its path below ``crew``."""
    found = [crew / name for name in _FILES if (crew / name).is_file()]
    for name in _DIRECTORIES:
        found += [path for path in (crew / name).rglob("*") if path.is_file()]
    return {str(path.relative_to(crew)): _digest(path) for path in sorted(found)}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        # Never equal to any accepted content.
        return f"unreadable: {error.strerror}"


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    added = [f"+ {name}" for name in sorted(now.keys() - before.keys())]
    removed = [f"- {name}" for name in sorted(before.keys() - now.keys())]
    changed = [f"~ {name}" for name in sorted(now.keys() & before.keys()) if now[name] != before[name]]
    return (*changed, *added, *removed)
