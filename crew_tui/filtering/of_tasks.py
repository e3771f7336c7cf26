"""What can be asked of the tasks of a run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import TasksSlice
from crew_tui.activity import needs_attention
from crew_tui.filtering.fields import Choice, Number, Schema, Span, Text
from crew_tui.panes.timeline import times_of
from crew_tui.panes.took import worked_s

ATTENTION, DOUBTED, ACTIVE, ENDED, HELD = "attention", "doubted", "active", "ended", "held"


@dataclass(frozen=True, slots=True)
class AskedTask:
    """A task with what the run knows of it beside its record.

    `until`: the last moment of which anything is known of the run, where that is not now.
    """

    task: Task
    reason: str = ""
    doubted: bool = False
    until: datetime | None = None


def asked_tasks(tasks: TasksSlice, until: datetime | None = None) -> tuple[AskedTask, ...]:
    """In the order of the slice."""
    return tuple(
        AskedTask(each, tasks.reasons.get(each.id, ""), each.id in tasks.doubts, until) for each in tasks.tasks
    )


def _is(row: AskedTask) -> tuple[str, ...]:
    task = row.task
    said = (
        (ATTENTION, needs_attention(task) or task.status is TaskStatus.WAITING),
        (DOUBTED, row.doubted),
        (HELD, task.hold is not None and not task.status.ended),
        (ENDED if task.status.ended else ACTIVE, True),
    )
    return tuple(word for word, holds in said if holds)


def _tokens(row: AskedTask) -> int | None:
    """Of all its attempts, as in its column."""
    told = row.task.used.tokens
    return told if told is not None or row.task.agent_progress is None else row.task.agent_progress.tokens


def _worked(row: AskedTask, now: datetime) -> float | None:
    return worked_s(times_of(row.task, None), (row.until or now).timestamp())


def _text(row: AskedTask) -> str:
    task = row.task
    return "\n".join((task.id, task.role, task.agent, task.title, row.reason, task.error or "", task.status.value))


TASKS: Schema[AskedTask] = Schema(
    fields=(
        Choice("status", tuple(each.value for each in TaskStatus), lambda row: (row.task.status.value,)),
        Choice("is", (ATTENTION, DOUBTED, HELD, ACTIVE, ENDED), _is),
        Text("role", lambda row: (row.task.role,)),
        Text("agent", lambda row: (row.task.agent,)),
        Text("task", lambda row: (row.task.id,)),
        Text("step", lambda row: (row.task.step_id,)),
        Text("program", lambda row: (row.task.program,)),
        Span("duration", _worked),
        Number("retries", lambda row: row.task.retries_spent),
        Number("tokens", _tokens),
    ),
    text=_text,
)
