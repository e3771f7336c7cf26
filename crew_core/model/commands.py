"""What a person can ask a coordinator for, with the outcome it answers."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import SCHEMA_VERSION


class CommandKind(StrEnum):
    CANCEL = "cancel"
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"


class OutcomeCode(StrEnum):
    """How it went; the command line maps these to its exit status."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"
    NO_SUCH_TASK = "no_such_task"
    REFUSED = "refused"


class Command(msgspec.Struct, frozen=True, rename="camel"):
    """``commands/new/<id>.json``. ``id`` makes it idempotent: the same id is carried out once."""

    id: str
    kind: CommandKind
    at: str
    task_id: str | None = None
    reason: str = ""
    sender: ProcessIdentity | None = None
    schema_version: int = SCHEMA_VERSION


class Outcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a command came to. ``ended`` counts worker processes that were ended, ``survivors`` those that live on."""

    code: OutcomeCode
    message: str
    tasks: tuple[str, ...] = ()
    ended: int = 0
    survivors: int = 0

    @property
    def ok(self) -> bool:
        return self.code in (OutcomeCode.DONE, OutcomeCode.NOTHING_TO_DO)


class CommandRecord(msgspec.Struct, frozen=True, rename="camel"):
    """``commands/done/<id>.json``, also kept in the state; no outcome yet means it is being carried out."""

    command: Command
    outcome: Outcome | None = None
    schema_version: int = SCHEMA_VERSION
