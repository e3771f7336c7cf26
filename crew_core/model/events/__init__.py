"""What can happen to a run: one envelope as in pi-crew's journal, and one payload class for each type."""

from __future__ import annotations

import msgspec

from crew_core.model.events.envelope import Event, EventMetadata, Payload
from crew_core.model.events.of_attempts import (
    AttemptEnded,
    AttemptPaused,
    AttemptRevoked,
    AttemptStarted,
    AttemptStarting,
)
from crew_core.model.events.of_messages import MessageDelivery, MessageReceived, MessageSent, TaskAnswered, TaskAsked
from crew_core.model.events.of_runs import (
    AddedTask,
    ArtifactRecorded,
    CommandAccepted,
    CommandDone,
    CoordinatorDetached,
    CoordinatorStarted,
    RunCancelled,
    RunCompleted,
    RunCreated,
    RunEnded,
    RunFailed,
    RunRunning,
    RunStopping,
    TasksAdded,
    TaskSeed,
)
from crew_core.model.events.of_tasks import (
    AnswerRefused,
    TaskCancelled,
    TaskCompleted,
    TaskDeadLettered,
    TaskFailed,
    TaskHeld,
    TaskParked,
    TaskProgress,
    TaskRequeued,
    TaskSkipped,
    TaskStarted,
    TaskStopping,
)

__all__ = [
    "PAYLOADS",
    "TERMINAL_TYPES",
    "AddedTask",
    "AnswerRefused",
    "ArtifactRecorded",
    "AttemptEnded",
    "AttemptPaused",
    "AttemptRevoked",
    "AttemptStarted",
    "AttemptStarting",
    "CommandAccepted",
    "CommandDone",
    "CoordinatorDetached",
    "CoordinatorStarted",
    "Event",
    "EventMetadata",
    "MessageDelivery",
    "MessageReceived",
    "MessageSent",
    "Payload",
    "RunCancelled",
    "RunCompleted",
    "RunCreated",
    "RunEnded",
    "RunFailed",
    "RunRunning",
    "RunStopping",
    "TaskAnswered",
    "TaskAsked",
    "TaskCancelled",
    "TaskCompleted",
    "TaskDeadLettered",
    "TaskFailed",
    "TaskHeld",
    "TaskParked",
    "TaskProgress",
    "TaskRequeued",
    "TaskSeed",
    "TaskSkipped",
    "TaskStarted",
    "TaskStopping",
    "TasksAdded",
    "make_event",
    "payload_of",
]


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
