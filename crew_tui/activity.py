"""What a task is doing, in one phrase: the same words on every surface."""

from __future__ import annotations

from datetime import datetime

from crew_core.model.attempt import Activity, Progress
from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.quantities import elapsed, running_for
from crew_tui.text import clean


def activity(task: Task, reason: str, now: datetime) -> str:
    """First match wins: why it stands as it does, attention, current tool, last output, starting."""
    if reason:
        return clean(reason)
    if task.status is not TaskStatus.RUNNING:
        return _result(task)
    progress = task.agent_progress or Progress()
    if progress.activity_state is Activity.NEEDS_ATTENTION:
        return f"quiet for {running_for(elapsed(progress.last_activity_at, None, now))}"
    if progress.current_tool:
        spent = elapsed(progress.current_tool_started_at, None, now)
        timed = f" {running_for(spent)}" if spent is not None else ""
        return clean(f"{progress.current_tool} {progress.current_tool_args or ''}") + timed
    last = next((each for each in map(clean, reversed(progress.recent_output)) if each), "")
    return last or ("working" if task.current and task.current.started_at else "starting")


def needs_attention(task: Task) -> bool:
    progress = task.agent_progress
    return (
        task.status is TaskStatus.RUNNING
        and progress is not None
        and progress.activity_state is Activity.NEEDS_ATTENTION
    )


def _result(task: Task) -> str:
    if task.status is TaskStatus.COMPLETED:
        return next((each for each in map(clean, reversed(_output(task))) if each), "")
    return clean(task.error or task.code or "")


def _output(task: Task) -> tuple[str, ...]:
    return task.agent_progress.recent_output if task.agent_progress else ()
