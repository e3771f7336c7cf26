"""Messages as they grow, so that a whole one which comes later is not told a second time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from crew_core.agents.json_fields import mapping, string
from crew_core.model.transcript import AgentEvent, Kind

#: Kind of a piece → its field, and what it is told as.
_PIECES = {"text_delta": ("text", Kind.TEXT), "thinking_delta": ("thinking", Kind.THINKING)}

#: Parts of a growing message that say nothing by themselves: what they make up comes as a whole.
_SILENT_PIECES = frozenset({"input_json_delta", "signature_delta", "citations_delta"})
_SILENT = frozenset({"content_block_stop", "message_stop", "message_delta", "ping"})


@dataclass(slots=True)
class _Message:
    id: str = ""
    model: str = ""
    usage: dict[str, Any] = field(default_factory=dict)
    #: Characters of the present block that were told.
    told: int = 0


class Streamed:
    """One message at a time for the agent, and one for each of its sub-agents."""

    def __init__(self) -> None:
        self._messages: dict[str, _Message] = {}

    def told(self, parent: str, event: dict[str, Any]) -> list[AgentEvent] | None:
        """The events of a piece; None: nobody understands it."""
        message = self._messages.setdefault(parent, _Message())
        match string(event.get("type")):
            case "message_start":
                whole = mapping(event.get("message"))
                begun = _Message(string(whole.get("id")), string(whole.get("model")), mapping(whole.get("usage")))
                self._messages[parent] = begun
                return []
            case "content_block_start":
                message.told = 0
                return self._grown(message, mapping(event.get("content_block")), parent)
            case "content_block_delta":
                return self._delta(message, mapping(event.get("delta")), parent)
            case kind if kind in _SILENT:
                return []
            case "error":
                return [
                    AgentEvent(kind=Kind.NOTICE, text=string(mapping(event.get("error")).get("message")), parent=parent)
                ]
            case _:
                return None

    def _delta(self, message: _Message, delta: dict[str, Any], parent: str) -> list[AgentEvent] | None:
        kind = string(delta.get("type"))
        if kind in _SILENT_PIECES:
            return []
        if kind not in _PIECES:
            return None
        name, told = _PIECES[kind]
        return self._say(message, told, string(delta.get(name)), parent)

    def _grown(self, message: _Message, block: dict[str, Any], parent: str) -> list[AgentEvent]:
        """A block may begin with some of its text."""
        match block.get("type"):
            case "text":
                return self._say(message, Kind.TEXT, string(block.get("text")), parent)
            case "thinking":
                return self._say(message, Kind.THINKING, string(block.get("thinking")), parent)
            case _:
                return []

    def _say(self, message: _Message, kind: Kind, text: str, parent: str) -> list[AgentEvent]:
        message.told += len(text)
        return [AgentEvent(kind=kind, text=text, id=message.id, parent=parent)] if text else []

    def rest(self, parent: str, message_id: str, text: str) -> str:
        """What of a whole block was not told piece by piece. It comes when its pieces have come, once."""
        message = self._messages.get(parent)
        if message is None or message.id != message_id:
            return text
        told, message.told = message.told, 0
        return text[told:]

    def bill(self, parent: str, event: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """(model, usage) of a message that is complete. Only its end knows how much was said."""
        message = self._messages.get(parent)
        usage = mapping(event.get("usage"))
        if event.get("type") != "message_delta" or message is None or not usage:
            return None
        known = {name: value for name, value in usage.items() if value is not None}
        return message.model, message.usage | known
