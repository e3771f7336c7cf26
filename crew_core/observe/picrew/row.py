"""The line of one run of pi-crew in the list: its manifest, its tasks, and the end of its journal."""

from __future__ import annotations

from pathlib import Path

from crew_core.model.status import TaskStatus
from crew_core.observe.picrew.agent_record import agents_from
from crew_core.observe.picrew.answers import Answers
from crew_core.observe.picrew.held import Held
from crew_core.observe.picrew.journal import END_BYTES, JournalEnd, journal_end
from crew_core.observe.picrew.manifest import Manifest, finished_at, manifest_from, runner_from
from crew_core.observe.picrew.people import needs_person, run_words
from crew_core.observe.picrew.places import AGENTS, ASYNC_PID, EVENTS, MANIFEST, TASKS, PicrewPlaces
from crew_core.observe.picrew.processes import Processes, RealProcesses
from crew_core.observe.picrew.task_record import TaskRecord, TaskRecords
from crew_core.observe.picrew.tasks import status_of
from crew_core.observe.picrew.trail import Trail
from crew_core.observe.picrew.verdicts import Records, judge
from crew_core.observe.slices import Liveness, RunRow


class PicrewRow:
    """The row of one run, kept: files are read again only when they were written."""

    def __init__(self, run_dir: Path, processes: Processes | None = None) -> None:
        self._places = PicrewPlaces(run_dir)
        self._processes = processes or RealProcesses()
        self._records = TaskRecords(self._places)
        self._manifest: Held[Manifest] = Held(
            run_dir, (MANIFEST,), lambda data: manifest_from(data, self._places, with_artifacts=False)
        )
        self._tasks: Held[tuple[TaskRecord, ...]] = Held(run_dir, (TASKS,), self._records.parse)
        self._agents = Held(run_dir, (AGENTS,), agents_from)
        self._runner = Held(run_dir, (ASYNC_PID,), runner_from, most=4096)
        self._journal: Held[JournalEnd] = Held(
            run_dir, (EVENTS,), lambda data: journal_end(data, run_dir.name), most=END_BYTES, end_only=True
        )
        self._answers = Answers(self._places)
        self._last: RunRow | None = None

    def read(self, now: float) -> RunRow:
        """The same row as before when nothing is different. Never raises for what is on disk.

        :param now: seconds since 1970.
        """
        for held in (self._manifest, self._tasks, self._agents, self._runner, self._journal):
            held.look()
        row = self._row(now)
        if row != self._last:
            self._last = row
        return self._last

    def _row(self, now: float) -> RunRow:
        manifest, tasks = self._manifest.value, self._tasks.value or ()
        if manifest is None:
            return self._unknown()
        end = self._journal.value or JournalEnd(Trail(), whole=False)
        records = Records(
            places=self._places,
            manifest=manifest,
            runner=self._runner.value,
            tasks=self._tasks.value,
            agents=self._agents.value or {},
            trail=end.trail,
            journal_whole=end.whole,
        )
        verdicts = judge(records, self._answers, self._processes, now)
        statuses = {task.id: status_of(task) for task in tasks}
        project = self._places.project
        return RunRow(
            run_id=self._places.run.name,
            path=self._places.run,
            project=str(project) if project else manifest.cwd,
            team=manifest.team,
            workflow=manifest.workflow,
            goal=manifest.goal,
            status=manifest.status,
            live=verdicts.live,
            created_at=manifest.created_at,
            updated_at=manifest.updated_at,
            finished_at=finished_at(manifest, end.trail.ended.at if end.trail.ended else None),
            done=sum(status.ended for status in statuses.values()),
            total=len(statuses),
            running=sum(status is TaskStatus.RUNNING for status in statuses.values()),
            needs_you=needs_person(manifest, tuple(statuses.values()), verdicts.live),
            why=run_words(manifest, statuses, verdicts.live, verdicts.evidence),
            problem=self._problem() or (f"{EVENTS} {verdicts.problem.what}" if verdicts.problem else ""),
            foreign=True,
            doubt=verdicts.against[0].says if verdicts.against else "",
        )

    def _problem(self) -> str:
        for held in (self._manifest, self._tasks, self._journal):
            if held.problem is not None:
                return f"{held.path.name} {held.problem.what}"
            if held.missing:
                return f"{held.path.name} is missing"
        return f"{TASKS}: {self._records.damaged[0]}" if self._records.damaged else ""

    def _unknown(self) -> RunRow:
        """Its manifest tells nothing; the tasks alone do not say what the run came to."""
        tasks = self._tasks.value or ()
        project = self._places.project
        return RunRow(
            run_id=self._places.run.name,
            path=self._places.run,
            project=str(project) if project else "",
            team="",
            workflow="",
            goal="",
            status=None,
            live=Liveness.UNKNOWN,
            created_at="",
            updated_at="",
            finished_at=None,
            done=sum(status_of(task).ended for task in tasks),
            total=len(tasks),
            running=sum(task.status is TaskStatus.RUNNING for task in tasks),
            needs_you=False,
            problem=self._problem() or f"{MANIFEST} cannot be read",
            foreign=True,
        )
