"""A supervisor that obeys faults when it is the victim: ``CREW_TEST_VICTIM=<task>/<n>``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crew_core.store.clock import SystemClock
from crew_core.store.fs import Fs, RealFs
from crew_core.store.identity import real_identities
from crew_core.worker.supervisor import supervise
from tests.seams.faulty_fs import VARIABLE, from_environment

VICTIM = "CREW_TEST_VICTIM"
VICTIM_FAULTS = "CREW_TEST_VICTIM_FAULTS"


def _file_system(attempt_dir: Path) -> Fs:
    # The coordinator's faults are not the supervisor's.
    os.environ.pop(VARIABLE, None)
    if f"{attempt_dir.parent.name}/{attempt_dir.name}" != os.environ.get(VICTIM):
        return RealFs()
    os.environ[VARIABLE] = os.environ.get(VICTIM_FAULTS, "{}")
    return from_environment(RealFs())


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    sys.exit(supervise(directory, fs=_file_system(directory), clock=SystemClock(), identities=real_identities()))
