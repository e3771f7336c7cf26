"""A coordinator, and supervisors, that know the program of ``tests.worker.trial_adapter``."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from tests.worker.trial_adapter import register

WORKER_ARGV = (sys.executable, "-m", "tests.worker.trial_adapter")

if __name__ == "__main__":
    register()
    sys.exit(main(Path(sys.argv[1]), Seams(worker_argv=WORKER_ARGV)))
