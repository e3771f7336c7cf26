"""Which projects' own agents, workflows and settings may be used: by path, and by what they contain now."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from crew_core.config.accepted_texts import KeptTexts, texts_of
from crew_core.config.trust_changes import FileChange, Side, file_changes
from crew_core.store.errors import Unreadable
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.snapshot import read_snapshot, write_snapshot

#: What of ``.crew`` can make something run or widen a limit.
_DIRECTORIES = ("agents", "skills", "teams", "workflows")
_FILES = ("config.toml",)

#: A project that brings a larger file than this cannot be trusted: it is not read to the end.
LARGEST_BYTES = 1 << 28

#: Stands in place of a digest that could not be made; equal to nothing, not even to itself.
_UNREADABLE = "unreadable: "


class Standing(StrEnum):
    """``NOTHING``: ``.crew`` brings nothing that would need trust, and nobody has accepted the project yet."""

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
    """One record for each project, in a directory of the person's own; what was accepted is kept beside it."""

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

    def changes(self, seen: Trust) -> tuple[FileChange, ...]:
        """What is different in the project as it was ``seen``, file by file; of one never accepted, everything."""
        crew = seen.project / ".crew"
        accepted = self._read(self._path(seen.project))
        try:
            kept = read_snapshot(self._texts_path(seen.project), KeptTexts)
        except (OSError, Unreadable):
            kept = KeptTexts()
        before = Side(accepted.files if accepted else {}, kept)
        now = Side(seen.files, texts_of(crew, dict(_found(crew)), seen.files))
        names = (change.partition(" ")[::2] for change in seen.changes)
        return file_changes(names, before, now)

    def accept(self, project: Path, at: str, seen: Trust | None = None) -> Trust:
        """Trust the project as it was ``seen``, else as it is now. Returns how it stood before, with what has changed.

        :raises OSError: it could not be written down, or something of it cannot be read.
        """
        before = seen or self.standing(project)
        for name, digest in before.files.items():
            if digest.startswith(_UNREADABLE):
                raise OSError(f".crew/{name}: {digest}")
        try:
            str(before.project).encode()
        except UnicodeEncodeError as error:
            raise OSError("its path is not UTF-8") from error
        crew = before.project / ".crew"
        texts = self._texts_path(before.project)
        ensure_directory(self._fs, texts.parent)
        # First: texts that do not fit the record are known by their digests, and only cannot be shown.
        write_snapshot(self._fs, texts, texts_of(crew, dict(_found(crew)), before.files))
        record = Accepted(path=str(before.project), at=at, files=dict(before.files))
        write_snapshot(self._fs, self._path(before.project), record)
        return before

    def remove(self, project: Path) -> bool:
        """False when it was not there."""
        with suppress(FileNotFoundError):
            self._fs.unlink(self._texts_path(project.resolve()))
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
        except (OSError, Unreadable):
            # What cannot be read was not accepted: the safe side.
            return None

    def _path(self, project: Path) -> Path:
        return self._directory / f"{hashlib.sha256(os.fsencode(project)).hexdigest()[:32]}.json"

    def _texts_path(self, project: Path) -> Path:
        return self._directory / "texts" / self._path(project).name


def contents(crew: Path) -> dict[str, str]:
    """SHA-256 of each file that trust is about, by its path below ``crew``; of a linked file, of what it leads to."""
    found: dict[str, str] = {}
    for name, path in _found(crew):
        try:
            if path.is_file():
                found[name] = _digest(path)
            elif path.is_symlink():
                # Not entered: it may lead anywhere. Nothing else looks into it either.
                found[name] = f"link to {spelled(path.readlink())}"
            elif path.is_dir():
                found[name] = f"{_UNREADABLE}directory"
            elif path.exists():
                found[name] = "no regular file"
        except OSError as error:
            found[name] = f"{_UNREADABLE}{error.strerror or error}"
    return dict(sorted(found.items()))


def _found(crew: Path) -> Iterator[tuple[str, Path]]:
    """Everything below ``crew`` that trust is about, except directories that could be read."""
    waiting = [crew / name for name in (*_FILES, *_DIRECTORIES)]
    while waiting:
        path = waiting.pop()
        with suppress(OSError):
            if path.is_dir() and not path.is_symlink():
                waiting += path.iterdir()
                continue
        yield spelled(path.relative_to(crew)), path
    # pi-crew's place for a project's skills is beside ``.crew``.
    for path in (crew.parent / "skills").glob("*/SKILL.md"):
        yield spelled(Path("..") / path.relative_to(crew.parent)), path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        if os.fstat(file.fileno()).st_size > LARGEST_BYTES:
            return f"{_UNREADABLE}larger than {LARGEST_BYTES} bytes"
        return hashlib.file_digest(file, "sha256").hexdigest()


def spelled(path: Path) -> str:
    """The path as text that JSON can hold. Two paths never have the same: a backslash is doubled."""
    return str(path).replace("\\", "\\\\").encode("utf-8", "backslashreplace").decode()


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    added = [f"+ {name}" for name in sorted(now.keys() - before.keys())]
    removed = [f"- {name}" for name in sorted(before.keys() - now.keys())]
    changed = [f"~ {name}" for name in sorted(now.keys() & before.keys()) if _differ(before[name], now[name])]
    return (*changed, *added, *removed)


def _differ(before: str, now: str) -> bool:
    return before != now or now.startswith(_UNREADABLE)
