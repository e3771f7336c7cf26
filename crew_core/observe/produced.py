"""What a run has brought forth, ours or pi-crew's: each piece looked for and compared with what was recorded of it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.model.records import Artifact
from crew_core.model.state import Run, Task
from crew_core.observe.picrew import contained
from crew_core.observe.picrew.places import PicrewPlaces
from crew_core.store.layout import RunLayout

_CHUNK = 1 << 20

#: Of a piece that is larger, only the size is compared: a list on the screen must not take minutes.
_MOST_HASHED = 256 << 20


class Condition(StrEnum):
    """``UNCHECKED``: no hash was recorded, or it is too large for a list."""

    INTACT = "intact"
    CHANGED = "changed"
    MISSING = "missing"
    UNCHECKED = "not checked"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Produced:
    """A recorded output. ``parts`` lead to it from the directory ``root``; ``size_bytes`` is what is there now."""

    artifact: Artifact
    root: Path
    parts: tuple[str, ...]
    condition: Condition
    size_bytes: int | None = None
    problem: str = ""

    @property
    def path(self) -> Path:
        return self.root.joinpath(*self.parts)


def artifacts_root(run_dir: Path) -> Path:
    """The directory that the paths of the run's artifacts are relative to."""
    return PicrewPlaces(run_dir).artifacts or RunLayout(run_dir).artifacts


def produced(
    run_dir: Path, run: Run | None, tasks: Iterable[Task], *, most_hashed: int | None = _MOST_HASHED
) -> list[Produced]:
    """Results of tasks in their order, then what else was recorded; each path once. Reads and hashes the files.

    :param run: None: its record cannot be read.
    :param most_hashed: the size up to which they are hashed; None: each is.
    """
    results = [task.result_artifact for task in tasks if task.result_artifact is not None]
    by_path = {artifact.path: artifact for artifact in (*results, *(run.artifacts if run else ()))}
    root = artifacts_root(run_dir)
    return [_checked(root, artifact, most_hashed) for artifact in by_path.values()]


def _checked(root: Path, artifact: Artifact, most_hashed: int | None) -> Produced:
    parts = tuple(artifact.path.split("/"))
    if "\0" in artifact.path or any(part in ("", ".", "..") for part in parts):
        problem = "its path leads out of the run"
        return Produced(artifact, root, (), Condition.UNREADABLE, problem=problem)
    try:
        with contained.opened(root, *parts) as descriptor:
            size = os.fstat(descriptor).st_size
            too_large = most_hashed is not None and size > most_hashed
            return Produced(artifact, root, parts, _compared(descriptor, size, artifact, by_size=too_large), size)
    except FileNotFoundError:
        return Produced(artifact, root, parts, Condition.MISSING)
    except OSError as error:
        return Produced(artifact, root, parts, Condition.UNREADABLE, problem=contained.why_not(error))


def _compared(descriptor: int, size: int, artifact: Artifact, *, by_size: bool) -> Condition:
    if size != artifact.size_bytes:
        return Condition.CHANGED
    if not artifact.content_hash or by_size:
        return Condition.UNCHECKED
    digest = hashlib.sha256()
    while piece := os.read(descriptor, _CHUNK):
        digest.update(piece)
    return Condition.INTACT if digest.hexdigest() == artifact.content_hash else Condition.CHANGED
