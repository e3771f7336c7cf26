"""The verdicts on a run: whether it lives and what speaks against its record, from everything that lies there."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.agent_record import AgentRecord
from crew_core.observe.picrew.answers import Answers
from crew_core.observe.picrew.doubts import RunTraces, Traces, doubt_about_task, doubts_about_status, without_end
from crew_core.observe.picrew.living import Clues, Living, Sign, WorkerClue, living
from crew_core.observe.picrew.manifest import Manifest, Runner
from crew_core.observe.picrew.places import AGENTS, ASYNC_PID, EVENTS, MANIFEST, TASKS, PicrewPlaces
from crew_core.observe.picrew.processes import Processes
from crew_core.observe.picrew.task_record import TaskRecord
from crew_core.observe.picrew.trail import TaskTrail, Trail
from crew_core.observe.slices import Evidence, Liveness, Problem

_NO_TRAIL = TaskTrail()

#: A manifest is written just before its event; a reader in between must not doubt it.
WRITING_S = 5.0


@dataclass(frozen=True, slots=True)
class Records:
    """What was read. ``tasks`` None: they cannot be read. ``journal_whole``: nothing of it is missing."""

    places: PicrewPlaces
    manifest: Manifest | None
    runner: Runner | None
    tasks: Sequence[TaskRecord] | None
    agents: Mapping[str, AgentRecord]
    trail: Trail
    journal_whole: bool


@dataclass(frozen=True, slots=True)
class Verdicts:
    """``against``: what speaks against the status of the run; ``tasks``: against that of a task.

    ``problem``: what of the journal is missing, which only its comparison with the manifest shows.
    """

    live: Liveness
    evidence: tuple[Evidence, ...]
    alive: Mapping[str, bool | None]
    against: tuple[Evidence, ...]
    tasks: Mapping[str, Evidence]
    problem: Problem | None = None


def judge(records: Records, answers: Answers, processes: Processes, now: float) -> Verdicts:
    """``now``: seconds since 1970."""
    manifest = records.manifest
    status = manifest.status if manifest else None
    found = _living(records, manifest, status, processes, now)
    tasks = {task.id: doubt for task, doubt in _task_doubts(records, status, found.live, answers)}
    if manifest is None:
        return Verdicts(found.live, found.evidence, found.alive, (), tasks)
    traces = _run_traces(records, manifest, tasks, now)
    problem = without_end(status, traces) if status is not None else None
    return Verdicts(found.live, found.evidence, found.alive, doubts_about_status(manifest, traces), tasks, problem)


def _living(
    records: Records, manifest: Manifest | None, status: RunStatus | None, processes: Processes, now: float
) -> Living:
    run, trail = records.places.run, records.trail
    if manifest is None or status is None:
        says = "its status cannot be read"
        return Living(Liveness.UNKNOWN, (Evidence("unreadable", says, run / MANIFEST),), {})
    if status.ended:
        told = [Evidence("recorded-end", f"recorded as {status}", run / MANIFEST)]
        if trail.ended is not None:
            told.append(Evidence("journal-end", trail.ended.type, run / EVENTS, trail.ended.seq))
        return Living(Liveness.ENDED, (*told, *_without_process(records, manifest)), {})
    return living(_clues(records, manifest), processes, now)


def _without_process(records: Records, manifest: Manifest) -> Iterator[Evidence]:
    """pi-crew's own mock answers in place of a process; that is how it was recorded, and worth knowing."""
    if manifest.runtime != "child-process" or not records.journal_whole:
        return
    trails = records.trail.tasks
    ended = [task for task in records.tasks or () if task.status in (TaskStatus.COMPLETED, TaskStatus.FAILED)]
    spawned = [task for task in ended if (trail := trails.get(task.id)) and (trail.spawned or trail.refused)]
    if ended and not spawned:
        says = "no worker process was ever started for it: what is recorded comes from a mock"
        yield Evidence("no-process", says, records.places.run / EVENTS)


