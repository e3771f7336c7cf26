"""Accepting a project's own agents, workflows and settings."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.trust import Trust, TrustStore
from crew_core.config.trust_changes import FileChange
from crew_core.ops.errors import NotFound, OpsError
from crew_core.ops.project import project_of, refuse_links
from crew_core.store.clock import SystemClock, iso
from crew_core.store.fs import RealFs
from crew_core.store.layout import find_project
from crew_core.store.machine import MachineStore


def trust_store() -> TrustStore:
    return TrustStore(RealFs(), MachineStore.of_this_user().root / "trust")


def look(path: Path) -> Trust:
    """How the project at or above ``path`` stands now.

    :raises InputWrong: no such directory. :raises NotPermitted: its ``.crew`` leads elsewhere.
    """
    project = project_of(path) or path.resolve()
    refuse_links(project)
    return trust_store().standing(project)


def changes(seen: Trust) -> tuple[FileChange, ...]:
    """What is different from what was accepted, to be read before it is accepted."""
    return trust_store().changes(seen)


def trust(path: Path, seen: Trust | None = None) -> Trust:
    """Accept the project at or above ``path`` as it was ``seen``, else as it is now; returns how it stood before.

    What changes after it was seen is a change that nobody has accepted. A project that brings nothing is written down
    too: its own check commands may run from then on, and what it brings one day is such a change.

    :raises InputWrong: no such directory. :raises NotPermitted: its ``.crew`` leads elsewhere.
    :raises OpsError: it could not be written down, or something of it cannot be read.
    """
    seen = seen or look(path)
    try:
        return trust_store().accept(seen.project, iso(SystemClock().now()), seen)
    except OSError as error:
        raise OpsError(f"trust {path}", f"not trusted: {error}") from error


def distrust(path: Path) -> Path:
    """Returns the project that it was; also one that is there no more.

    :raises NotFound: it was not trusted. :raises OpsError: it could not be written down.
    """
    here = path.resolve()
    for project in dict.fromkeys((here, find_project(here) or here)):
        try:
            if trust_store().remove(project):
                return project
        except OSError as error:
            raise OpsError(f"trust --remove {path}", f"not removed: {error}") from error
    raise NotFound(f"trust --remove {path}", "is not trusted", "see: crew-tui trust")
