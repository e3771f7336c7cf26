"""What a person can ask a coordinator for, with the outcome it answers."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.model.plan import SCHEMA_VERSION
from crew_core.model.steering import Decision, DeliveryState


class CommandKind(StrEnum):
    CANCEL = "cancel"
    STOP = "stop"
    RESUME = "resume"
    RETRY = "retry"
    SEND = "send"
    RESPOND = "respond"


class SendKind(StrEnum):
    """How something is to reach an agent that works.

    ``message``: for its next turn, or at once where the program knows no turns. ``steer``: at once. ``follow-up``: only
    when the turn is over. ``interrupt``: end this turn; the conversation goes on with the text, if there is one.
    """

    MESSAGE = "message"
    STEER = "steer"
    FOLLOW_UP = "follow-up"
    INTERRUPT = "interrupt"


class OutcomeCode(StrEnum):
    """How it went; the command line maps these to its exit status."""

    DONE = "done"
    NOTHING_TO_DO = "nothing_to_do"
    NO_SUCH_TASK = "no_such_task"
    REFUSED = "refused"


class Command(msgspec.Struct, frozen=True, rename="camel"):
    """``commands/new/<id>.json``. ``id`` makes it idempotent: the same id is carried out once.

    ``text`` is what is sent, or the answer; ``sending`` belongs to ``send``, ``decision`` to ``respond``, as does
    ``asked``: the one thing that is answered; empty is the oldest that has no answer yet.
    """

    id: str
    kind: CommandKind
    at: str
    task_id: str | None = None
    reason: str = ""
    sender: ProcessIdentity | None = None
    text: str = ""
    sending: SendKind | None = None
    decision: Decision | None = None
    asked: str = ""
    schema_version: int = SCHEMA_VERSION


class Outcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a command came to. ``ended`` counts worker processes that were ended, ``survivors`` those that live on.

    ``message_id`` and ``delivery`` belong to what was sent: how far it had come when this was told.
    """

    code: OutcomeCode
    message: str
    tasks: tuple[str, ...] = ()
    ended: int = 0
    survivors: int = 0
    message_id: str | None = None
    delivery: DeliveryState | None = None

    @property
    def ok(self) -> bool:
        return self.code in (OutcomeCode.DONE, OutcomeCode.NOTHING_TO_DO)


class CommandRecord(msgspec.Struct, frozen=True, rename="camel"):
    """``commands/done/<id>.json``, also kept in the state; no outcome yet means it is being carried out."""

    command: Command
    outcome: Outcome | None = None
    schema_version: int = SCHEMA_VERSION
