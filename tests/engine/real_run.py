"""Real coordinators, real supervisors: a run in a directory of the test's own, and what became of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.events import Event
from crew_core.model.plan import RunPlan
from crew_core.model.reduce import reduce_all
from crew_core.model.state import RunState, Task
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.journal_reader import read_journal
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot
from tests.awaiting import PATIENCE_S, until


@dataclass
class RealRun:
    """A run on disk. ``start`` begins it, ``wait`` returns when its coordinator is gone."""

    layout: RunLayout
    module: str = "crew_core.engine"
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, directory: Path, plan: RunPlan, module: str = "crew_core.engine") -> RealRun:
        layout = RunLayout(directory / plan.run_id)
        ensure_directory(RealFs(), layout.root)
        write_snapshot(RealFs(), layout.plan, plan)
        return cls(layout, module)

    def start(self) -> RealRun:
        with self.layout.coordinator_log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, os.fspath(self.layout.root)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def wait(self) -> RunState:
        assert self.process is not None
        self.process.wait(PATIENCE_S)
        return self.state()

    def finish(self) -> RunState:
        return self.start().wait()

    def kill(self) -> None:
        """Its coordinator is gone from one moment to the next; its workers go on."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def events(self) -> list[Event]:
        return list(read_journal(self.layout.root, lambda problem: None))

    def state(self) -> RunState:
        state = reduce_all(None, self.events())
        assert state is not None, self.log()
        return state

    def task(self, task_id: str) -> Task:
        return self.state().tasks[task_id]

    def log(self) -> str:
        return self.layout.coordinator_log.read_text()

    def types(self, task_id: str | None = None) -> list[str]:
        return [e.type for e in self.events() if task_id is None or e.task_id == task_id]

    def result(self, task_id: str) -> str:
        return (self.layout.artifacts / "results" / f"{task_id}.txt").read_text()

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until ``true`` holds in a run that has begun; fails loudly when it never does."""
        place = self.layout.root.parent
        project = place.parent.parent if place.parent.name == ".crew" else place
        until(lambda: self.events() and true(), project, self.log)
