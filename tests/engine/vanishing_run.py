"""A coordinator whose run is removed when the intent to start an attempt is on disk, and before it is carried out."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from crew_core.store.fs import RealFs
from crew_core.store.layout import RunLayout


class VanishingRun(RealFs):
    """It goes in one step, to a place beside it."""

    def __init__(self, layout: RunLayout) -> None:
        self._layout = layout

    def fsync(self, fd: int) -> None:
        super().fsync(fd)
        journal = self._layout.journal
        if journal.exists() and b"attempt.starting" in journal.read_bytes():
            self._layout.root.rename(self._layout.root.with_name("removed"))


if __name__ == "__main__":
    run_dir = Path(sys.argv[1])
    sys.exit(main(run_dir, Seams(fs=VanishingRun(RunLayout(run_dir)))))
