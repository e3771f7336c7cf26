"""``python -m crew_core.worker ATTEMPT_DIR``: supervise one attempt."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from crew_core.store.clock import SystemClock
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.worker.process import supervise

if __name__ == "__main__":
    # Standard error is the attempt's supervisor.log.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    if len(sys.argv) != 2:
        sys.exit("usage: python -m crew_core.worker ATTEMPT_DIR")
    directory = Path(sys.argv[1])
    sys.exit(supervise(directory, fs=RealFs(), clock=SystemClock(), identities=real_identities()))
