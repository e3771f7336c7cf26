"""The items of a Codex thread (messages, commands, patches …) as normalized events.

Source: ``codex app-server generate-json-schema``, ``ThreadItem``; field names are those of 0.163 and 0.169.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crew_core.agents import tool_calls
from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.json_fields import integer, mapping, sequence, string
from crew_core.model.transcript import AgentEvent, Kind

#: Items that are understood and say nothing that a person needs: our own words, modes, hooks.
_QUIET = frozenset({"userMessage", "hookPrompt", "subAgentActivity", "enteredReviewMode", "exitedReviewMode", "plan"})

_FAILED = frozenset({"failed", "declined", "interrupted"})


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as an item describes it."""

    tool: str
    args: dict[str, Any]
    gist: str = ""
    result: str = ""
    failed: bool = False


class Items:
    """Told items: which tools are open, how much of each message was told, and the last whole message."""

    def __init__(self, answer_bytes: int) -> None:
        self._answer_bytes = answer_bytes
        self._open: dict[str, tuple[str, str]] = {}
        self._told: dict[str, int] = {}
        self.answer: HeadAndTail | None = None

    def started(self, item: dict[str, Any], parent: str) -> list[AgentEvent] | None:
        """None: an item of a type that is not known."""
        call = _call(item)
        if call is None:
            known = string(item.get("type")) in _QUIET | {"agentMessage", "reasoning", "contextCompaction"}
            return [] if known else None
        call_id = string(item.get("id"))
        self._open[call_id] = (call.tool, parent)
        return [tool_calls.started(call.tool, call_id, call.args, call.gist, parent)]

    def completed(self, item: dict[str, Any], parent: str) -> list[AgentEvent] | None:
        """None: an item of a type that is not known."""
        item_id = string(item.get("id"))
        match item.get("type"):
            case "agentMessage":
                return self._message(item_id, string(item.get("text")), parent)
            case "reasoning":
                parts = [*sequence(item.get("summary")), *sequence(item.get("content"))]
                thought = "\n\n".join(part for part in parts if isinstance(part, str))
                told = self._told.pop(item_id, 0)
                return self._rest(Kind.THINKING, item_id, "" if told else thought, parent)
            case "contextCompaction":
                return [AgentEvent(kind=Kind.COMPACTION, text="the conversation was shortened", parent=parent)]
            case _:
                return self._call_completed(item, item_id, parent)

    def _call_completed(self, item: dict[str, Any], item_id: str, parent: str) -> list[AgentEvent] | None:
        call = _call(item)
        if call is None:
            return [] if string(item.get("type")) in _QUIET else None
        events = []
        if self._open.pop(item_id, None) is None:
            events.append(tool_calls.started(call.tool, item_id, call.args, call.gist, parent))
        took = integer(item.get("durationMs"))
        events.append(
            tool_calls.ended(call.tool, item_id, call.result, failed=call.failed, duration_ms=took, parent=parent)
        )
        return events

    def delta(self, kind: Kind, params: dict[str, Any], parent: str) -> list[AgentEvent]:
        """A piece of a message or of thinking."""
        item_id, text = string(params.get("itemId")), string(params.get("delta"))
        self._told[item_id] = self._told.get(item_id, 0) + len(text)
        return self._rest(kind, item_id, text, parent)

    def output(self, params: dict[str, Any], parent: str) -> list[AgentEvent]:
        """What a tool printed."""
        text = string(params.get("delta")) or string(params.get("message"))
        if not text:
            return []
        item_id = string(params.get("itemId"))
        tool, _ = self._open.get(item_id, ("", ""))
        return [AgentEvent(kind=Kind.TOOL_OUTPUT, tool=tool, id=item_id, text=text, parent=parent)]

    def close(self, why: str) -> list[AgentEvent]:
        """No more comes of what is open: Codex completes no item of a turn that was interrupted."""
        ends = [
            tool_calls.ended(tool, call_id, why, failed=True, parent=parent)
            for call_id, (tool, parent) in self._open.items()
        ]
        self._open.clear()
        self._told.clear()
        return ends

    def _message(self, item_id: str, text: str, parent: str) -> list[AgentEvent]:
        """The whole message: told are only the characters that no delta told before."""
        if not parent:
            self.answer = HeadAndTail(self._answer_bytes)
            self.answer.add(text.encode("utf-8", "replace"))
        return self._rest(Kind.TEXT, item_id, text[self._told.pop(item_id, 0) :], parent)

    def _rest(self, kind: Kind, item_id: str, text: str, parent: str) -> list[AgentEvent]:
        return [AgentEvent(kind=kind, id=item_id, text=text, parent=parent)] if text else []


def _call(item: dict[str, Any]) -> Call | None:
    """The tool call that the item is; None when it is none."""
    failed = string(item.get("status")) in _FAILED
    match item.get("type"):
        case "commandExecution":
            return _command(item, failed=failed)
        case "fileChange":
            changes = [mapping(change) for change in sequence(item.get("changes"))]
            paths = [string(change.get("path")) for change in changes]
            diffs = "\n".join(string(change.get("diff")) for change in changes)
            return Call("apply_patch", {"changes": changes}, " ".join(paths), diffs, failed)
        case "mcpToolCall":
            tool = f"{string(item.get('server'))}.{string(item.get('tool'))}"
            error = string(mapping(item.get("error")).get("message"))
            result = _texts(mapping(item.get("result")).get("content"))
            return Call(tool, mapping(item.get("arguments")), "", error or result, failed or bool(error))
        case "dynamicToolCall":
            failed = failed or item.get("success") is False
            result = _texts(item.get("contentItems"))
            return Call(string(item.get("tool")), mapping(item.get("arguments")), "", result, failed)
        case "collabAgentToolCall":
            args = {"prompt": string(item.get("prompt")), "agents": sequence(item.get("receiverThreadIds"))}
            return Call(string(item.get("tool")), args, failed=failed)
        case "webSearch":
            return Call("web_search", {"query": string(item.get("query"))})
        case "imageView":
            return Call("view_image", {"path": string(item.get("path"))})
        case "imageGeneration":
            return Call("image_generation", {"prompt": string(item.get("revisedPrompt"))}, failed=failed)
        case "sleep":
            return Call("sleep", {"durationMs": integer(item.get("durationMs"))})
        case _:
            return None


def _command(item: dict[str, Any], *, failed: bool) -> Call:
    command = {"command": string(item.get("command")), "cwd": string(item.get("cwd"))}
    code = integer(item.get("exitCode"))
    output = string(item.get("aggregatedOutput"))
    said = output if code in (None, 0) else f"{output}\n[exit status {code}]".lstrip()
    declined = "declined" if item.get("status") == "declined" else ""
    actions = (string(mapping(action).get("command")) for action in sequence(item.get("commandActions")))
    gist = "; ".join(filter(None, actions))
    return Call("shell", command, gist, said or declined, failed or code not in (None, 0))


def _texts(content: object) -> str:
    """The texts among the parts of a result."""
    return "\n".join(string(mapping(part).get("text")) for part in sequence(content) if mapping(part).get("text"))
