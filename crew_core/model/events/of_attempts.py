"""What happens to an attempt."""

from __future__ import annotations

from typing import ClassVar

from crew_core.model.attempt import Answer, PauseCause, SessionRef
from crew_core.model.events.envelope import Payload
from crew_core.model.identity import ProcessIdentity
from crew_core.model.spent import Spent
from crew_core.model.state import Reservation
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.model.steering import SteerKind
from crew_core.model.usage import Usage


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
