"""``python -m crew_core.engine RUN_DIR``: coordinate one run."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.engine.coordinator import main

if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: python -m crew_core.engine RUN_DIR", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(Path(sys.argv[1])))
