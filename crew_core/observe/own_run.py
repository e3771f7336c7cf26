"""A run of ours as the store thread reads it: journal, lock, and what can be told from them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.status import RunStatus
from crew_core.observe.health import coordinator_evidence, read_health
from crew_core.observe.liveness import liveness
from crew_core.observe.mail import mail_of
from crew_core.observe.plan import plan_of
from crew_core.observe.plan_versions import PlanVersions
from crew_core.observe.reading import RunReader, RunReading
from crew_core.observe.run_source import AgentFile, Known
from crew_core.observe.slices import AppendLog, Liveness
from crew_core.observe.tab_slices import HealthSlice, MailSlice, PlanSlice
from crew_core.observe.transcripts import events_of
from crew_core.observe.watcher import Hints
from crew_core.store.layout import RunLayout

_SNAPSHOTS = frozenset({"manifest.json", "tasks.json"})


class OwnRun:
    """Read incrementally; `read` gives back the same object as long as nothing changed."""

    foreign = False

    def __init__(self, run_dir: Path) -> None:
        self.path = run_dir
        self._layout = RunLayout(run_dir)
        self._reader = RunReader(run_dir)
        self._versions = PlanVersions(self._layout)
        self._reading: RunReading | None = None
        self._known = Known(None, Liveness.UNKNOWN, "", (), AppendLog(), 0)

    def watched(self) -> Set[Path]:
        return {self.path}

    def read(self, hints: Hints) -> Known:
        rewritten = {self.path / name for name in _SNAPSHOTS}
        if self._reader.damaged and not rewritten.isdisjoint(hints.paths):
            self._reader.check_again()
        reading = self._reader.read()
        live = self._liveness(reading)
        if reading is self._reading and live is self._known.live:
            return self._known
        self._reading = reading
        self._known = self._known_of(reading, live)
        return self._known

    def _known_of(self, reading: RunReading, live: Liveness) -> Known:
        run = reading.state.run if reading.state else None
        interrupted = live is Liveness.INTERRUPTED
        why = "its directory is gone" if reading.gone else reading.why
        if interrupted:
            why = "no coordinator works on it" if reading.newer else "no coordinator works on it: resume"
        before = self._known
        known = Known(
            run=run,
            live=live,
            why=why,
            tasks=reading.tasks,
            log=reading.log,
            count=reading.count,
            reasons=reading.reasons_while(live),
            problems=reading.problems,
            evidence=() if reading.gone or run is None else coordinator_evidence(self.path, run, live),
            gone=reading.gone,
            newer=reading.newer,
        )
        return replace(known, evidence=before.evidence) if known.evidence == before.evidence else known

    def _liveness(self, reading: RunReading) -> Liveness:
        if reading.gone:
            return Liveness.UNKNOWN
        status = reading.state.run.status if reading.state else None
        # Before its first event a run waits for its coordinator.
        return liveness(self.path, RunStatus.QUEUED if status is None and not reading.problems else status)

    def agent_file(self, task: Task) -> AgentFile | None:
        if not task.attempts:
            return None
        n = task.attempts[-1].n
        path = self._layout.attempt(task.id, n).events
        return AgentFile(task.id, n, path, lambda: events_of)

    def mail(self) -> MailSlice:
        return mail_of(self._reading.state if self._reading else None)

    def health(self) -> HealthSlice:
        return read_health(self.path, self._known.run, self._known.tasks)

    def plan(self) -> PlanSlice:
        return plan_of(self._known.tasks, self._versions.revisions(self._known.tasks))
