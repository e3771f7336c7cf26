"""What pi tells of its conversation, as normalized events; also in the formats of versions before 0.84."""

from __future__ import annotations

from typing import Any

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import amount, count, mapping, objects, string
from crew_core.agents.line_types import Teller, told_by_type
from crew_core.agents.open_tools import OpenTools
from crew_core.agents.tool_words import capped_text, joined_text
from crew_core.agents.used import added, is_nothing
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

Events = list[AgentEvent]

#: They tell nothing that another line does not tell.
_SILENT = frozenset(
    {
        *("turn_start", "queue_update", "entry_appended", "session_info_changed"),
        *("thinking_level_changed", "model_changed", "compaction_start", "auto_compaction_start"),
        *("summarization_retry_attempt_start", "summarization_retry_finished", "bash_execution_update"),
    }
)

#: Pieces of a growing message that say nothing by themselves, or again.
_SILENT_PIECES = frozenset(
    {"start", "text_start", "thinking_start", "toolcall_start", "toolcall_delta", "toolcall_end", "done", "error"}
)

#: Kind of a piece, or of a block of a whole message → what it is told as.
_DELTAS = {"text_delta": Kind.TEXT, "thinking_delta": Kind.THINKING}
_ENDS = {"text_end": Kind.TEXT, "thinking_end": Kind.THINKING}
_BLOCKS = {"text": Kind.TEXT, "thinking": Kind.THINKING}

#: Messages of these roles were told when they came about, or are what the program was told.
_KNOWN_ROLES = frozenset({"system", "user", "toolResult"})


