"""A coordinator with the faults of its environment, whose workers know the trial program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from crew_core.store.fs import RealFs
from tests.engine.trial_coordinator import WORKER_ARGV
from tests.seams.faulty_fs import VARIABLE, from_environment
from tests.worker.trial_adapter import register

if __name__ == "__main__":
    register()
    fs = from_environment(RealFs())
    # The coordinator's faults are not the supervisor's.
    os.environ.pop(VARIABLE, None)
    sys.exit(main(Path(sys.argv[1]), Seams(fs=fs, worker_argv=WORKER_ARGV)))
