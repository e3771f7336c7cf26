"""An observer in a process whose inotify is limited: says what it does about that, and whether it sees a run."""

from __future__ import annotations

import sys
from pathlib import Path

from crew_core.observe.observer import Observer
from crew_core.observe.slices import LinkState
from crew_core.observe.watcher import Backend
from tests.engine.run_builders import plan, task
from tests.observe.test_observer import Seen
from tests.observe.written_run import WrittenRun


def main(directory: Path) -> None:
    root = directory / "runs"
    WrittenRun(root, plan(task("a"), run_id="team_1_a"))
    seen = Seen()
    observer = Observer(lambda: [root], seen.publish, backend=Backend.INOTIFY)
    observer.start()
    seen.until(lambda now: now.link.state is LinkState.POLLING, "polling")
    print("polling:", "inotify" if "inotify" in seen.link.problems[0].what else seen.link.problems)
    WrittenRun(root, plan(task("b"), run_id="team_2_b"))
    seen.until(lambda now: now.runs.total == 2, "the new run")
    print("seen")
    observer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
