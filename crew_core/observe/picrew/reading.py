"""One run of pi-crew, read incrementally: each file again only when it was written, the journal by what is appended."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from pathlib import Path

from crew_core.model.events import Event
from crew_core.model.state import Run, Task
from crew_core.model.status import RunStatus
from crew_core.observe.picrew.agent_record import AgentRecord, agents_from
from crew_core.observe.picrew.answers import Answers
from crew_core.observe.picrew.held import Held
from crew_core.observe.picrew.journal import PicrewJournal
from crew_core.observe.picrew.mail import Mailbox
from crew_core.observe.picrew.manifest import Manifest, finished_at, manifest_from, runner_from
from crew_core.observe.picrew.people import coordinator_words, run_words, workers_of
from crew_core.observe.picrew.places import AGENTS, ASYNC_PID, MANIFEST, TASKS, PicrewPlaces
from crew_core.observe.picrew.plan import WrittenPhase, plan_in, plan_of
from crew_core.observe.picrew.processes import Processes, RealProcesses
from crew_core.observe.picrew.task_record import TaskRecord, TaskRecords
from crew_core.observe.picrew.tasks import dependencies, reason_of, task_of
from crew_core.observe.picrew.verdicts import Records, Verdicts, judge
from crew_core.observe.slices import AppendLog, Evidence, Liveness, Problem
from crew_core.observe.tab_slices import Box, Letter, PlanSlice, Worker

#: A planner's answer is cut by pi-crew at 80 KB.
_LARGEST_PLAN = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PicrewReading:
    """What is known of the run. ``run`` None: its manifest is not there, or nothing in it can be trusted.

    ``evidence``: what ``live`` rests on, the deciding piece first. ``against``: what speaks against the recorded
    status of the run; ``task_doubts``: against that of a task.
    """

    run: Run | None
    tasks: tuple[Task, ...]
    reasons: Mapping[str, str]
    task_doubts: Mapping[str, Evidence]
    log: AppendLog[Event]
    count: int
    problems: tuple[Problem, ...]
    gone: bool
    live: Liveness
    why: str
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    mail: tuple[Letter, ...]
    mail_problems: tuple[Problem, ...]
    plan: PlanSlice
    workers: tuple[Worker, ...]
    coordinator: str


class PicrewReader:
    """``read`` again after each hint of a change, and from time to time while the run is active.

    When nothing changed, in the files or among the processes, it returns the very same reading. Owned by one
    thread. Writes nothing, and reads nothing outside the run and its artifacts.
    """

    def __init__(self, run_dir: Path, processes: Processes | None = None, now: Callable[[], float] = time.time) -> None:
        """``now``: seconds since 1970."""
        self.places = PicrewPlaces(run_dir)
        self._processes = processes or RealProcesses()
        self._now = now
        self._records = TaskRecords(self.places)
        self._manifest: Held[Manifest] = Held(run_dir, (MANIFEST,), lambda data: manifest_from(data, self.places))
        self._tasks: Held[tuple[TaskRecord, ...]] = Held(run_dir, (TASKS,), self._records.parse)
        self._agents: Held[Mapping[str, AgentRecord]] = Held(run_dir, (AGENTS,), agents_from)
        self._runner = Held(run_dir, (ASYNC_PID,), runner_from, most=4096)
        self._journal = PicrewJournal(run_dir)
        self._mailbox = Mailbox(run_dir)
        self._plan: Held[tuple[WrittenPhase, ...]] | None = None
        if self.places.crew is not None:
            parts = ("artifacts", run_dir.name, "shared", "adaptive-plan.json")
            self._plan = Held(self.places.crew, parts, plan_in, most=_LARGEST_PLAN)
        self._answers = Answers(self.places)
        self._built: dict[str, tuple[object, Task]] = {}
        self._verdicts: Verdicts | None = None
        self._last: PicrewReading | None = None

    @property
    def bytes_read(self) -> int:
        """Bytes of the journal that were read from disk so far."""
        return self._journal.bytes_read

    @property
    def directories(self) -> Set[Path]:
        """In which something may be written that concerns the run."""
        return {self.places.run, *self._mailbox.directories}

    def read(self) -> PicrewReading:
        """Never raises for what is on disk: damage becomes a problem, and what it hides is unknown."""
        changed = self._look()
        gone = not os.path.lexists(self.places.run)
        records = self._judged()
        verdicts = judge(records, self._answers, self._processes, self._now())
        problems = self._problems(verdicts)
        last = self._last
        same = not changed and verdicts == self._verdicts
        if last is not None and same and (last.gone, last.problems) == (gone, problems):
            return last
        self._verdicts = verdicts
        self._last = _kept(last, self._reading(records, verdicts, problems, gone=gone))
        return self._last

    def _look(self) -> bool:
        """Whether any file says something else than before."""
        changed = False
        for held in (self._manifest, self._tasks, self._agents, self._runner, self._plan):
            changed |= held is not None and held.look()
        changed |= self._journal.read()
        changed |= self._mailbox.read()
        return changed

    def _judged(self) -> Records:
        return Records(
            places=self.places,
            manifest=self._manifest.value,
            runner=self._runner.value,
            tasks=self._tasks.value,
            agents=self._agents.value or {},
            trail=self._journal.trail,
            journal_whole=self._journal.whole,
        )

    def _problems(self, verdicts: Verdicts) -> tuple[Problem, ...]:
        found = [held.problem for held in (self._manifest, self._tasks, self._agents, self._runner)]
        problems = [problem for problem in found if problem is not None]
        run = self.places.run
        for held, path in ((self._manifest, run / MANIFEST), (self._tasks, run / TASKS)):
            if held.missing:
                problems.append(Problem(path, "is missing"))
        problems += [Problem(run / TASKS, what) for what in self._records.damaged]
        manifest = self._manifest.value
        if manifest is not None and manifest.status is None:
            problems.append(Problem(run / MANIFEST, f"its status {manifest.word!r} is not known"))
        if self._journal.missing:
            problems.append(Problem(self._journal.path, "is missing"))
        problems += self._journal.problems(ended=verdicts.live in (Liveness.ENDED, Liveness.INTERRUPTED))
        if verdicts.problem is not None:
            problems.append(verdicts.problem)
        if self._plan is not None and self._plan.problem is not None and self._journal.trail.plan is not None:
            problems.append(self._plan.problem)
        return tuple(problems)

    def _reading(
        self, judged: Records, verdicts: Verdicts, problems: tuple[Problem, ...], *, gone: bool
    ) -> PicrewReading:
        manifest, records = judged.manifest, judged.tasks or ()
        after = dependencies(records)
        tasks = self._all_tasks(records, after)
        statuses = {task.id: task.status for task in tasks}
        return PicrewReading(
            run=self._run(manifest),
            tasks=tasks,
            reasons=_reasons(tasks, manifest),
            task_doubts=verdicts.tasks,
            log=self._journal.log,
            count=len(self._journal.log),
            problems=problems,
            gone=gone,
            live=verdicts.live,
            why="its directory is gone" if gone else run_words(manifest, statuses, verdicts.live, verdicts.evidence),
            evidence=verdicts.evidence,
            against=verdicts.against,
            mail=self._mailbox.letters,
            mail_problems=self._mailbox.problems,
            plan=self._plan_slice(manifest, records, after),
            workers=workers_of(tasks, records, judged.trail, verdicts.alive),
            coordinator=coordinator_words(judged, verdicts),
        )

    def _plan_slice(
        self, manifest: Manifest | None, records: Sequence[TaskRecord], after: Mapping[str, tuple[str, ...]]
    ) -> PlanSlice:
        held = self._plan
        written = held.value if held is not None else None
        approval = manifest.approval if manifest else None
        source = held.path if held is not None and written is not None else None
        repaired = self._journal.trail.repaired is not None
        return plan_of(records, after, written or (), approval, source, repaired=repaired)

    def _run(self, manifest: Manifest | None) -> Run | None:
        if manifest is None or manifest.status is None:
            return None
        trail = self._journal.trail
        project = self.places.project
        # A journal that was shortened begins in the middle; what it says of the beginning is then about a resume.
        began = trail.began.at if trail.began and trail.first_seq == 1 else manifest.created_at
        return Run(
            run_id=self.places.run.name,
            team=manifest.team,
            workflow=manifest.workflow,
            goal=manifest.goal,
            status=manifest.status,
            created_at=manifest.created_at,
            updated_at=manifest.updated_at,
            cwd=manifest.cwd,
            project_root=str(project) if project else None,
            seq=trail.last_seq,
            started_at=began or None,
            finished_at=finished_at(manifest, trail.ended.at if trail.ended else None),
            summary=manifest.summary or None,
            artifacts=manifest.artifacts,
        )

    def _all_tasks(self, records: Sequence[TaskRecord], after: Mapping[str, tuple[str, ...]]) -> tuple[Task, ...]:
        """In their order; a task that nothing new is known of is the same object, and so is the tuple."""
        sent = Counter(letter.sender for letter in self._mailbox.letters if letter.box is Box.OUTBOX)
        agents, trails = self._agents.value or {}, self._journal.trail.tasks
        built: dict[str, tuple[object, Task]] = {}
        for record in records:
            trail, agent = trails.get(record.id), agents.get(record.id)
            told = (self._journal.restarts, trail.version if trail else 0)
            key = (record, agent, told, after[record.id], sent[record.id])
            known = self._built.get(record.id)
            if known is not None and known[0] == key:
                built[record.id] = known
                continue
            task = task_of(
                record, after[record.id], trail, agent, messages=sent[record.id], run_id=self.places.run.name
            )
            built[record.id] = (key, known[1] if known is not None and known[1] == task else task)
        self._built = built
        tasks = tuple(task for _, task in built.values())
        before = self._last.tasks if self._last else ()
        same = len(tasks) == len(before) and all(a is b for a, b in zip(tasks, before, strict=True))
        return before if same else tasks


def _reasons(tasks: Sequence[Task], manifest: Manifest | None) -> Mapping[str, str]:
    status = manifest.status if manifest else None
    over = status is not None and status.ended and status is not RunStatus.BLOCKED
    approval = manifest.approval if manifest else None
    pending = approval is not None and approval.status == "pending"
    by_id = {task.id: task for task in tasks}
    return {task.id: reason_of(task, by_id, over=over, waits_for_approval=pending) for task in tasks}


def _kept(before: PicrewReading | None, now: PicrewReading) -> PicrewReading:
    """The new reading with the old objects wherever they say the same; the old one when all of them do."""
    if before is None:
        return now
    names = [each.name for each in dataclass_fields(PicrewReading)]
    same = {name: getattr(before, name) for name in names if getattr(before, name) == getattr(now, name)}
    return before if len(same) == len(names) else replace(now, **same)