def _clues(records: Records, manifest: Manifest) -> Clues:
    run, trail = records.places.run, records.trail
    runner = None if trail.in_foreground else records.runner or manifest.runner
    if runner is not None and manifest.runner is not None and runner.pid == manifest.runner.pid:
        runner = Runner(runner.pid, manifest.runner.spawned_at, runner.started_at)
    ended = trail.runner_ended
    running = [task for task in records.tasks or () if task.status is TaskStatus.RUNNING]
    return Clues(
        runner=runner,
        runner_path=run / (ASYNC_PID if records.runner is not None else MANIFEST),
        runner_ended=Evidence("runner-ended", f"its runner recorded {ended.type}", run / EVENTS, ended.seq)
        if ended is not None and not trail.in_foreground
        else None,
        workers=tuple(_worker_clue(task, trail.tasks.get(task.id, _NO_TRAIL)) for task in running),
        workers_path=run / EVENTS,
        sign=max(_signs(records, manifest, running), key=lambda sign: fields.moment(sign.at) or 0.0, default=None),
        in_place=manifest.state_root in (str(run), os.path.realpath(run)),
    )


def _worker_clue(task: TaskRecord, trail: TaskTrail) -> WorkerClue:
    if trail.spawned is not None:
        return WorkerClue(task.id, trail.pid, trail.spawned.at, trail.spawned.seq, trail.exited is not None)
    spawned_at = task.checkpoint_at if task.checkpoint == "child-spawned" else None
    return WorkerClue(task.id, task.child_pid if spawned_at else None, spawned_at, None, exited=False)


def _signs(records: Records, manifest: Manifest, running: Sequence[TaskRecord]) -> Iterator[Sign]:
    run, trail = records.places.run, records.trail
    if trail.sign is not None:
        yield Sign(trail.sign.type, trail.sign.at, run / EVENTS, trail.sign.seq)
    else:
        yield Sign("written", manifest.updated_at, run / MANIFEST)
    for task in running:
        if task.beat_alive and task.beat_at:
            yield Sign(f"heartbeat of {task.id}", task.beat_at, run / TASKS)
        agent = records.agents.get(task.id)
        for progress, path in ((task.progress, TASKS), (agent.progress if agent else None, AGENTS)):
            if progress is not None and progress.last_activity_at:
                yield Sign(f"activity of {task.id}", progress.last_activity_at, run / path)


def _task_doubts(
    records: Records, status: RunStatus | None, live: Liveness, answers: Answers
) -> Iterator[tuple[TaskRecord, Evidence]]:
    tasks_path, events_path = records.places.run / TASKS, records.places.run / EVENTS
    scaffold = records.manifest is not None and records.manifest.runtime == "scaffold"
    for task in records.tasks or ():
        answer = answers.of(task) if task.status is TaskStatus.COMPLETED else None
        empty = answer is not None and answer.empty
        traces = Traces(
            trail=records.trail.tasks.get(task.id, _NO_TRAIL),
            words=answer.words if answer else None,
            words_path=answer.path if answer else None,
            empty_result=empty,
            scaffold=scaffold or task.placeholder,
            tasks_path=tasks_path,
            events_path=events_path,
            result_path=_result_path(records.places, task) if empty else tasks_path,
        )
        doubt = doubt_about_task(task, status, live, traces)
        if doubt is not None:
            yield task, doubt


def _result_path(places: PicrewPlaces, task: TaskRecord) -> Path:
    artifacts = places.artifacts
    return artifacts / task.result.path if artifacts and task.result else places.run / TASKS


def _run_traces(records: Records, manifest: Manifest, tasks: Mapping[str, Evidence], now: float) -> RunTraces:
    run, known = records.places.run, records.tasks or ()
    updated = fields.moment(manifest.updated_at)
    return RunTraces(
        trail=records.trail,
        tasks=known,
        tasks_known=records.tasks is not None,
        doubts=tasks,
        scaffold=manifest.runtime == "scaffold" or (bool(known) and all(task.placeholder for task in known)),
        journal_whole=records.journal_whole,
        just_written=updated is not None and 0 <= now - updated < WRITING_S,
        manifest_path=run / MANIFEST,
        tasks_path=run / TASKS,
        events_path=run / EVENTS,
    )
