"""A run of pi-crew as the store thread reads it."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.status import RunStatus
from crew_core.observe.picrew.outputs import output_sources
from crew_core.observe.picrew.processes import Processes
from crew_core.observe.picrew.reading import PicrewReader, PicrewReading
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.run_source import AgentFile, Known
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import HealthSlice, MailSlice, PlanSlice
from crew_core.observe.watcher import Hints


class PicrewRun:
    """Read-only; `read` gives back the same object as long as nothing changed."""

    foreign = True

    def __init__(self, run_dir: Path, processes: Processes | None = None) -> None:
        self.path = run_dir
        self._reader = PicrewReader(run_dir, processes)
        self._reading = self._reader.read()
        self._known = _known_of(self._reading)
        self._files: dict[str, Path] = {}

    def read(self, hints: Hints) -> Known:
        reading = self._reader.read()
        if reading is not self._reading:
            self._reading, self._known = reading, _known_of(reading)
        return self._known

    def watched(self) -> Set[Path]:
        """The run and its mailboxes; how its tasks stand is in files of the run itself."""
        return self._reader.directories

    def agent_file(self, task: Task) -> AgentFile | None:
        if not task.attempts:
            return None
        path = self._files.get(task.id)
        if path is None:
            path = next(iter(output_sources(self.path, task.id)), None)
            if path is None:
                return None
            self._files[task.id] = path
        return AgentFile(task.id, task.attempts[-1].n, path, lambda: AgentStream(path).feed)

    def mail(self) -> MailSlice:
        letters, problems = self._reading.mail, self._reading.mail_problems
        state = SliceState.PARTIAL if problems else SliceState.READY if letters else SliceState.EMPTY
        return MailSlice(state, letters, problems)

    def health(self) -> HealthSlice:
        reading = self._reading
        state = SliceState.READY if reading.workers else SliceState.EMPTY
        return HealthSlice(state, reading.workers, reading.coordinator, reading.evidence)

    def plan(self) -> PlanSlice:
        return self._reading.plan


def _known_of(reading: PicrewReading) -> Known:
    return Known(
        run=reading.run,
        live=reading.live,
        why=reading.why,
        tasks=reading.tasks,
        log=reading.log,
        count=reading.count,
        reasons=reading.reasons,
        task_doubts=reading.task_doubts,
        problems=reading.problems,
        evidence=reading.evidence,
        doubts=reading.against,
        gone=reading.gone,
        # Where not every letter can be read nobody knows how many there are.
        unread=0 if reading.mail_problems else sum(letter.unread for letter in reading.mail),
        plan_waits=_plan_waits(reading),
    )


def _plan_waits(reading: PicrewReading) -> bool:
    """The approval of a run that is over is asked for on record, and nothing waits for it."""
    approval, run = reading.plan.approval, reading.run
    pending = approval is not None and approval.status == "pending"
    return pending and run is not None and (run.status is RunStatus.BLOCKED or not run.status.ended)
