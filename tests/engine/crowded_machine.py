"""A coordinator of a machine with few cores and little memory, where shell agents are heavy; run as a module.

The variables ``TRIAL_FREE_BYTES``, ``TRIAL_START_S`` and ``TRIAL_CORES`` say how little, how heavy, and how many (one).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from crew_core.agents import registry
from crew_core.agents.protocol import Needs
from crew_core.agents.shell import ABILITIES, session
from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from crew_core.store.memory import Free

__all__ = ["ABILITIES", "NEEDS", "session"]

_GIB = 1 << 30

NEEDS = Needs(memory_bytes=_GIB, start_s=float(os.environ.get("TRIAL_START_S", "0")))


class Little:
    """Always the same, whoever runs."""

    def free(self) -> Free:
        return Free(int(os.environ["TRIAL_FREE_BYTES"]), 16 * _GIB)


if __name__ == "__main__":
    registry._ADAPTERS["shell"] = "tests.engine.crowded_machine"
    sys.exit(main(Path(sys.argv[1]), Seams(memory=Little(), cores=int(os.environ.get("TRIAL_CORES", "1")))))
