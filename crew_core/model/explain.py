"""Why things stand as they do, in words for a person: one sentence for the run, one for each task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from crew_core.model.asks import Ask, AskKind
from crew_core.model.state import Hold, HoldCause, RunState, Task
from crew_core.model.status import AttemptCause, RunStatus, TaskStatus


class Explanation(msgspec.Struct, frozen=True):
    """``run`` is the headline; ``tasks`` has one reason for each task id."""

    run: str
    tasks: dict[str, str]


def explain(state: RunState) -> Explanation:
    """Pure; times are named absolutely so that the words do not change by themselves."""
    reasons = {task.id: explain_task(task, state) for task in state.tasks.values()}
    return Explanation(run=_explain_run(state), tasks=reasons)


def explain_unattended(tasks: Iterable[Task], reasons: Mapping[str, str]) -> Mapping[str, str]:
    """The reasons while no coordinator works on the run: no task waits for what held it when there was one."""
    held = (task.id for task in tasks if task.status is TaskStatus.QUEUED and task.hold is not None)
    return {**reasons, **dict.fromkeys(held, "nobody works on the run")}


def _explain_run(state: RunState) -> str:
    run = state.run
    if run.status.ended:
        return run.summary or run.status.value
    if run.stop is not None:
        return f"{'cancelling' if run.stop.verb == 'cancel' else 'stopping'}: {run.stop.reason or run.stop.code}"
    counts = Counter(task.status for task in state.tasks.values())
    if run.status is RunStatus.QUEUED:
        return "waits for its coordinator"
    asking = [task for task in state.tasks.values() if task.asks]
    if asking:
        more = f"; {len(asking) - 1} more wait for you" if len(asking) > 1 else ""
        return f"{asking[0].id} {explain_ask(asking[0].asks[0])}{more}"
    running = counts[TaskStatus.RUNNING]
    if running:
        return f"{running} of {len(state.tasks)} tasks running"
    parked = [task.parked_until for task in state.tasks.values() if task.parked_until and not task.hold]
    if parked:
        return f"waits to retry at {min(parked)}"
    held = [task.id for task in state.tasks.values() if task.hold]
    if held:
        return explain_task(state.tasks[held[0]], state)
    return "between two tasks"


def explain_task(task: Task, state: RunState) -> str:
    """Why this task is in its state; empty when its status says it all."""
    if task.status is TaskStatus.QUEUED:
        return _explain_queued(task, state)
    if task.status is TaskStatus.SKIPPED:
        return f"skipped because {task.because} did not complete"
    if task.status is TaskStatus.RUNNING:
        return _explain_running(task)
    if task.verdict is not None:
        return ": ".join(part for part in (task.verdict, task.verdict_reason) if part)
    if task.error:
        return task.error
    return task.code or ""


def _explain_running(task: Task) -> str:
    if task.stop is not None:
        return f"{'cancelling' if task.stop.verb == 'cancel' else 'stopping'}: {task.stop.reason or task.stop.code}"
    attempt = task.current
    if attempt is not None and attempt.pause is not None:
        return f"paused: {attempt.pause}"
    if task.asks:
        more = f" (and {len(task.asks) - 1} more)" if len(task.asks) > 1 else ""
        return explain_ask(task.asks[0]) + more
    if attempt is not None and attempt.command is not None:
        return f"verifying: {attempt.command}"
    if attempt is not None and attempt.cause is AttemptCause.CONTINUE:
        return f"corrects its answer: {'; '.join(task.faults)}" if task.faults else "goes on where it was interrupted"
    return ""


def explain_ask(ask: Ask) -> str:
    """What an agent waits for, in the words that stand behind the task's name."""
    if ask.kind is AskKind.PERMISSION:
        return f"waits for your permission: {ask.line}"
    return f"asks you: {ask.line}"


def _explain_queued(task: Task, state: RunState) -> str:
    if task.hold is not None:
        return explain_hold(task.hold, task.role)
    # Behind the hold: a task is held only when the time of its retry has come.
    if task.parked_until:
        return f"retry at {task.parked_until} after: {task.error or task.code}"
    open_ends = [d for d in task.depends_on if d in state.tasks and not state.tasks[d].status.ended]
    if open_ends:
        return "waits for " + ", ".join(open_ends)
    return "ready"


def explain_hold(hold: Hold, role: str) -> str:
    """Which limit keeps a task of ``role`` from starting, and who holds what it needs."""
    match hold.cause:
        case HoldCause.DIRECTORY:
            return f"waits for the directory held by {hold.by}" if hold.by else "waits for the directory"
        case HoldCause.MACHINE_LIMIT:
            return "waits for a worker slot of this machine"
        case HoldCause.ROLE_LIMIT:
            return f"waits for a worker slot of role {role}"
        case HoldCause.RUN_LIMIT:
            return "waits for a worker slot of this run"
        case HoldCause.BUDGET:
            return "waits for what the tasks that run have reserved of the run's limit"
        case HoldCause.MEMORY:
            return "waits for memory, of which the workers of this machine leave too little"
        case HoldCause.START_UP:
            return "waits for another agent's start to be over"
