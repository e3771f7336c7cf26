"""What follows for a task when its attempt has ended: done, another try, or the end."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from crew_core.engine.backoff import delay_ms
from crew_core.engine.scheduler import is_refused, verified_commands
from crew_core.model.attempt import StopRequest
from crew_core.model.plan import RunPlan
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, StopCode, TaskStatus

#: A supervisor that dies this often before it claims will not do better the next time.
REVOKED_AT_MOST = 5


@dataclass(frozen=True, slots=True)
class Done:
    """Completed, all verification commands included. ``answer`` is the attempt whose answer is the result."""

    answer: Attempt
    verified: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    until: datetime
    delay_ms: int
    code: str
    error: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """``dead_letter``: its retries are spent."""

    code: str
    error: str
    exit_code: int | None
    dead_letter: bool


@dataclass(frozen=True, slots=True)
class CalledOff:
    code: str
    error: str


Settlement = Done | TryAgain | GiveUp | CalledOff


def settle(
    task: Task, plan: RunPlan, run_stop: StopRequest | None, now: datetime, chance: random.Random
) -> Settlement | None:
    """What a running task without a worker comes to; None when it needs another attempt now."""
    if task.status is not TaskStatus.RUNNING or task.current is not None:
        return None
    last = task.attempts[-1] if task.attempts else None
    stop = task.stop or run_stop
    if last is None:
        return _called_off(stop) if stop else None
    match last.outcome:
        case AttemptOutcome.COMPLETED:
            return _completed(task, plan, last, stop)
        case AttemptOutcome.REVOKED:
            return _revoked(task, last, stop)
        case AttemptOutcome.CANCELLED:
            return CalledOff(last.code or StopCode.CALLER_CANCELLED, last.message or "")
        case AttemptOutcome.FAILED | AttemptOutcome.LOST | None:
            return _failed(task, plan, last, stop, now=now, chance=chance)


def _called_off(stop: StopRequest) -> Settlement:
    if stop.code is StopCode.RUN_DEADLINE:
        return GiveUp(stop.code, stop.reason, None, dead_letter=False)
    return CalledOff(stop.code, stop.reason)


def _completed(task: Task, plan: RunPlan, last: Attempt, stop: StopRequest | None) -> Settlement | None:
    if is_refused(task):
        return _called_off(stop) if stop else None
    commands = plan.task(task.id).verify
    passed = verified_commands(task)
    if passed < len(commands):
        return _called_off(stop) if stop else None
    answers = [a for a in task.attempts if a.cause is not AttemptCause.VERIFY]
    completed = [a for a in answers if a.outcome is AttemptOutcome.COMPLETED]
    return Done(answer=completed[-1] if completed else last, verified=passed)


def _revoked(task: Task, last: Attempt, stop: StopRequest | None) -> Settlement | None:
    if stop is not None:
        return _called_off(stop)
    recent = task.attempts[-REVOKED_AT_MOST:]
    if len(recent) == REVOKED_AT_MOST and all(a.outcome is AttemptOutcome.REVOKED for a in recent):
        return GiveUp("spawn_error", last.message or "its supervisor could not be started", None, False)
    return None


def _failed(
    task: Task,
    plan: RunPlan,
    last: Attempt,
    stop: StopRequest | None,
    *,
    now: datetime,
    chance: random.Random,
) -> Settlement:
    code, error = last.code or "failed", last.message or ""
    if last.cause is AttemptCause.VERIFY and last.outcome is AttemptOutcome.FAILED:
        code, error = "verification_failed", f"{last.command}: {error}"
    if stop is not None:
        # An agent that failed by itself while it was being ended gently has still failed.
        if last.outcome is AttemptOutcome.LOST:
            return _called_off(stop)
        return GiveUp(code, error, last.exit_code, dead_letter=False)
    if task.retries_spent < task.max_retries:
        delay = delay_ms(plan.retry, task.retries_spent + 1, chance)
        return TryAgain(now + timedelta(milliseconds=delay), delay, code, error)
    return GiveUp(code, error, last.exit_code, dead_letter=task.max_retries > 0)
