"""Paints the early frame, then does what its argument says in place of loading the dashboard."""

from __future__ import annotations

import os
import signal
import sys

from crew_core.config.first_look import Wishes
from crew_tui.early_frame import Arranged, EarlyFrame
from crew_tui.ui_state import UiState
from tests.tui.builders import row, runs

if __name__ == "__main__":
    early = EarlyFrame(Arranged(Wishes(), UiState(), "acme-api"), os.environ)
    early.show(runs(row(1)))
    if sys.argv[1] == "wait":
        signal.pause()
    early.undo()
    early.undo()
    print("left")
    print(sys.stdin.readline().strip())
