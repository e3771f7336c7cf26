"""What Claude Code tells of its conversation, as normalized events."""

from __future__ import annotations

from typing import Any

from crew_core.agents.claude.billing import Billing
from crew_core.agents.claude.streamed import Streamed
from crew_core.agents.claude.system_lines import system_events
from crew_core.agents.json_fields import mapping, objects, string
from crew_core.agents.line_types import Teller, told_by_type
from crew_core.agents.open_tools import OpenTools
from crew_core.agents.tool_words import capped_text, joined_text
from crew_core.model.transcript import AgentEvent, Kind

#: Its own words where it stands in for the model.
_SYNTHETIC = "<synthetic>"

#: They tell nothing that another line does not tell.
_SILENT = frozenset({"keep_alive", "tool_progress", "prompt_suggestion", "transcript_mirror"})

#: Blocks of a message that hold nothing to read.
_WORDLESS = frozenset({"redacted_thinking"})

Events = list[AgentEvent]


class Conversation:
    """Fed with the lines that are no requests, no replies and no results. Remembers what was told in pieces."""

    def __init__(self) -> None:
        self.tools = OpenTools()
        self.billing = Billing()
        #: Whether the agent itself has said something since the last turn ended.
        self.spoke = False
        #: What the program itself said instead of the model since then.
        self.failed = ""
        self._streamed = Streamed()
        self._tellers: dict[str, Teller] = {
            "system": system_events,
            "stream_event": self._piece,
            "assistant": self._assistant,
            "user": self._user,
            "rate_limit_event": _rate_limit,
            "tool_use_summary": lambda line: _notice(string(line.get("summary"))),
            "auth_status": lambda line: _notice(joined_text(line.get("output")) or string(line.get("error"))),
        }

    def told(self, line: dict[str, Any]) -> Events | None:
        """The events of a line; None: nobody understands it."""
        return told_by_type(line, self._tellers, _SILENT)

    def turn_over(self) -> None:
        """What is said from now on belongs to another turn."""
        self.spoke, self.failed = False, ""

    def _piece(self, line: dict[str, Any]) -> Events | None:
        parent, event = string(line.get("parent_tool_use_id")), mapping(line.get("event"))
        told = self._streamed.told(parent, event)
        if told is None:
            return None
        self._note_speech(told)
        bill = self._streamed.bill(parent, event)
        if bill is not None:
            told.append(self.billing.message(parent, *bill))
        if event.get("type") == "message_stop" and not parent:
            told.append(AgentEvent(kind=Kind.TURN_END))
        return told

    def _assistant(self, line: dict[str, Any]) -> Events:
        message, parent = mapping(line.get("message")), string(line.get("parent_tool_use_id"))
        if line.get("is_api_error_message") or line.get("isApiErrorMessage") or message.get("model") == _SYNTHETIC:
            said = _words(message)
            self.failed = said if not parent else self.failed
            return [AgentEvent(kind=Kind.ERROR, text=said, parent=parent)] if said else []
        told: Events = []
        for block in objects(message.get("content")):
            told += self._block(block, string(message.get("id")), parent)
        self._note_speech(told)
        return told

    def _note_speech(self, told: Events) -> None:
        self.spoke = self.spoke or any(event.kind is Kind.TEXT and not event.parent for event in told)

    def _block(self, block: dict[str, Any], message_id: str, parent: str) -> Events:
        kind = string(block.get("type"))
        match kind:
            case "text" | "thinking":
                text = self._streamed.rest(parent, message_id, string(block.get(kind)))
                told = Kind.TEXT if kind == "text" else Kind.THINKING
                return [AgentEvent(kind=told, text=text, id=message_id, parent=parent)] if text else []
            case "tool_use" | "server_tool_use" | "mcp_tool_use":
                name, tool_id = string(block.get("name")), string(block.get("id"))
                return [self.tools.start(tool_id, name, block.get("input"), parent)]
            case _ if kind in _WORDLESS:
                return []
            case _ if string(block.get("tool_use_id")):
                return [self._result(block, {}, parent)]
            case _:
                return [AgentEvent(kind=Kind.RAW, data={"block": kind}, parent=parent)]

    def _user(self, line: dict[str, Any]) -> Events:
        message, parent = mapping(line.get("message")), string(line.get("parent_tool_use_id"))
        results = [each for each in objects(message.get("content")) if each.get("type") == "tool_result"]
        told = [self._result(each, mapping(line.get("tool_use_result")), parent) for each in results]
        said = _words(message)
        if said:
            told.append(AgentEvent(kind=Kind.NOTICE, text=capped_text(said), parent=parent))
        return told

    def _result(self, block: dict[str, Any], details: dict[str, Any], parent: str) -> AgentEvent:
        """``details`` are the tool's own record of what it did; some have how long it took."""
        took = details.get("durationMs", details.get("totalDurationMs"))
        return self.tools.end(
            string(block.get("tool_use_id")),
            text=joined_text(block.get("content")),
            failed=block.get("is_error") is True,
            duration_ms=round(took) if isinstance(took, int | float) and not isinstance(took, bool) else None,
            parent=parent,
        )


def _words(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    return "\n".join(string(each.get("text")) for each in objects(message.get("content")) if each.get("type") == "text")


def _rate_limit(line: dict[str, Any]) -> Events:
    about = mapping(line.get("rate_limit_info"))
    status = string(about.get("status"))
    if status in ("", "allowed"):
        return []
    return _notice(": ".join(filter(None, ("rate limit", status, string(about.get("rateLimitType"))))))


def _notice(text: str) -> Events:
    return [AgentEvent(kind=Kind.NOTICE, text=capped_text(text))] if text else []
