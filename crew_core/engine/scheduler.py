"""What to do next, from the state alone: which tasks to start, skip, cancel or hold, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crew_core.engine.admission import Admission, Grant
from crew_core.model.plan import RunPlan
from crew_core.model.state import Hold, Reservation, RunState, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, EdgePolicy, TaskStatus
from crew_core.store.clock import parse_iso


@dataclass(frozen=True, slots=True)
class Start:
    """Spawn an attempt. ``command`` is set for a verification."""

    task_id: str
    cause: AttemptCause
    retries_spent: int
    grants: tuple[Grant, ...]
    command: str | None = None
    timeout_s: float | None = None
    reservation: Reservation | None = None
    place: Grant | None = None


@dataclass(slots=True)
class Decisions:
    """The outcome of one look. ``holds`` has only what changed; ``wake_at`` is the next backoff that ends.

    ``expansions`` are fan-outs whose list is there: no agent of theirs starts, their items become tasks.
    """

    starts: list[Start] = field(default_factory=list)
    skips: list[tuple[str, str]] = field(default_factory=list)
    cancels: list[str] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)
    expansions: list[str] = field(default_factory=list)
    wake_at: datetime | None = None
    finished: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    task: Task
    cause: AttemptCause
    retries_spent: int
    command: str | None = None
    timeout_s: float | None = None


def decide(state: RunState, plan: RunPlan, now: datetime, admission: Admission) -> Decisions:
    """Look at the whole run. ``admission`` already counts the tasks that have a worker."""
    decisions = Decisions()
    if state.run.stop is not None:
        decisions.cancels = [t.id for t in state.tasks.values() if t.status is TaskStatus.QUEUED]
        decisions.finished = all(t.status.ended or t.status is TaskStatus.QUEUED for t in state.tasks.values())
        return decisions
    skipped = _skips(state.tasks)
    decisions.skips = list(skipped.items())
    candidates = _candidates(state, plan, now, skipped, decisions)
    for candidate in candidates:
        verdict = admission.admit(candidate.task, candidate.cause)
        if isinstance(verdict, Hold):
            if candidate.task.hold != verdict:
                decisions.holds[candidate.task.id] = verdict
            continue
        decisions.starts.append(
            Start(
                task_id=candidate.task.id,
                cause=candidate.cause,
                retries_spent=candidate.retries_spent,
                grants=verdict.grants,
                command=candidate.command,
                timeout_s=candidate.timeout_s,
                reservation=verdict.reservation,
                place=verdict.place,
            )
        )
    decisions.finished = all(t.status.ended or t.id in skipped for t in state.tasks.values())
    return decisions


def _skips(tasks: Mapping[str, Task]) -> dict[str, str]:
    """Queued tasks that can never run, with the dependency that is to blame; spreads to their own dependants."""
    skipped: dict[str, str] = {}
    changed = True
    while changed:
        changed = False
        for task in tasks.values():
            if task.status is not TaskStatus.QUEUED or task.id in skipped:
                continue
            blame = next((d for d in task.depends_on if _bars(task, d, tasks, skipped)), None)
            if blame is not None:
                skipped[task.id] = blame
                changed = True
    return skipped


def _bars(task: Task, dependency: str, tasks: Mapping[str, Task], skipped: Mapping[str, str]) -> bool:
    if task.policy(dependency) is not EdgePolicy.SUCCESS:
        return False
    other = tasks[dependency]
    return dependency in skipped or (other.status.ended and other.status is not TaskStatus.COMPLETED)


def is_ready(task: Task, tasks: Mapping[str, Task], skipped: Mapping[str, str]) -> bool:
    """Every dependency has ended in the way its edge asks for; ``skipped`` are those that end just now."""
    for dependency in task.depends_on:
        other = tasks[dependency]
        if not other.status.ended and dependency not in skipped:
            return False
        if task.policy(dependency) is EdgePolicy.SUCCESS and other.status is not TaskStatus.COMPLETED:
            return False
    return True


def _candidates(
    state: RunState, plan: RunPlan, now: datetime, skipped: Mapping[str, str], decisions: Decisions
) -> list[_Candidate]:
    """Tasks that want a worker, those already begun first, else in the order of the workflow."""
    begun: list[_Candidate] = []
    fresh: list[_Candidate] = []
    for task in state.tasks.values():
        if task.status is TaskStatus.RUNNING and task.current is None:
            candidate = _next_attempt(task, plan)
            if candidate is not None:
                begun.append(candidate)
        elif task.status is TaskStatus.QUEUED and task.id not in skipped and is_ready(task, state.tasks, skipped):
            if task.for_each is not None:
                decisions.expansions.append(task.id)
            elif task.parked_until is None:
                fresh.append(_Candidate(task, AttemptCause.FIRST, task.retries_spent))
            elif (until := parse_iso(task.parked_until)) <= now:
                fresh.append(_Candidate(task, AttemptCause.RETRY, task.retries_spent + 1))
            elif decisions.wake_at is None or until < decisions.wake_at:
                decisions.wake_at = until
    return begun + fresh


def _next_attempt(task: Task, plan: RunPlan) -> _Candidate | None:
    """The attempt that a running task without a worker needs next; None when it is settled otherwise."""
    last = task.attempts[-1] if task.attempts else None
    if last is None:
        return _Candidate(task, AttemptCause.FIRST, task.retries_spent)
    if last.outcome is AttemptOutcome.REVOKED:
        timeout = _verify_timeout(task, plan, last.command)
        cause = last.cause
        spent = task.retries_spent + (1 if cause is AttemptCause.RETRY else 0)
        return _Candidate(task, cause, spent, last.command, timeout)
    if last.outcome is AttemptOutcome.COMPLETED:
        if is_refused(task):
            return _Candidate(task, AttemptCause.CONTINUE, task.retries_spent)
        done = verified_commands(task)
        commands = plan.task(task.id).verify
        if done < len(commands):
            command = commands[done]
            return _Candidate(task, AttemptCause.VERIFY, task.retries_spent, command.command, command.timeout_s)
    return None


def _verify_timeout(task: Task, plan: RunPlan, command: str | None) -> float | None:
    for verify in plan.task(task.id).verify:
        if verify.command == command:
            return verify.timeout_s
    return None


def is_refused(task: Task) -> bool:
    """The newest answer does not keep its contract, and has not been corrected yet."""
    answers = [a.n for a in task.attempts if a.cause is not AttemptCause.VERIFY]
    return bool(answers) and task.refused == answers[-1]


def verified_commands(task: Task) -> int:
    """How many verification commands have passed since the agent last completed."""
    passed = 0
    for attempt in reversed(task.attempts):
        if attempt.outcome is AttemptOutcome.REVOKED:
            continue
        if attempt.cause is not AttemptCause.VERIFY or attempt.outcome is not AttemptOutcome.COMPLETED:
            break
        passed += 1
    return passed
