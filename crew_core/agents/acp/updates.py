"""``session/update`` of the Agent Client Protocol as normalized events."""

from __future__ import annotations

from typing import Any

from crew_core.agents.acp.calls import Calls
from crew_core.agents.acp.program import AcpProgram
from crew_core.agents.acp.spending import Spending
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import Notification
from crew_core.agents.telling import raw
from crew_core.model.transcript import AgentEvent, Kind

#: Understood, and nothing that a person needs. An agent that repeats our own words says nothing new.
_QUIET = frozenset(
    {
        *("user_message_chunk", "available_commands_update", "current_mode_update", "config_option_update"),
        "plan_removed",
    }
)

#: Those by which an agent shows that it has taken a prompt.
WORKING = frozenset({"agent_message_chunk", "agent_thought_chunk", "tool_call", "tool_call_update", "plan"})


class Updates:
    """One session: its messages, its calls, what it costs, and whether it said that something broke."""

    def __init__(self, program: AcpProgram, answer_bytes: int, *, fresh: bool) -> None:
        self.calls = Calls(program.tool_name)
        self._own_word = program.own_word
        self.spending = Spending(fresh=fresh)
        self._answer_bytes = answer_bytes
        self._message = ""
        self._named = False
        self._count = 0
        self._messages = 0
        self.answer: HeadAndTail | None = None
        #: What the program itself said last, in place of its model.
        self.own_word = ""
        #: The agent's state is an error: codex-acp says so beside a turn that it calls ended.
        self.broken = False

    def turn_begins(self) -> None:
        self._message, self._named, self._messages = "", False, 0
        self.answer = None
        self.broken = False

    def message_ends(self) -> None:
        """Something else than text comes: what has no id and comes after it is another message."""
        if not self._named:
            self._message = ""

    @property
    def step(self) -> tuple[int, int]:
        """Changes when a message or a call begins or ends, so that a response may have ended."""
        return self._count, self.calls.changes

    @property
    def several_steps(self) -> bool:
        """Whether the model was asked more than once in this turn, as far as can be seen."""
        return self.calls.any or self._messages > 1

    def told(self, notice: Notification, *, working: bool) -> list[AgentEvent]:
        """What is not understood is told as it came."""
        update = mapping(notice.params.get("update"))
        kind = string(update.get("sessionUpdate"))
        parent = string(mapping(mapping(update.get("_meta")).get("claudeCode")).get("parentToolUseId"))
        self._look_for_trouble(update)
        match kind:
            case "agent_message_chunk" | "agent_thought_chunk":
                text = string(mapping(update.get("content")).get("text"))
                if not text:
                    return [] if mapping(update.get("content")).get("type") == "text" else [raw(notice.line)]
                if kind == "agent_thought_chunk":
                    thought = string(update.get("messageId"))
                    return [AgentEvent(kind=Kind.THINKING, id=thought, text=text, parent=parent)]
                message_id = string(update.get("messageId"))
                if self._own_word(message_id, text):
                    self.own_word = text.strip()
                    self.message_ends()
                    return [AgentEvent(kind=Kind.NOTICE, text=text, parent=parent)]
                if not working:
                    return [AgentEvent(kind=Kind.NOTICE, text=text, parent=parent)]
                return [self._said(message_id, text, parent)]
            case "tool_call" | "tool_call_update":
                if not parent:
                    self.message_ends()
                return self.calls.updated(update, parent)
            case "usage_update":
                self.spending.updated(update, working=working)
                return []
            case "plan" | "plan_update":
                return [AgentEvent(kind=Kind.NOTICE, text=_plan(update), parent=parent)]
            case "session_info_update":
                self.message_ends()
                return []
            case _:
                return [] if kind in _QUIET else [raw(notice.line)]

    def _said(self, message_id: str, text: str, parent: str) -> AgentEvent:
        """A piece of a message. Without ids, a message ends where a tool begins."""
        if parent:
            return AgentEvent(kind=Kind.TEXT, id=message_id, text=text, parent=parent)
        same = self._message == message_id if message_id else bool(self._message) and not self._named
        if not same:
            self._count += 1
            self._messages += 1
            self._named = bool(message_id)
            self._message = message_id or f"message-{self._count}"
            self.answer = HeadAndTail(self._answer_bytes)
        assert self.answer is not None
        self.answer.add(text.encode("utf-8", "replace"))
        return AgentEvent(kind=Kind.TEXT, id=self._message, text=text)

    def _look_for_trouble(self, update: dict[str, Any]) -> None:
        codex = mapping(mapping(update.get("_meta")).get("codex"))
        state = string(mapping(codex.get("threadStatus")).get("type"))
        if state:
            self.broken = state == "systemError" or (self.broken and state == "idle")


def _plan(update: dict[str, Any]) -> str:
    entries = map(mapping, sequence(update.get("entries")))
    return "plan:\n" + "\n".join(f"{string(entry.get('status'))}: {string(entry.get('content'))}" for entry in entries)
