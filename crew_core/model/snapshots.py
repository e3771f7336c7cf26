"""What the snapshots of a run hold: ``manifest.json``, ``tasks.json`` and ``agents.json``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from crew_core.model.commands import CommandRecord
from crew_core.model.plan import SCHEMA_VERSION
from crew_core.model.progress import Progress
from crew_core.model.records import Message
from crew_core.model.spent import NOTHING, Spent
from crew_core.model.state import Attempt, Run, RunState, Task
from crew_core.model.status import TaskStatus
from crew_core.model.usage import Usage


class Manifest(Run, frozen=True, rename="camel"):
    """``manifest.json``: the run, with what a list of runs says of its tasks, so that it need not read them.

    ``task_counts`` are tasks by status; ``paused`` and ``waiting`` name the first task that needs a person;
    ``spent_by_day`` is what was used, by the day (UTC) on which an attempt ended, or began when it has not.
    """

    task_counts: dict[TaskStatus, int] = {}
    paused: str | None = None
    waiting: str | None = None
    spent_by_day: dict[str, Spent] = {}


def day_of(attempt: Attempt) -> str:
    """The day (UTC, as ``2026-01-02``) that its use belongs to."""
    return (attempt.ended_at or attempt.started_at or attempt.at)[:10]


def _spent_by_day(tasks: Iterable[Task]) -> dict[str, Spent]:
    days: dict[str, Spent] = {}
    for task in tasks:
        for attempt in task.attempts:
            used = attempt.used
            if used.attempts:
                days[day_of(attempt)] = days.get(day_of(attempt), NOTHING) + used
    return days


def manifest_of(state: RunState) -> Manifest:
    """The manifest that the state comes to."""
    tasks = state.tasks.values()
    paused = (task.id for task in tasks if task.current is not None and task.current.pause is not None)
    waiting = (task.id for task in tasks if task.status is TaskStatus.WAITING or task.asks)
    return Manifest(
        **{name: getattr(state.run, name) for name in Run.__struct_fields__},
        task_counts=dict(Counter(task.status for task in tasks)),
        paused=next(paused, None),
        waiting=next(waiting, None),
        spent_by_day=_spent_by_day(tasks),
    )


class TasksFile(msgspec.Struct, frozen=True, rename="camel"):
    """``tasks.json``."""

    seq: int
    tasks: tuple[Task, ...]
    schema_version: int = SCHEMA_VERSION


class AgentRecord(msgspec.Struct, frozen=True, rename="camel"):
    """One row of ``agents.json``: the agent of a task's newest attempt (pi-crew's agent record)."""

    id: str
    run_id: str
    task_id: str
    agent: str
    role: str
    runtime: str
    status: str
    started_at: str | None = None
    completed_at: str | None = None
    progress: Progress | None = None
    usage: Usage | None = None
    error: str | None = None


class AgentsFile(msgspec.Struct, frozen=True, rename="camel"):
    """``agents.json``, with the rest of the state that the other two snapshots do not hold."""

    seq: int
    agents: tuple[AgentRecord, ...]
    commands: tuple[CommandRecord, ...] = ()
    messages: tuple[Message, ...] = ()
    schema_version: int = SCHEMA_VERSION
