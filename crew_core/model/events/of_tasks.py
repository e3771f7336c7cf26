"""What happens to a task."""

from __future__ import annotations

from typing import ClassVar

from crew_core.model.attempt import StopRequest
from crew_core.model.events.envelope import Payload
from crew_core.model.progress import Progress
from crew_core.model.records import Artifact
from crew_core.model.spent import Spent
from crew_core.model.state import Hold
from crew_core.model.status import Verdict
from crew_core.model.usage import Usage


class AnswerRefused(Payload, frozen=True, rename="camel"):
    """The answer of attempt ``n`` does not keep its contract; ``faults`` are told to the next attempt."""

    TYPE: ClassVar[str] = "answer.refused"
    n: int
    faults: tuple[str, ...]


class TaskHeld(Payload, frozen=True, rename="camel"):
    """Ready, but a limit keeps it."""

    TYPE: ClassVar[str] = "task.held"
    hold: Hold


class TaskStarted(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "task.started"


class TaskStopping(Payload, frozen=True, rename="camel"):
    """The intent to end a running task."""

    TYPE: ClassVar[str] = "task.stopping"
    stop: StopRequest


class TaskParked(Payload, frozen=True, rename="camel"):
    """Waits for its next attempt (backoff)."""

    TYPE: ClassVar[str] = "task.parked"
    until: str
    delay_ms: int
    code: str
    error: str


class TaskCompleted(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "task.completed"
    result: Artifact | None = None
    exit_code: int | None = None
    usage: Usage | None = None
    verified: int = 0
    verdict: Verdict | None = None
    verdict_reason: str = ""


class TaskFailed(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "task.failed"
    code: str
    error: str
    exit_code: int | None = None
    result: Artifact | None = None
    usage: Usage | None = None
    verdict: Verdict | None = None
    verdict_reason: str = ""


class TaskDeadLettered(Payload, frozen=True, rename="camel"):
    """Its retries are spent: a person has to look at it."""

    TYPE: ClassVar[str] = "task.deadlettered"
    attempts: int
    last_error: str


class TaskCancelled(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "task.cancelled"
    code: str
    error: str = ""
    usage: Usage | None = None


class TaskSkipped(Payload, frozen=True, rename="camel"):
    """It cannot run because ``because`` did not complete."""

    TYPE: ClassVar[str] = "task.skipped"
    because: str


class TaskRequeued(Payload, frozen=True, rename="camel"):
    """``retry`` or ``resume`` put it back; its attempts are kept, its retries start anew."""

    TYPE: ClassVar[str] = "task.requeued"
    cause: str


class TaskProgress(Payload, frozen=True, rename="camel"):
    """``spent`` is what its present attempt has used so far, None before it has reported anything."""

    TYPE: ClassVar[str] = "task.progress"
    progress: Progress
    coalesce_reason: str = ""
    spent: Spent | None = None
