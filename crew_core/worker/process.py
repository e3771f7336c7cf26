"""The process of a supervisor: which attempt it takes, and with which status it exits."""

from __future__ import annotations

import logging
from pathlib import Path

from crew_core.model.attempt import AttemptSpec
from crew_core.store.clock import Clock
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs, ensure_directory
from crew_core.store.identity import Identities
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot
from crew_core.store.subreaper import become_subreaper
from crew_core.worker.supervisor import Supervisor

_LOG = logging.getLogger(__name__)

EXIT_DONE = 0
EXIT_NO_SPEC = 1


def supervise(attempt_dir: Path, *, fs: Fs, clock: Clock, identities: Identities) -> int:
    """Supervise the attempt in ``attempt_dir``; returns the exit status of the process.

    An attempt that somebody else has claimed is none of our business: nothing is started, exit status 0.
    """
    # The agent has another working directory, and is told these paths.
    files = AttemptLayout(attempt_dir.absolute())
    become_subreaper()
    try:
        spec = read_snapshot(files.spec, AttemptSpec)
        for directory in (files.control_new, files.out_new):
            ensure_directory(fs, directory, within=files.root)
        supervisor = Supervisor(spec, files, fs, clock, identities)
    except (OSError, StoreError) as error:
        _LOG.error("%s: %s", files.spec, error)
        return EXIT_NO_SPEC
    if not supervisor.claim():
        return EXIT_DONE
    supervisor.run()
    return EXIT_DONE
