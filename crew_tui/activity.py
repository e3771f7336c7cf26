"""What a task is doing, in one phrase: the same words on every surface."""

from __future__ import annotations

from datetime import datetime

from crew_core.model.progress import Activity, Progress
from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.quantities import elapsed, moment, running_for
from crew_tui.text import clean


def activity(task: Task, reason: str, now: datetime) -> str:
    """First match wins: how it ended, why it stands still, attention, current tool, last output, starting.

    `reason` is what the record says of why it stands as it does; empty when its status says all.
    """
    why = clean(reason)
    match task.status:
        case TaskStatus.RUNNING:
            return _asked(task) or why or _at_work(task, now)
        case TaskStatus.QUEUED:
            return _retry(task, now) or why or _error(task)
        case TaskStatus.WAITING:
            return _asked(task) or why or "waits for an answer"
        case TaskStatus.COMPLETED:
            return why or _last_output(task)
        case _:
            return why or _error(task)


def _asked(task: Task) -> str:
    """What it wants of a person; that it asks is what its status says."""
    ask = task.open_ask
    more = f" (and {len(task.asks) - 1} more)" if len(task.asks) > 1 else ""
    return clean(ask.line) + more if ask is not None else ""


def _retry(task: Task, now: datetime) -> str:
    """When it is tried again, and after what; empty for a task that waits for something else, also since that time."""
    at = None if task.hold else moment(task.parked_until)
    return f"retry in {running_for(max(0.0, (at - now).total_seconds()))}: {_error(task)}" if at else ""


def _at_work(task: Task, now: datetime) -> str:
    progress = task.agent_progress or Progress()
    if progress.activity_state is Activity.NEEDS_ATTENTION:
        return f"quiet for {running_for(elapsed(progress.last_activity_at, None, now))}"
    if progress.current_tool:
        spent = elapsed(progress.current_tool_started_at, None, now) if progress.current_tool_started_at else None
        timed = f" ({running_for(spent)})" if spent is not None else ""
        return clean(f"{progress.current_tool} {progress.current_tool_args or ''}") + timed
    return _last_output(task) or ("working" if task.current and task.current.started_at else "starting")


def needs_attention(task: Task) -> bool:
    progress = task.agent_progress
    return (
        task.status is TaskStatus.RUNNING
        and progress is not None
        and progress.activity_state is Activity.NEEDS_ATTENTION
    )


def _error(task: Task) -> str:
    return clean(task.error or task.code or "")


def _last_output(task: Task) -> str:
    said = task.agent_progress.recent_output if task.agent_progress else ()
    return next((each for each in map(clean, reversed(said)) if each), "")
