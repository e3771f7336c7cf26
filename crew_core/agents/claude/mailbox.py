"""What a person says to Claude Code, from its sending until the program shows that it has taken it up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from crew_core.agents.as_words import as_words
from crew_core.agents.claude.speech import interruption, user_message
from crew_core.agents.json_fields import mapping, objects, string
from crew_core.agents.telling import delivery
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent

Said = tuple[bytes, Iterable[AgentEvent]]


class Mailbox:
    """Messages for the next turn wait here: on stdin they would be taken up in this one."""

    def __init__(self, worker_id: str) -> None:
        self._names = uuid.uuid5(uuid.NAMESPACE_URL, worker_id)
        #: For the next turn, in order.
        self._held: dict[str, str] = {}
        #: Written and not taken up yet: uuid → (steer, text).
        self._sent: dict[str, tuple[str, str]] = {}
        #: Interrupts that no response came to yet.
        self._interrupts: dict[str, Steer] = {}

    @property
    def waiting(self) -> bool:
        """Whether something is on its way that will begin a turn."""
        return bool(self._sent)

    def said(self, steer: Steer) -> Said:
        """Send it, or keep it for the next turn."""
        match steer.kind:
            case SteerKind.INTERRUPT:
                self._interrupts[steer.id] = steer
                if steer.text:
                    self._held[steer.id] = steer.text
                return interruption(steer.id), [delivery(steer.id, DeliveryState.SENT)]
            case SteerKind.STEER:
                return self._send(steer.id, steer.text), [delivery(steer.id, DeliveryState.SENT)]
            case _:
                self._held[steer.id] = steer.text
                return b"", [delivery(steer.id, DeliveryState.QUEUED)]

    def _send(self, steer_id: str, text: str) -> bytes:
        name = str(uuid.uuid5(self._names, steer_id))
        self._sent[name] = (steer_id, as_words(text))
        return user_message(as_words(text), name)

    def said_now(self) -> Said:
        """The turn is over: what was kept for the next one begins it."""
        outgoing = b"".join(self._send(steer_id, text) for steer_id, text in self._held.items())
        events = [delivery(steer_id, DeliveryState.SENT) for steer_id in self._held]
        self._held.clear()
        return outgoing, events

    def taken(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """The program says again what it has taken up; the first prompt is nobody's message."""
        name, text = string(line.get("uuid")), _words(mapping(line.get("message")))
        if name not in self._sent:
            name = next((each for each, (_, said) in self._sent.items() if said == text), "")
        if name not in self._sent:
            return []
        steer_id, _ = self._sent.pop(name)
        return [delivery(steer_id, DeliveryState.TAKEN)]

    def passed(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """How far a message has come, as newer versions tell."""
        state = string(line.get("state"))
        if state not in ("started", "cancelled") or string(line.get("command_uuid")) not in self._sent:
            return []
        steer_id, _ = self._sent.pop(string(line.get("command_uuid")))
        return [delivery(steer_id, DeliveryState.TAKEN if state == "started" else DeliveryState.REFUSED)]

    def responded(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """The reply to an interrupt. One with words is taken when those are."""
        response = mapping(line.get("response"))
        steer = self._interrupts.pop(string(response.get("request_id")), None)
        if steer is None:
            return []
        if string(response.get("subtype")) != "success":
            self._held.pop(steer.id, None)
            return [delivery(steer.id, DeliveryState.REFUSED, string(response.get("error")))]
        return [] if steer.text else [delivery(steer.id, DeliveryState.TAKEN)]


def _words(message: dict[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else "".join(string(each.get("text")) for each in objects(content))
