"""The states that runs, tasks and attempts can be in, with the transitions that are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class RunStatus(StrEnum):
    """State of a run; the words are pi-crew's."""

    QUEUED = "queued"
    RUNNING = "running"
    BLOCKED = "blocked"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        """No coordinator works on it any more; ``resume`` or ``retry`` may start it again."""
        return self in RUN_ENDED


class TaskStatus(StrEnum):
    """State of a task. A task that is held or parked is ``queued`` and says why."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"

    @property
    def ended(self) -> bool:
        return self in TASK_ENDED


class AttemptPhase(StrEnum):
    """Where an attempt stands. ``starting`` is an intent: a worker may or may not exist."""

    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"


class AttemptCause(StrEnum):
    """Why an attempt exists. Only ``retry`` spends one of the task's retries."""

    FIRST = "first"
    RETRY = "retry"
    CONTINUE = "continue"
    VERIFY = "verify"


class AttemptOutcome(StrEnum):
    """What an attempt came to, as ``verdict`` says; a supervisor never says it."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    REVOKED = "revoked"


class EdgePolicy(StrEnum):
    """When a dependency lets its dependant go.

    ``success``: only when it completed; otherwise the dependant is skipped.
    ``any``: as soon as it ended, however it ended; a failure still fails the run.
    ``optional``: like ``any``, and a failure does not fail the run when every edge that leaves the
    failed task is optional.
    """

    SUCCESS = "success"
    ANY = "any"
    OPTIONAL = "optional"


class Verdict(StrEnum):
    """What a verifying task says of the work of the others; the word is what its answer ends with."""

    PASS = "PASS"
    FAIL = "FAIL"
    NOT_VERIFIED = "NOT VERIFIED"


class StopVerb(StrEnum):
    """``cancel`` ends it now, ``stop`` lets it end gently: the program's own interrupt first."""

    CANCEL = "cancel"
    STOP = "stop"

    def overrides(self, standing: StopVerb | None) -> bool:
        """A cancel overrides a stop; nothing overrides a cancel."""
        return standing is None or (self is StopVerb.CANCEL and standing is StopVerb.STOP)


class StopCode(StrEnum):
    """Who or what asked for the end."""

    CALLER_CANCELLED = "caller_cancelled"
    CALLER_STOPPED = "caller_stopped"
    WORKER_TIMEOUT = "worker_timeout"
    RUN_DEADLINE = "run_deadline"
    TETHER_GONE = "tether_gone"
    BUDGET_EXHAUSTED = "budget_exhausted"


#: After these a retry is refused: the run would end again in the same moment.
FOR_GOOD = frozenset({StopCode.BUDGET_EXHAUSTED, StopCode.RUN_DEADLINE, StopCode.TETHER_GONE})


class PermissionMode(StrEnum):
    """Who decides when a program asks whether it may use a tool.

    ``auto``: what ``access`` allows is allowed, everything else is denied, and nobody is asked.
    ``ask``: reading is allowed, a person decides about the rest; until then the tool waits.
    """

    AUTO = "auto"
    ASK = "ask"


class Access(StrEnum):
    """What an agent may do to its working directory."""

    READ = "read"
    WRITE = "write"


RUN_ENDED = frozenset({RunStatus.BLOCKED, RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED})
TASK_ENDED = frozenset({TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED})

RUN_TRANSITIONS: Mapping[RunStatus, frozenset[RunStatus]] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.RUNNING: RUN_ENDED,
    RunStatus.BLOCKED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED, RunStatus.FAILED}),
    # A completed run has nothing to retry, but its skipped or excused tasks may be run again.
    RunStatus.COMPLETED: frozenset({RunStatus.RUNNING}),
    RunStatus.FAILED: frozenset({RunStatus.RUNNING}),
    RunStatus.CANCELLED: frozenset({RunStatus.RUNNING}),
}

TASK_TRANSITIONS: Mapping[TaskStatus, frozenset[TaskStatus]] = {
    # A fan-out completes without an agent, by becoming tasks.
    TaskStatus.QUEUED: frozenset(
        {
            TaskStatus.RUNNING,
            TaskStatus.COMPLETED,
            TaskStatus.CANCELLED,
            TaskStatus.SKIPPED,
            TaskStatus.FAILED,
        }
    ),
    TaskStatus.RUNNING: frozenset(
        {
            TaskStatus.COMPLETED,
            TaskStatus.FAILED,
            TaskStatus.CANCELLED,
            TaskStatus.QUEUED,
            TaskStatus.WAITING,
        }
    ),
    TaskStatus.WAITING: frozenset(
        {
            TaskStatus.RUNNING,
            TaskStatus.QUEUED,
            TaskStatus.COMPLETED,
            TaskStatus.FAILED,
            TaskStatus.CANCELLED,
        }
    ),
    TaskStatus.COMPLETED: frozenset(),
    TaskStatus.FAILED: frozenset({TaskStatus.QUEUED}),
    TaskStatus.CANCELLED: frozenset({TaskStatus.QUEUED}),
    TaskStatus.SKIPPED: frozenset({TaskStatus.QUEUED}),
}


class IllegalTransition(ValueError):
    """A status change that the tables above do not allow."""


def check_run_transition(old: RunStatus, new: RunStatus) -> None:
    """:raises IllegalTransition: a run may not go from ``old`` to ``new``."""
    if old is not new and new not in RUN_TRANSITIONS[old]:
        raise IllegalTransition(f"run: {old} -> {new}")


def check_task_transition(old: TaskStatus, new: TaskStatus) -> None:
    """:raises IllegalTransition: a task may not go from ``old`` to ``new``."""
    if old is not new and new not in TASK_TRANSITIONS[old]:
        raise IllegalTransition(f"task: {old} -> {new}")
