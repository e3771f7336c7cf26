"""The state of one run: what the journal's events add up to."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.asks import Ask
from crew_core.model.attempt import PauseCause, SessionRef, StopRequest
from crew_core.model.commands import CommandRecord
from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import SCHEMA_VERSION, TaskPlan
from crew_core.model.progress import Progress
from crew_core.model.records import Artifact, Message
from crew_core.model.spent import NOTHING, UNKNOWN, Spent, spent_by, total
from crew_core.model.status import (
    Access,
    AttemptCause,
    AttemptOutcome,
    AttemptPhase,
    EdgePolicy,
    RunStatus,
    TaskStatus,
    Verdict,
)
from crew_core.model.steering import DeliveryState, Sent, SteerKind
from crew_core.model.usage import Usage


class HoldCause(StrEnum):
    """Which limit keeps a ready task from starting."""

    RUN_LIMIT = "run-limit"
    ROLE_LIMIT = "role-limit"
    MACHINE_LIMIT = "machine-limit"
    DIRECTORY = "directory"
    BUDGET = "budget"
    MEMORY = "memory"
    START_UP = "start-up"


class Hold(msgspec.Struct, frozen=True, rename="camel"):
    """A ready task that may not start now. ``by`` names who holds what it needs (``run/task``)."""

    cause: HoldCause
    by: str = ""


class Reservation(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What a limit of the run keeps free for an attempt from its start; None where there is no such limit.

    ``cost_nano`` is in billionths of a US dollar.
    """

    tokens: int | None = None
    cost_nano: int | None = None


class Attempt(msgspec.Struct, frozen=True, rename="camel"):
    """One process (with its verification commands counted as attempts of their own)."""

    n: int
    cause: AttemptCause
    phase: AttemptPhase
    worker_id: str
    at: str
    started_at: str | None = None
    ended_at: str | None = None
    supervisor: ProcessIdentity | None = None
    outcome: AttemptOutcome | None = None
    code: str | None = None
    message: str | None = None
    exit_code: int | None = None
    signal: int | None = None
    ended_processes: int = 0
    survivors: int = 0
    output_bytes: int = 0
    usage: Usage | None = None
    pause: PauseCause | None = None
    command: str | None = None
    #: What its program can be sent while it works.
    takes: tuple[SteerKind, ...] = ()
    sent: tuple[Sent, ...] = ()
    #: The conversation that it goes on with, and the one that it had.
    resume: SessionRef | None = None
    session: SessionRef | None = None
    #: Asks no model: nothing of it is counted.
    unmetered: bool = False
    reservation: Reservation | None = None
    #: As the program named it, else as it was asked for.
    model: str | None = None
    #: What it has used, so far or in the end; None before it has reported anything.
    spent: Spent | None = None

    @property
    def used(self) -> Spent:
        """What it has used, as far as that is known."""
        if self.unmetered or self.cause is AttemptCause.VERIFY or self.outcome is AttemptOutcome.REVOKED:
            return NOTHING
        if self.spent is not None:
            return self.spent
        return spent_by(self.usage, None) if self.usage is not None else UNKNOWN


class Task(msgspec.Struct, frozen=True, rename="camel"):
    """One task of the run. ``seq`` is the last event that changed it."""

    id: str
    run_id: str
    step_id: str
    role: str
    agent: str
    title: str
    status: TaskStatus
    cwd: str
    access: Access = Access.WRITE
    program: str = ""
    depends_on: tuple[str, ...] = ()
    edge_policies: dict[str, EdgePolicy] = {}
    attempts: tuple[Attempt, ...] = ()
    retries_spent: int = 0
    max_retries: int = 0
    parked_until: str | None = None
    hold: Hold | None = None
    stop: StopRequest | None = None
    started_at: str | None = None
    finished_at: str | None = None
    code: str | None = None
    error: str | None = None
    because: str | None = None
    dead_letter: bool = False
    exit_code: int | None = None
    result_artifact: Artifact | None = None
    verdict: Verdict | None = None
    verdict_reason: str = ""
    #: What was wrong with the answer of attempt ``refused``, for the attempt that corrects it.
    faults: tuple[str, ...] = ()
    refused: int | None = None
    added_by: str | None = None
    #: A fan-out: no agent of its own, one task for each item of that task's list.
    for_each: str | None = None
    item: str | None = None
    agent_progress: Progress | None = None
    usage: Usage | None = None
    messages: int = 0
    #: What its agent waits for a person to answer, the oldest first.
    asks: tuple[Ask, ...] = ()
    #: So many of its attempts have conversations that are not gone on with: a person wanted it done anew.
    anew_after: int = 0
    seq: int = 0

    def policy(self, dependency: str) -> EdgePolicy:
        return self.edge_policies.get(dependency, EdgePolicy.SUCCESS)

    @property
    def tried(self) -> tuple[Attempt, ...]:
        """The attempts in which an agent was started for it: no verification, and none that was taken back."""
        return tuple(
            each
            for each in self.attempts
            if each.cause is not AttemptCause.VERIFY and each.outcome is not AttemptOutcome.REVOKED
        )

    @property
    def used(self) -> Spent:
        """What all its attempts have used, also those that failed."""
        if len(self.attempts) == 1:
            return self.attempts[0].used
        return total(attempt.used for attempt in self.attempts)

    @property
    def open_ask(self) -> Ask | None:
        """The oldest thing that it asks and nobody has answered yet."""
        sent = self.attempts[-1].sent if self.attempts else ()
        answered = {each.steer.asked for each in sent if each.state is not DeliveryState.REFUSED}
        return next((ask for ask in self.asks if ask.id not in answered), None)

    @property
    def current(self) -> Attempt | None:
        """The attempt that is starting or running, if any."""
        if self.attempts and self.attempts[-1].phase is not AttemptPhase.ENDED:
            return self.attempts[-1]
        return None


class Run(msgspec.Struct, frozen=True, rename="camel"):
    """The run itself. ``seq`` is the last journal event that the state reflects."""

    run_id: str
    team: str
    workflow: str
    goal: str
    status: RunStatus
    created_at: str
    updated_at: str
    cwd: str
    project_root: str | None = None
    depth: int = 0
    epoch: int = 0
    seq: int = 0
    coordinator: ProcessIdentity | None = None
    tether: ProcessIdentity | None = None
    deadline_minutes: float | None = None
    #: Limits of what its agents may use; ``max_cost`` in US dollars.
    max_tokens: int | None = None
    max_cost: float | None = None
    #: Seconds of run time spent before ``clock_since``; the run's clock stands still while nobody works on it.
    clock_spent_s: float = 0.0
    clock_since: str | None = None
    stop: StopRequest | None = None
    started_at: str | None = None
    finished_at: str | None = None
    code: str | None = None
    summary: str | None = None
    artifacts: tuple[Artifact, ...] = ()
    schema_version: int = SCHEMA_VERSION


class RunState(msgspec.Struct, frozen=True):
    """Everything the journal says. ``tasks`` keeps the order of the workflow."""

    run: Run
    tasks: dict[str, Task] = {}
    commands: dict[str, CommandRecord] = {}
    messages: tuple[Message, ...] = ()
    #: Plans of the tasks that answers brought; those of the others are in ``workflow.json``.
    added: tuple[TaskPlan, ...] = ()
