"""What happens to a run as a whole, and to its coordinator."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from crew_core.model.attempt import (
    StopRequest,
)
from crew_core.model.commands import Command, Outcome
from crew_core.model.events.envelope import Payload
from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import Edge, TaskPlan
from crew_core.model.records import Artifact
from crew_core.model.status import Access, RunStatus


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


class CommandAccepted(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "command.accepted"
    command: Command


class CommandDone(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "command.done"
    command: Command
    outcome: Outcome


class ArtifactRecorded(Payload, frozen=True, rename="camel"):
    TYPE: ClassVar[str] = "artifact.recorded"
    artifact: Artifact
