"""What can happen to a run: one envelope as in pi-crew's journal, and one payload class for each type."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from crew_core.model.attempt import (
    Answer,
    Ask,
    DeliveryState,
    PauseCause,
    Progress,
    SessionRef,
    Steer,
    SteerKind,
    StopRequest,
    Usage,
)
from crew_core.model.commands import Command, Outcome
from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import Edge, TaskPlan
from crew_core.model.records import Artifact, Message
from crew_core.model.state import Hold, Reservation
from crew_core.model.status import Access, AttemptCause, AttemptOutcome, RunStatus, Verdict
from crew_core.model.usage import Spent


class EventMetadata(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """``seq`` is +1 from event to event of one run; ``epoch`` counts its coordinators."""

    seq: int
    epoch: int = 0
    provenance: str = "coordinator"
    attempt_id: str | None = None
    causation_id: str | None = None
    command_id: str | None = None


class Event(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One line of ``events.jsonl``. ``data`` is the payload of ``type``; unknown types are kept and shown."""

    time: str
    type: str
    run_id: str
    metadata: EventMetadata
    task_id: str | None = None
    message: str | None = None
    data: dict[str, Any] = {}

    @property
    def seq(self) -> int:
        return self.metadata.seq


class Payload(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What an event of ``TYPE`` carries: absolute values, so that applying it twice equals once."""

    TYPE: ClassVar[str] = ""


class TaskSeed(msgspec.Struct, frozen=True, rename="camel"):
    """A task as the run begins."""

    id: str
    step_id: str
    role: str
    agent: str
    program: str
    cwd: str
    access: Access
    max_retries: int
    edges: tuple[Edge, ...] = ()
    for_each: str | None = None


class RunCreated(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "run.created"
    goal: str
    team: str
    workflow: str
    cwd: str
    created_at: str
    tasks: tuple[TaskSeed, ...]
    project_root: str | None = None
    depth: int = 0
    tether: ProcessIdentity | None = None
    deadline_minutes: float | None = None
    max_tokens: int | None = None
    max_cost: float | None = None


class AddedTask(msgspec.Struct, frozen=True, rename="camel"):
    """A task that an answer brought: its whole plan, because no file of the starter has it."""

    plan: TaskPlan
    program: str
    access: Access


class TasksAdded(Payload, frozen=True, rename="camel"):
    """An answer became tasks. They stand behind the event's task; ``edges`` are the new ones of its dependants."""

    TYPE: ClassVar[str] = "tasks.added"
    tasks: tuple[AddedTask, ...]
    edges: dict[str, tuple[Edge, ...]] = {}


class AnswerRefused(Payload, frozen=True, rename="camel"):
    """The answer of attempt ``n`` does not keep its contract; ``faults`` are told to the next attempt."""

    TYPE: ClassVar[str] = "answer.refused"
    n: int
    faults: tuple[str, ...]


class CoordinatorStarted(Payload, frozen=True, rename="camel"):
    """``clock_spent_s`` leaves out the time in which no coordinator lived."""

    TYPE: ClassVar[str] = "coordinator.started"
    identity: ProcessIdentity
    clock_spent_s: float = 0.0


class CoordinatorDetached(Payload, frozen=True, rename="camel"):
    """It let go without ending the run (SIGTERM): its workers go on, the next coordinator adopts them."""

    TYPE: ClassVar[str] = "coordinator.detached"
    reason: str


class RunRunning(Payload, frozen=True, rename="camel"):
    """Work begins or begins again; ``clock_spent_s`` is the run time spent so far."""

    TYPE: ClassVar[str] = "run.running"
    clock_spent_s: float = 0.0


class RunStopping(Payload, frozen=True, rename="camel"):
    """The intent to end the whole run."""

    TYPE: ClassVar[str] = "run.stopping"
    stop: StopRequest


class RunEnded(Payload, frozen=True, rename="camel"):
    """Shared by the four ends of a run."""

    status: ClassVar[RunStatus]
    code: str
    clock_spent_s: float = 0.0
    counts: dict[str, int] = {}


class RunCompleted(RunEnded, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "run.completed"
    status: ClassVar[RunStatus] = RunStatus.COMPLETED


class RunFailed(RunEnded, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "run.failed"
    status: ClassVar[RunStatus] = RunStatus.FAILED


class RunCancelled(RunEnded, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "run.cancelled"
    status: ClassVar[RunStatus] = RunStatus.CANCELLED


class RunBlocked(RunEnded, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "run.blocked"
    status: ClassVar[RunStatus] = RunStatus.BLOCKED


class CommandAccepted(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "command.accepted"
    command: Command


class CommandDone(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "command.done"
    command: Command
    outcome: Outcome


class TaskHeld(Payload, frozen=True, rename="camel"):
    """Ready, but a limit keeps it; ``hold`` None means that it is not held any more."""

    TYPE: ClassVar[str] = "task.held"
    hold: Hold | None = None


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


class AttemptStarting(Payload, frozen=True, rename="camel"):
    """The intent to spawn; what happened to it is in the claim. ``command`` is set for a verification.

    ``takes`` is what its program can be sent while it works; ``resume`` the conversation that it goes on with;
    ``reservation`` what a limit of the run keeps free for it, ``unmetered`` that it asks no model.
    """

    TYPE: ClassVar[str] = "attempt.starting"
    n: int
    cause: AttemptCause
    worker_id: str
    program: str
    retries_spent: int
    command: str | None = None
    takes: tuple[SteerKind, ...] = ()
    resume: SessionRef | None = None
    model: str | None = None
    unmetered: bool = False
    reservation: Reservation | None = None


class AttemptStarted(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "attempt.started"
    n: int
    supervisor: ProcessIdentity
    started_at: str


class AttemptRevoked(Payload, frozen=True, rename="camel"):
    """No agent was started for this intent and none will be; it is repeated and spends no retry."""

    TYPE: ClassVar[str] = "attempt.revoked"
    n: int
    reason: str
    retries_spent: int


class AttemptPaused(Payload, frozen=True, rename="camel"):
    """The supervisor stopped reading; ``pause`` None means that it reads again."""

    TYPE: ClassVar[str] = "attempt.paused"
    n: int
    pause: PauseCause | None = None


class AttemptEnded(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "attempt.ended"
    n: int
    outcome: AttemptOutcome
    code: str
    detail: str = ""
    ended_at: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    survivors: int = 0
    ended_processes: int = 0
    output_bytes: int = 0
    answer: Answer | None = None
    usage: Usage | None = None
    session: SessionRef | None = None
    model: str | None = None
    spent: Spent | None = None


class MessageSent(Payload, frozen=True, rename="camel"):
    """The intent to send something to attempt ``n``; its supervisor takes an id once. ``about``: what it answers."""

    TYPE: ClassVar[str] = "message.sent"
    n: int
    steer: Steer
    about: str = ""


class MessageDelivery(Payload, frozen=True, rename="camel"):
    """How far it has come; ``said`` are the words for that."""

    TYPE: ClassVar[str] = "message.delivery"
    n: int
    id: str
    state: DeliveryState
    said: str = ""


class TaskAsked(Payload, frozen=True, rename="camel"):
    """Its agent waits for a person."""

    TYPE: ClassVar[str] = "task.asked"
    ask: Ask


class TaskAnswered(Payload, frozen=True, rename="camel"):
    """What was asked under this id has an answer, or needs none any more."""

    TYPE: ClassVar[str] = "task.answered"
    id: str
    said: str = ""


class MessageReceived(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "message.received"
    received: Message
    messages: int


class ArtifactRecorded(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "artifact.recorded"
    artifact: Artifact


def _payload_types() -> dict[str, type[Payload]]:
    found: dict[str, type[Payload]] = {}
    pending: list[type[Payload]] = list(Payload.__subclasses__())
    while pending:
        cls = pending.pop()
        pending.extend(cls.__subclasses__())
        if cls.TYPE:
            found[cls.TYPE] = cls
    return found


PAYLOADS: dict[str, type[Payload]] = _payload_types()

#: Events that end a task or a run or answer a command: synced before anybody is told.
TERMINAL_TYPES = frozenset(
    {
        "run.completed",
        "run.failed",
        "run.cancelled",
        "run.blocked",
        "task.completed",
        "task.failed",
        "task.cancelled",
        "task.skipped",
        "command.done",
    }
)


def payload_of(event: Event) -> Payload | None:
    """The typed payload, or None for a type that this version does not know.

    :raises msgspec.ValidationError: the data is not what the type promises.
    """
    cls = PAYLOADS.get(event.type)
    return None if cls is None else msgspec.convert(event.data, cls)


def make_event(
    payload: Payload,
    *,
    time: str,
    run_id: str,
    metadata: EventMetadata,
    task_id: str | None = None,
    message: str | None = None,
) -> Event:
    """Wrap a payload into its envelope."""
    return Event(
        time=time,
        type=payload.TYPE,
        run_id=run_id,
        metadata=metadata,
        task_id=task_id,
        message=message,
        data=msgspec.to_builtins(payload),
    )
