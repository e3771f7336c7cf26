"""Which project is meant, and where its runs are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.ops.errors import InputWrong, NotPermitted
from crew_core.store.layout import find_project, runs_root

if TYPE_CHECKING:
    from crew_core.store.fs import Fs
    from crew_core.store.registry import RegisteredRun, RunRegistry


def project_of(start: Path) -> Path | None:
    """The project at or above ``start``; None outside of every one.

    What is shared by everything, a home and the directory for temporary files, is a project only when it is ``start``
    itself: a ``.crew`` or ``.git`` there says nothing about what lies below.

    :raises InputWrong: ``start`` is no directory, or cannot be entered.
    """
    try:
        if not start.is_dir():
            raise InputWrong(str(start), "no such directory", "name one that is there")
        start = start.resolve()
        found = find_project(start)
    except OSError as error:
        raise InputWrong(
            str(start), f"cannot be read: {error.strerror or error}", "name one that you may enter"
        ) from error
    return None if found is not None and found != start and found in _shared() else found


def _shared() -> tuple[Path, ...]:
    # Loads a lot for one name.
    import tempfile

    return (Path.home().resolve(), Path(tempfile.gettempdir()).resolve(), Path("/"))


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


def register(run: RegisteredRun, fs: Fs | None = None) -> None:
    """:raises OSError: it could not be written."""
    _registry(fs).register(run)


def unregister(run_id: str, fs: Fs | None = None) -> None:
    """Forget where the run is. :raises OSError: it could not be removed."""
    _registry(fs).unregister(run_id)


def registered_roots() -> Sequence[Path]:
    """The directories of runs of every project that has registered runs."""
    return list(dict.fromkeys(Path(run.path).parent for run in registered_runs()))


def _registry(fs: Fs | None = None) -> RunRegistry:
    # Only what asks for runs elsewhere needs it.
    from crew_core.store.fs import RealFs
    from crew_core.store.machine import MachineStore
    from crew_core.store.registry import RunRegistry

    return RunRegistry(fs or RealFs(), MachineStore.of_this_user().runs)
