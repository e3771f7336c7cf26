"""A supervisor that obeys faults when it is the victim: ``CREW_TEST_VICTIM=<task>/<n>``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from crew_core.store.clock import SystemClock
from crew_core.store.fs import Fs, RealFs
from crew_core.store.identity import real_identities
from crew_core.worker.process import supervise
from tests.seams.faulty_fs import VARIABLE, FaultyFs, Kind, from_environment

VICTIM = "CREW_TEST_VICTIM"
VICTIM_FAULTS = "CREW_TEST_VICTIM_FAULTS"


def _file_system(attempt_dir: Path) -> Fs:
    # The coordinator's faults are not the supervisor's.
    os.environ.pop(VARIABLE, None)
    if f"{attempt_dir.parent.name}/{attempt_dir.name}" != os.environ.get(VICTIM):
        return RealFs()
    os.environ[VARIABLE] = os.environ.get(VICTIM_FAULTS, "{}")
    fs = from_environment(RealFs())
    _count_spawns(fs, attempt_dir)
    return fs


def _count_spawns(fs: FaultyFs, attempt_dir: Path) -> None:
    """The start of the agent, which is all that a supervisor starts, is one of the operations too."""
    popen = subprocess.Popen

    def counted(*args: Any, **kwargs: Any) -> Any:
        return fs.around(Kind.SPAWN, attempt_dir, lambda: popen(*args, **kwargs))

    subprocess.Popen = counted  # type: ignore[assignment,misc]


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    sys.exit(supervise(directory, fs=_file_system(directory), clock=SystemClock(), identities=real_identities()))
