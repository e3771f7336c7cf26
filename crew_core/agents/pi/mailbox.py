"""What a person says to pi, from its sending until it stands in the conversation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crew_core.agents.json_fields import mapping, string
from crew_core.agents.pi.speech import abort, prompt
from crew_core.agents.telling import delivery
from crew_core.agents.tool_words import joined_text
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent

Said = tuple[bytes, Iterable[AgentEvent]]


class Mailbox:
    """pi has queues of its own: what it accepted may still wait there, so it is ``taken`` only when it is told."""

    def __init__(self) -> None:
        #: Written, and not in the conversation yet: id → text.
        self._sent: dict[str, str] = {}
        #: Aborts that are not answered yet.
        self._aborts: dict[str, Steer] = {}

    @property
    def waiting(self) -> bool:
        """Whether something is on its way that the agent will go on with."""
        return bool(self._sent) or any(steer.text for steer in self._aborts.values())

    def said(self, steer: Steer) -> Said:
        sent = [delivery(steer.id, DeliveryState.SENT)]
        if steer.kind is SteerKind.INTERRUPT:
            self._aborts[steer.id] = steer
            return abort(steer.id), sent
        self._sent[steer.id] = steer.text
        return prompt(steer.id, steer.text, "steer" if steer.kind is SteerKind.STEER else "followUp"), sent

    def responded(self, line: dict[str, Any]) -> Said:
        """pi has answered a command: a refused one goes no further, an abort lets the words of it follow."""
        command_id, accepted = string(line.get("id")), line.get("success") is True
        steer = self._aborts.pop(command_id, None)
        if not accepted and (steer is not None or self._sent.pop(command_id, None) is not None):
            return b"", [delivery(command_id, DeliveryState.REFUSED, string(line.get("error")))]
        if steer is None:
            return b"", []
        if not steer.text:
            return b"", [delivery(steer.id, DeliveryState.TAKEN)]
        self._sent[steer.id] = steer.text
        return prompt(steer.id, steer.text), []

    def taken(self, line: dict[str, Any]) -> Iterable[AgentEvent]:
        """A message of a person stands in the conversation. pi replaces what begins with ``/`` by what it means."""
        text = joined_text(mapping(line.get("message")).get("content"))
        found = next((each for each, said in self._sent.items() if said == text), None)
        if found is None:
            found = next((each for each, said in self._sent.items() if said.startswith("/")), None)
        if found is None:
            return []
        del self._sent[found]
        return [delivery(found, DeliveryState.TAKEN)]
