"""The tasks of a run as ours: the record, with what the journal and the agent's own record add to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from crew_core.model.progress import Progress
from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.agent_record import AgentRecord
from crew_core.observe.picrew.attempts import attempts_of
from crew_core.observe.picrew.task_record import TaskRecord
from crew_core.observe.picrew.trail import TaskTrail
from crew_core.observe.picrew.words import access_of

#: "Blocked by failed task '01_explore'."
_BLOCKED_BY = re.compile(r"Blocked by failed task '([^']+)'")


def status_of(task: TaskRecord) -> TaskStatus:
    """A word that nobody knows is never shown as an end, least of all as a good one."""
    if task.status is not None:
        return task.status
    return TaskStatus.RUNNING if task.started_at else TaskStatus.QUEUED


def dependencies(tasks: Sequence[TaskRecord]) -> Mapping[str, tuple[str, ...]]:
    """Task ids that each task waits for: static tasks name steps, the tasks of a plan name tasks."""
    by_step = {task.step_id: task.id for task in tasks}
    ids = {task.id for task in tasks}
    return {
        task.id: tuple(name if name in ids else by_step.get(name, name) for name in task.depends_on) for task in tasks
    }


def task_of(
    record: TaskRecord,
    depends_on: tuple[str, ...],
    trail: TaskTrail | None,
    agent: AgentRecord | None,
    *,
    messages: int,
    run_id: str,
) -> Task:
    because = _BLOCKED_BY.search(record.error or "")
    end = record.last_end
    return Task(
        id=record.id,
        run_id=run_id,
        step_id=record.step_id,
        role=record.role,
        agent=record.agent,
        title=record.title,
        status=status_of(record),
        cwd=record.cwd,
        access=access_of(record.role),
        program=_program(agent),
        depends_on=depends_on,
        attempts=attempts_of(record, trail),
        started_at=record.started_at,
        finished_at=record.finished_at,
        code=(end.code or None) if end else None,
        error=record.error,
        because=because.group(1) if because else None,
        exit_code=record.exit_code,
        result_artifact=record.result,
        agent_progress=_progress(record.progress, agent),
        usage=record.usage or (agent.usage if agent else None),
        messages=messages,
        seq=trail.last.seq if trail and trail.last else 0,
    )


def _program(agent: AgentRecord | None) -> str:
    match agent.runtime if agent else "":
        case "scaffold":
            return "nothing (dry run)"
        case "live-session":
            return "pi (in the session)"
        case _:
            return "pi"


def _progress(recorded: Progress | None, agent: AgentRecord | None) -> Progress | None:
    """Whichever is newer: while an agent works, its own record is written more often."""
    other = agent.progress if agent else None
    if recorded is None or other is None:
        return recorded or other
    mine, its = fields.moment(recorded.last_activity_at), fields.moment(other.last_activity_at)
    return other if (its or 0.0) >= (mine or 0.0) else recorded


def reason_of(task: Task, tasks: Mapping[str, Task], *, over: bool, waits_for_approval: bool) -> str:
    """Why the task stands as it does; empty when its status says all. ``over``: the run has ended."""
    match task.status:
        case TaskStatus.QUEUED:
            return _queued(task, tasks, over=over, waits_for_approval=waits_for_approval)
        case TaskStatus.WAITING:
            return "waits for an answer"
        case TaskStatus.SKIPPED if task.because:
            return f"skipped because {task.because} did not complete"
        case TaskStatus.FAILED | TaskStatus.CANCELLED | TaskStatus.SKIPPED:
            return task.error or ""
        case _:
            return ""


def _queued(task: Task, tasks: Mapping[str, Task], *, over: bool, waits_for_approval: bool) -> str:
    if over:
        return "never started: the run is over"
    if waits_for_approval and task.access == "write":
        return "waits for plan approval"
    open_ends = [name for name in task.depends_on if name not in tasks or not tasks[name].status.ended]
    return "waits for " + ", ".join(open_ends) if open_ends else "ready"