class Conversation:
    """Fed with events. ``stopped`` is why the last message of the model ended, ``answer`` what it said."""

    def __init__(self, answer_bytes: int) -> None:
        self._answer_bytes = answer_bytes
        self.tools = OpenTools()
        self.total: Usage | None = None
        self.stopped = ""
        self.error = ""
        self.answer: HeadAndTail | None = None
        self._messages = 0
        #: Characters told of each block of the present message, by its place.
        self._told: dict[int, int] = {}
        self._tellers: dict[str, Teller] = {
            "message_start": self._message_start,
            "message_update": self._piece,
            "message_end": self._message_end,
            "tool_execution_start": self._tool_start,
            "tool_execution_update": self._tool_output,
            "tool_execution_end": self._tool_end,
            "turn_end": lambda line: [AgentEvent(kind=Kind.TURN_END)],
            "auto_retry_start": _retry,
            "auto_retry_end": _retry_end,
            "summarization_retry_scheduled": _retry,
            "compaction_end": self._compaction,
            "auto_compaction_end": self._compaction,
            "extension_error": _extension_error,
        }

    def told(self, line: dict[str, Any]) -> Events | None:
        """The events of a line; None: nobody understands it."""
        return told_by_type(line, self._tellers, _SILENT)

    @property
    def _message_id(self) -> str:
        return f"message-{self._messages}"

    def _message_start(self, line: dict[str, Any]) -> Events:
        if string(mapping(line.get("message")).get("role")) == "assistant":
            self._messages += 1
            self._told = {}
            self.stopped, self.error, self.answer = "", "", None
        return []

    def _piece(self, line: dict[str, Any]) -> Events | None:
        piece = mapping(line.get("assistantMessageEvent"))
        kind, place = string(piece.get("type")), count(piece.get("contentIndex")) or 0
        if kind in _SILENT_PIECES:
            return []
        if kind in _DELTAS:
            delta = string(piece.get("delta"))
            self._told[place] = self._told.get(place, 0) + len(delta)
            return self._say(_DELTAS[kind], delta)
        if kind in _ENDS:
            return self._rest(_ENDS[kind], place, string(piece.get("content")))
        return None

    def _rest(self, kind: Kind, place: int, whole: str) -> Events:
        """What of a whole block was not told piece by piece."""
        told = self._told.get(place, 0)
        self._told[place] = max(told, len(whole))
        return self._say(kind, whole[told:])

    def _say(self, kind: Kind, text: str) -> Events:
        return [AgentEvent(kind=kind, text=text, id=self._message_id)] if text else []

    def _message_end(self, line: dict[str, Any]) -> Events:
        message = mapping(line.get("message"))
        role = string(message.get("role"))
        if role in _KNOWN_ROLES:
            return []
        if role != "assistant":
            said = joined_text(message.get("content")) or string(message.get("summary"))
            return [AgentEvent(kind=Kind.NOTICE, text=capped_text(f"{role}: {said}"))]
        events: Events = []
        self.answer = None
        for place, block in enumerate(objects(message.get("content"))):
            kind = string(block.get("type"))
            if kind in _BLOCKS:
                events += self._rest(_BLOCKS[kind], place, string(block.get(kind)))
            if kind == "text":
                self._keep(string(block.get("text")))
        self.stopped = string(message.get("stopReason"))
        self.error = string(message.get("errorMessage"))
        return events + self._used(mapping(message.get("usage")), string(message.get("model")))

    def _keep(self, text: str) -> None:
        if self.answer is None:
            self.answer = HeadAndTail(self._answer_bytes)
        self.answer.add(text.encode("utf-8", "replace"))

    def _used(self, reported: dict[str, Any], model: str = "") -> Events:
        """A message that failed reports zeros, which say nothing."""
        usage = Usage(
            input=count(reported.get("input")),
            output=count(reported.get("output")),
            reasoning=count(reported.get("reasoning")),
            cache_read=count(reported.get("cacheRead")),
            cache_write=count(reported.get("cacheWrite")),
            cost=amount(mapping(reported.get("cost")).get("total")),
        )
        if is_nothing(usage):
            return []
        self.total = added(self.total, usage)
        return [AgentEvent(kind=Kind.USAGE, usage=usage, data={"model": model} if model else None)]

    def _tool_start(self, line: dict[str, Any]) -> Events:
        return [self.tools.start(string(line.get("toolCallId")), string(line.get("toolName")), line.get("args"))]

    def _tool_output(self, line: dict[str, Any]) -> Events:
        printed = joined_text(mapping(line.get("partialResult")).get("content"))
        told = self.tools.output(string(line.get("toolCallId")), printed)
        return [] if told is None else [told]

    def _tool_end(self, line: dict[str, Any]) -> Events:
        result = mapping(line.get("result"))
        ended = self.tools.end(
            string(line.get("toolCallId")),
            tool=string(line.get("toolName")),
            text=joined_text(result.get("content")),
            failed=line.get("isError") is True,
        )
        return [ended, *self._used(mapping(result.get("usage")))]

    def _compaction(self, line: dict[str, Any]) -> Events:
        result = mapping(line.get("result"))
        why, failed = string(line.get("reason")), string(line.get("errorMessage"))
        if line.get("aborted") is True or not result:
            said = failed or ("aborted" if line.get("aborted") is True else "no result")
            return [AgentEvent(kind=Kind.NOTICE, text=capped_text(f"compaction: {said}"))]
        before = count(result.get("tokensBefore"))
        said = why + (f", {before} tokens before" if before else "")
        data = {"tokens_before": before, "summary": capped_text(string(result.get("summary")))}
        return [AgentEvent(kind=Kind.COMPACTION, text=said, data=data), *self._used(mapping(result.get("usage")))]


def _retry(line: dict[str, Any]) -> Events:
    data = {
        "attempt": count(line.get("attempt")),
        "delay_ms": count(line.get("delayMs")),
        "most": count(line.get("maxAttempts")),
    }
    return [AgentEvent(kind=Kind.RETRY, text=capped_text(string(line.get("errorMessage"))), data=data)]


def _retry_end(line: dict[str, Any]) -> Events:
    if line.get("success") is not False:
        return []
    return [AgentEvent(kind=Kind.NOTICE, text=capped_text(f"gave up: {string(line.get('finalError'))}"))]


def _extension_error(line: dict[str, Any]) -> Events:
    said = ": ".join(filter(None, (string(line.get(name)) for name in ("extensionPath", "event", "error"))))
    return [AgentEvent(kind=Kind.NOTICE, text=capped_text(said))]
