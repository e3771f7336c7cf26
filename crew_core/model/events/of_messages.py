"""What passes between the person and an agent, and what agents send."""

from __future__ import annotations

from typing import ClassVar

from crew_core.model.asks import Ask
from crew_core.model.events.envelope import Payload
from crew_core.model.records import Message
from crew_core.model.steering import DeliveryState, Steer


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
