"""A coordinator whose file system and spawns obey the faults in its environment."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from crew_core.engine.spawning import spawn_supervisor
from crew_core.store.fs import RealFs
from tests.seams.faulty_fs import Kind, from_environment

WORKER_ARGV = (sys.executable, "-m", "tests.faults.worker_process")

if __name__ == "__main__":
    fs = from_environment(RealFs())

    def spawn(argv: Sequence[str], attempt_dir: Path, log: Path, inherit: Sequence[int]) -> int:
        def start() -> int:
            fs.companions.append(spawn_supervisor(argv, attempt_dir, log, inherit))
            return fs.companions[-1]

        return fs.around(Kind.SPAWN, attempt_dir, start)

    sys.exit(main(Path(sys.argv[1]), Seams(fs=fs, worker_argv=WORKER_ARGV, spawn=spawn)))
