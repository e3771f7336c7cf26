"""What an end means: attempts by their evidence, runs by their tasks. Missing evidence is never success."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from crew_core.model.attempt import AttemptResult, StopRequest
from crew_core.model.state import RunState, Task
from crew_core.model.status import AttemptOutcome, EdgePolicy, RunStatus, StopCode, StopVerb, TaskStatus


class Evidence(msgspec.Struct, frozen=True):
    """What is known about an attempt that no longer runs.

    ``result`` None means that its supervisor is gone and left none. ``swept`` counts the processes that
    had to be ended after it.
    """

    result: AttemptResult | None
    swept: int = 0


class Verdict(msgspec.Struct, frozen=True):
    outcome: AttemptOutcome
    code: str
    detail: str


_TIMEOUTS = frozenset({StopCode.WORKER_TIMEOUT, StopCode.RUN_DEADLINE})


def verdict(evidence: Evidence) -> Verdict:
    """The exit table, first match wins."""
    result = evidence.result
    if result is None:
        detail = "its supervisor is gone and left no result"
        if evidence.swept:
            detail += f"; {evidence.swept} process{'es' if evidence.swept > 1 else ''} ended"
        return Verdict(AttemptOutcome.LOST, "lost", detail)
    if result.stop is not None and not _finished_before_the_interrupt(result, result.stop):
        return _stopped(result.stop)
    if result.spawn_error is not None:
        return Verdict(AttemptOutcome.FAILED, "spawn_error", result.spawn_error)
    if result.signal is not None and not result.dismissed:
        detail = _with_stderr(f"killed by signal {result.signal}", result)
        return Verdict(AttemptOutcome.FAILED, f"worker_killed({result.signal})", detail)
    if result.program_error is not None:
        return Verdict(AttemptOutcome.FAILED, "agent_error", result.program_error)
    if result.exit_code != 0 and not result.dismissed:
        detail = _with_stderr(f"exit status {result.exit_code}", result)
        return Verdict(AttemptOutcome.FAILED, f"exit_code({result.exit_code})", detail)
    if not result.answer_seen or result.answer is None:
        detail = _with_stderr("exit status 0 without a final answer", result)
        return Verdict(AttemptOutcome.FAILED, "no_final_answer", detail)
    return Verdict(AttemptOutcome.COMPLETED, "completed", "")


def _finished_before_the_interrupt(result: AttemptResult, stop: StopRequest) -> bool:
    """A gentle stop lets a program finish; a cancel or a timeout is never turned into success."""
    gentle = stop.verb is StopVerb.STOP and stop.code not in _TIMEOUTS
    clean = (result.exit_code == 0 or result.dismissed) and result.program_error is None
    return gentle and clean and result.answer_seen and result.answer is not None


def _stopped(stop: StopRequest) -> Verdict:
    if stop.code in _TIMEOUTS:
        return Verdict(AttemptOutcome.FAILED, stop.code, stop.reason or "took too long")
    return Verdict(AttemptOutcome.CANCELLED, stop.code, stop.reason)


def _with_stderr(detail: str, result: AttemptResult) -> str:
    tail = result.stderr_tail.strip()
    return f"{detail}: {tail}" if tail else detail


class RunVerdict(msgspec.Struct, frozen=True):
    """How a run ended. ``counts`` are tasks by status."""

    status: RunStatus
    code: str
    detail: str
    counts: dict[str, int]


def run_verdict(state: RunState) -> RunVerdict:
    """The end that the tasks add up to; every task must have ended.

    A task counts when not every edge that leaves it is optional, or none leaves it. In this order:

    failed: the run's time is over, or a limit that is used up has ended the run or a task.
    cancelled: somebody ended the run, which cut a task short; whatever had failed before.
    failed: a task failed.
    cancelled: a task was cancelled.
    completed: everything else.

    :raises ValueError: a task has not ended.
    """
    tasks = state.tasks
    counts = dict(Counter(task.status.value for task in tasks.values()))
    if any(not task.status.ended for task in tasks.values()):
        raise ValueError("a task has not ended")
    failed = [t.id for t in tasks.values() if t.status is TaskStatus.FAILED and not _excused(t, tasks)]
    cancelled = [t.id for t in tasks.values() if t.status is TaskStatus.CANCELLED and not _excused(t, tasks)]
    stop = state.run.stop
    if stop is not None and stop.code in _TIMEOUTS:
        return RunVerdict(RunStatus.FAILED, stop.code, stop.reason or "the run took too long", counts)
    ends = [(stop.code, stop.reason)] if stop is not None else [(tasks[t].code, tasks[t].error) for t in cancelled]
    budget = [said for code, said in ends if code == StopCode.BUDGET_EXHAUSTED]
    if budget and (cancelled or failed):
        return RunVerdict(RunStatus.FAILED, StopCode.BUDGET_EXHAUSTED, budget[0] or "its limit is used up", counts)
    if stop is not None and cancelled:
        return RunVerdict(RunStatus.CANCELLED, stop.code, stop.reason or _listed("cancelled", cancelled), counts)
    if failed:
        why = tasks[failed[0]].verdict_reason or tasks[failed[0]].error or ""
        detail = _listed("failed", failed) + (f" ({why.splitlines()[0]})" if why and len(failed) == 1 else "")
        return RunVerdict(RunStatus.FAILED, "task_failed", detail, counts)
    if cancelled:
        return RunVerdict(RunStatus.CANCELLED, "task_cancelled", _listed("cancelled", cancelled), counts)
    done = counts.get(TaskStatus.COMPLETED.value, 0)
    judged = (t for t in tasks.values() if t.verdict is not None)
    stated = "".join(
        dict.fromkeys(f"; {t.verdict}" + (f": {t.verdict_reason}" if t.verdict_reason else "") for t in judged)
    )
    return RunVerdict(RunStatus.COMPLETED, "completed", f"{done} of {len(tasks)} tasks completed{stated}", counts)


def _excused(task: Task, tasks: Mapping[str, Task]) -> bool:
    leaving = [other.policy(task.id) for other in tasks.values() if task.id in other.depends_on]
    return bool(leaving) and all(policy is EdgePolicy.OPTIONAL for policy in leaving)


def _listed(word: str, names: list[str]) -> str:
    shown = ", ".join(names[:3])
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{word}: {shown}{more}"
