"""A run on disk that the test writes itself, as its coordinator and supervisors would."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from crew_core.model.events import Event, Payload
from crew_core.model.plan import RunPlan
from crew_core.model.snapshots import TasksFile, manifest_of
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.journal import Journal
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot
from tests.engine.run_builders import Book
from tests.seams.unsynced_fs import UnsyncedFs


class WrittenRun:
    """``record`` appends an event, ``snapshots`` writes what a coordinator would have by now."""

    def __init__(self, root: Path, plan: RunPlan) -> None:
        self.layout = RunLayout(root / plan.run_id)
        self.fs = UnsyncedFs()
        for directory in (self.layout.root, self.layout.commands_new, self.layout.artifacts, self.layout.attempts):
            ensure_directory(RealFs(), directory)
        write_snapshot(self.fs, self.layout.plan, plan)
        self.book = Book(plan)
        self._journal = Journal.open(self.fs, self.layout.root)
        self._journal.append(self.book.events[0])
        self._journal.commit()
        self.snapshots()

    @property
    def path(self) -> Path:
        return self.layout.root

    def record(self, payload: Payload, task_id: str | None = None) -> Event:
        event = self.book.record(payload, task_id)
        self.append(event)
        return event

    def append(self, event: Event | bytes) -> None:
        """An event that the book knows already, or a line of any kind."""
        self._journal.append(event)
        self._journal.commit()

    def snapshots(self) -> None:
        state = self.book.state
        tasks = TasksFile(seq=state.run.seq, tasks=tuple(state.tasks.values()))
        write_snapshot(self.fs, self.layout.tasks, tasks, durable=False)
        write_snapshot(self.fs, self.layout.manifest, manifest_of(state), durable=False)

    def say(self, task_id: str, n: int, *texts: str) -> None:
        """Append to what an attempt printed."""
        files = self.layout.attempt(task_id, n)
        files.root.mkdir(parents=True, exist_ok=True)
        with files.events.open("ab") as file:
            for text in texts:
                file.write(msgspec.json.encode(AgentEvent(kind=Kind.TEXT, text=text)) + b"\n")

    def delete(self) -> None:
        for directory, names, files in os.walk(self.path, topdown=False):
            for name in files:
                os.unlink(os.path.join(directory, name))
            for name in names:
                os.rmdir(os.path.join(directory, name))
        os.rmdir(self.path)
