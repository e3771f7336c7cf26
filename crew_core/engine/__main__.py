"""``python -m crew_core.engine RUN_DIR``: coordinate one run."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from crew_core.engine.coordinator import main

if __name__ == "__main__":
    # Standard error is the run's coordinator.log.
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    if len(sys.argv) != 2:
        sys.exit("usage: python -m crew_core.engine RUN_DIR")
    sys.exit(main(Path(sys.argv[1])))
