"""What Codex tells by itself: its notifications as normalized events.

Source: ``codex app-server generate-json-schema``, ``ServerNotification``.
"""

from __future__ import annotations

import re

from crew_core.agents.codex.counting import Counting
from crew_core.agents.codex.items import Items
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import mapping, sequence, string
from crew_core.agents.json_rpc import Notification
from crew_core.agents.telling import raw
from crew_core.agents.used import added
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

#: Understood, and nothing that a person needs: what other notifications say as well, or what is about the program.
QUIET = frozenset(
    {
        *("thread/started", "thread/status/changed", "thread/readState/changed", "thread/name/updated"),
        *("thread/settings/updated", "thread/queue/changed", "thread/closed", "thread/environment/connected"),
        *(
            "thread/prediction/updated",
            "thread/goal/updated",
            "thread/goal/cleared",
            "turn/started",
            "turn/completed",
            "turn/diff/updated",
        ),
        *("item/reasoning/summaryPartAdded", "item/fileChange/patchUpdated"),
        *("item/commandExecution/terminalInteraction", "remoteControl/status/changed"),
        *("account/updated", "account/rateLimits/updated", "mcpServer/startupStatus/updated", "skills/changed"),
        *("app/list/updated", "hook/started", "hook/completed", "model/verification", "turn/moderationMetadata"),
    }
)

_DELTAS = {
    "item/agentMessage/delta": Kind.TEXT,
    "item/reasoning/summaryTextDelta": Kind.THINKING,
    "item/reasoning/textDelta": Kind.THINKING,
}

_OUTPUTS = frozenset(
    {"item/commandExecution/outputDelta", "item/fileChange/outputDelta", "item/mcpToolCall/progress"},
)

_WARNINGS = frozenset({"warning", "guardianWarning", "deprecationNotice", "configWarning", "model/rerouted"})

#: "Reconnecting... 2/3".
_ATTEMPT = re.compile(r"(\d+)/\d+")


class Notices:
    """One attempt. Threads other than ours are those of sub-agents: their events name the call they come from."""

    def __init__(self, answer_bytes: int, *, fresh: bool) -> None:
        self._fresh = fresh
        self._items = Items(answer_bytes)
        self._counting: dict[str, Counting] = {}
        self._parents: dict[str, str] = {}
        self._thread = ""
        self._model = ""
        self._working = False
        self.usage: Usage | None = None

    @property
    def answer(self) -> HeadAndTail | None:
        """The last whole message of ours."""
        return self._items.answer

    def begin(self, thread: str, model: str) -> None:
        self._thread, self._model = thread, model

    def close(self, why: str) -> list[AgentEvent]:
        """The turn is over, or everything is."""
        return self._items.close(why)

    def told(self, notice: Notification) -> list[AgentEvent]:
        """What is not understood is told as it came."""
        params = notice.params
        thread = string(params.get("threadId")) or self._thread
        parent = "" if thread == self._thread else self._parents.get(thread, thread)
        item = mapping(params.get("item"))
        events: list[AgentEvent] | None = None
        if notice.method == "item/started":
            self._working = True
            self._adopt(item)
            events = self._items.started(item, parent)
        elif notice.method == "item/completed":
            self._adopt(item)
            events = self._items.completed(item, parent)
        elif notice.method in _DELTAS:
            events = self._items.delta(_DELTAS[notice.method], params, parent)
        elif notice.method in _OUTPUTS:
            events = self._items.output(params, parent)
        elif notice.method == "thread/tokenUsage/updated":
            events = self._used(thread, mapping(params.get("tokenUsage")), parent)
        else:
            events = self._said(notice, parent)
        return [raw(notice.line)] if events is None else events

    def _adopt(self, item: dict[str, object]) -> None:
        """Remember which call began which sub-agent's thread."""
        for thread in sequence(item.get("receiverThreadIds")):
            self._parents.setdefault(string(thread), string(item.get("id")))

    def _used(self, thread: str, tokens: dict[str, object], parent: str) -> list[AgentEvent]:
        ours = thread == self._thread
        counting = self._counting.setdefault(thread, Counting())
        if ours and not self._fresh and not self._working:
            counting.so_far(tokens)
            return []
        usage = counting.used(tokens, fresh=self._fresh or not ours)
        if usage is None:
            return []
        self.usage = added(self.usage, usage)
        data = {"model": self._model} if ours and self._model else None
        return [AgentEvent(kind=Kind.USAGE, usage=usage, parent=parent, data=data)]

    def _said(self, notice: Notification, parent: str) -> list[AgentEvent] | None:
        params, method = notice.params, notice.method
        if method == "error":
            return _error(params, parent)
        if method == "thread/compacted":
            return [AgentEvent(kind=Kind.COMPACTION, text="the conversation was shortened", parent=parent)]
        if method == "turn/plan/updated":
            steps = [mapping(step) for step in sequence(params.get("plan"))]
            text = "\n".join(f"{string(step.get('status'))}: {string(step.get('step'))}" for step in steps)
            return [AgentEvent(kind=Kind.NOTICE, text=f"plan:\n{text}", parent=parent)]
        if method in _WARNINGS:
            words = (string(params.get(name)) for name in ("message", "summary", "details", "reason"))
            return [AgentEvent(kind=Kind.NOTICE, text=" ".join(filter(None, words)) or method, parent=parent)]
        return [] if method in QUIET else None


def _error(params: dict[str, object], parent: str) -> list[AgentEvent]:
    """A failure that is tried again; the one that ends the turn is said by the end of the turn."""
    error = mapping(params.get("error"))
    text = ": ".join(filter(None, (string(error.get("message")), string(error.get("additionalDetails")))))
    if params.get("willRetry") is not True:
        return [] if params.get("turnId") else [AgentEvent(kind=Kind.ERROR, text=text, parent=parent)]
    attempt = _ATTEMPT.search(text)
    data = {"attempt": int(attempt[1]) if attempt else None, "delay_ms": None}
    return [AgentEvent(kind=Kind.RETRY, text=text, parent=parent, data=data)]
