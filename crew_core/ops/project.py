"""Which project is meant, and where its runs are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crew_core.ops.errors import InputWrong, NotPermitted
from crew_core.store.fs import RealFs
from crew_core.store.layout import find_project, runs_root
from crew_core.store.machine import MachineStore
from crew_core.store.registry import RegisteredRun, RunRegistry


def project_of(start: Path) -> Path | None:
    """The project at or above ``start``; None outside of every one.

    :raises InputWrong: ``start`` is no directory.
    """
    if not start.is_dir():
        raise InputWrong(str(start), "no such directory")
    return find_project(start.resolve())


def runs_of(start: Path) -> Path:
    """Where the runs of the project at or above ``start`` are; without a project, the person's own."""
    return runs_root(project_of(start))


def refuse_links(project: Path) -> None:
    """A ``.crew`` that leads elsewhere would have us write where nobody expects it.

    :raises NotPermitted: it is a symbolic link.
    """
    for path in (project / ".crew", project / ".crew" / "runs"):
        if path.is_symlink():
            raise NotPermitted(str(path), f"is a symbolic link to {path.readlink()}", "put a directory there")


def registered_runs() -> list[RegisteredRun]:
    """Every run that this person has started and not forgotten, newest first."""
    return _registry().all_runs()


def register(run: RegisteredRun) -> None:
    """:raises OSError: it could not be written."""
    _registry().register(run)


def all_roots(start: Path) -> Sequence[Path]:
    """Directories of runs: of this project first, then of every other that has registered runs."""
    found = [runs_of(start), *(Path(run.path).parent for run in registered_runs())]
    return list(dict.fromkeys(found))


def _registry() -> RunRegistry:
    return RunRegistry(RealFs(), MachineStore.of_this_user().runs)
