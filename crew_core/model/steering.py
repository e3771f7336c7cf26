"""What is sent to an agent that works, and how far it came."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class SteerKind(StrEnum):
    """What a person may send to an agent that works.

    ``message``: for its next turn. ``steer``: at once, as soon as the program takes it. ``interrupt``: end this turn,
    the conversation goes on with ``text`` if there is one. ``answer``: to a permission request or a question.
    """

    MESSAGE = "message"
    STEER = "steer"
    INTERRUPT = "interrupt"
    ANSWER = "answer"


class Decision(StrEnum):
    """The answer to a permission request; ``always`` holds for the same tool until the attempt ends."""

    ALLOW = "allow"
    ALWAYS = "always"
    DENY = "deny"


class Steer(msgspec.Struct, frozen=True, rename="camel"):
    """One thing sent to an agent. ``id`` names it in its delivery events; ``asked`` is the event that it answers."""

    id: str
    kind: SteerKind
    text: str = ""
    asked: str = ""
    decision: Decision | None = None
    at: str = ""

    @property
    def said(self) -> str:
        """What a person reads of it."""
        if self.kind is SteerKind.INTERRUPT:
            return f"interrupt: {self.text}" if self.text else "interrupt"
        if self.decision is not None:
            return f"{self.decision}: {self.text}" if self.text else self.decision.value
        return self.text


class DeliveryState(StrEnum):
    """How far it came. ``sent``: written to the program. ``taken``: the program said, or showed, that it has it.

    ``refused`` and ``lost`` (it ended before it took it) are ends, as ``taken`` is.
    """

    QUEUED = "queued"
    SENT = "sent"
    TAKEN = "taken"
    REFUSED = "refused"
    LOST = "lost"

    @property
    def rank(self) -> int:
        """It only grows; the highest is an end."""
        return {DeliveryState.QUEUED: 0, DeliveryState.SENT: 1}.get(self, 2)

    @property
    def ended(self) -> bool:
        return self.rank == 2


class Sent(msgspec.Struct, frozen=True, rename="camel"):
    """Something sent to an attempt, and how far it came; ``said`` are the words for that.

    ``about`` is what an answer answers, in one line.
    """

    steer: Steer
    about: str = ""
    state: DeliveryState = DeliveryState.QUEUED
    said: str = ""
