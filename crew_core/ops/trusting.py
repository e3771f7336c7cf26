"""Accepting a project's own agents, workflows and settings."""

from __future__ import annotations

from pathlib import Path

from crew_core.config.trust import Trust, TrustStore
from crew_core.ops.errors import InputWrong, NotFound, OpsError
from crew_core.store.clock import SystemClock, iso
from crew_core.store.fs import RealFs
from crew_core.store.layout import config_home


def trust_store() -> TrustStore:
    return TrustStore(RealFs(), config_home() / "trust")


def trust(path: Path) -> Trust:
    """Accept the project as it is now; returns how it stood before.

    :raises InputWrong: no such directory. :raises OpsError: it could not be written down.
    """
    if not path.is_dir():
        raise InputWrong(f"trust {path}", "no such directory")
    try:
        return trust_store().accept(path, iso(SystemClock().now()))
    except OSError as error:
        raise OpsError(f"trust {path}", f"not written: {error}") from error


def distrust(path: Path) -> None:
    """:raises NotFound: it was not trusted. :raises OpsError: it could not be written down."""
    try:
        removed = trust_store().remove(path)
    except OSError as error:
        raise OpsError(f"trust --remove {path}", f"not written: {error}") from error
    if not removed:
        raise NotFound(f"trust --remove {path}", "is not trusted", "see: crew-tui trust")
