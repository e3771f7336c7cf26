"""Accepting a project's own agents, workflows and settings."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.trust import Standing, Trust, TrustStore
from crew_core.ops.errors import NotFound, OpsError
from crew_core.ops.project import project_of, refuse_links
from crew_core.store.clock import SystemClock, iso
from crew_core.store.fs import RealFs
from crew_core.store.layout import find_project
from crew_core.store.machine import MachineStore


def trust_store() -> TrustStore:
    return TrustStore(RealFs(), MachineStore.of_this_user().root / "trust")


def trust(path: Path) -> Trust:
    """Accept the project at or above ``path`` as it is now; returns how it stood before.

    A project that brings nothing is not written down: what it brings one day has not been seen by anybody.

    :raises InputWrong: no such directory. :raises NotPermitted: its ``.crew`` leads elsewhere.
    :raises OpsError: it could not be written down, or something of it cannot be read.
    """
    project = project_of(path) or path.resolve()
    refuse_links(project)
    store = trust_store()
    before = store.standing(project)
    if before.standing is Standing.NOTHING:
        return before
    try:
        return store.accept(project, iso(SystemClock().now()))
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
