"""The temporary directory of one attempt: named after its worker, and gone with all that is in it when it ends."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from crew_core.store.fs import DIRECTORY_MODE

_LOG = logging.getLogger(__name__)

#: How programs are told where temporary files belong; the first counts.
VARIABLES = ("TMPDIR", "TMP", "TEMP")

_USUAL = "/tmp"


def place_of(worker_id: str, environment: Mapping[str, str]) -> Path:
    """Where it is to be: in the directory for temporary files that this environment names, if that can be written.
    The name is short: the path of a socket in it may have 104 bytes."""
    # Not ``gettempdir``: it writes to find out, and takes the working directory when disks are full.
    said = (environment.get(name) for name in VARIABLES)
    usable = (place for place in said if place and os.access(place, os.W_OK | os.X_OK))
    return Path(next(usable, _USUAL)).absolute() / _name(worker_id)


def remove(path: Path, worker_id: str) -> None:
    """Remove it if it is there, never through a link; what cannot be removed is logged. No process may use it any more.

    A path that is not of this worker is left alone: an agent can write where it is recorded.
    """
    if path.name != _name(worker_id):
        _LOG.warning("%s is no temporary directory of %s: left alone", path, worker_id)
        return
    try:
        # Nothing can be removed from a directory that is read-only.
        for *_, directory in os.fwalk(path):
            # One that is another user's goes if it is empty; the rest goes anyway.
            with contextlib.suppress(PermissionError):
                os.fchmod(directory, DIRECTORY_MODE)
        shutil.rmtree(path, ignore_errors=True)
    except FileNotFoundError:
        return
    except (OSError, RecursionError) as error:
        _LOG.warning("%s: %s", path, error)
    if os.path.lexists(path):
        _LOG.warning("%s: not all of it could be removed", path)


def _name(worker_id: str) -> str:
    return f"crew-{hashlib.sha256(worker_id.encode()).hexdigest()[:12]}"
