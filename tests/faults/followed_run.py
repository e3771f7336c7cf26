"""`crew-tui run --follow` of a run that is written down already, and whose coordinator its test starts."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.ops.request import StartRequest
from crew_core.ops.start import StartedRun
from crew_tui.cli import run
from crew_tui.cli.main import main

if __name__ == "__main__":
    run_dir = Path(sys.argv[1])

    def already_started(request: StartRequest) -> StartedRun:
        return StartedRun(run_dir.name, run_dir, team="test", workflow="test", tasks=3, notices=())

    run.start_run = already_started
    sys.exit(main(["run", "try it", "--follow"]))
