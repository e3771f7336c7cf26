"""One line of what an agent of pi-crew left, as normalized events.

Four writers leave lines: an agent's ``events.jsonl`` (``{"seq", "time", "event"}``), the transcript artifact (pi's
JSON stream), ``sidechain.output.jsonl`` of a live session (``{"isSidechain", "timestamp", "type", "message"}``) and
``output.log`` (plain text). pi-crew shortens pi's events before it writes them: without ids, results and error flags
of tools, and with ``[pi-crew compacted N chars]`` in place of long text. The whole stream of pi is understood as well.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.answers import contact_in
from crew_core.observe.picrew.contained import LONGEST_LINE
from crew_core.observe.picrew.fields import Malformed, Record
from crew_core.observe.picrew.task_record import usage_from

#: Of a line that is too long, so much is kept.
_HEAD = 65_536

#: They say nothing that another event does not say better: a message comes whole at its end.
_SILENT = frozenset(
    {"agent_start", "turn_start", "message_start", "message_update", "tool_execution_update", "agent_settled"}
    | {"queue_update", "entry_appended"}
)

#: Arguments of a tool that say best what it is about, in this order.
_TELLING = ("command", "pattern", "query", "url", "path")


def agent_events(line: bytes) -> tuple[AgentEvent, ...]:
    """What one line says, without memory of the lines before it; see ``AgentStream`` for pairs of calls and results.

    What is not understood is kept as ``raw``; empty for lines that say nothing to a person.
    """
    if not line.strip():
        return ()
    if len(line) > LONGEST_LINE:
        head = line[:_HEAD].decode("utf-8", "replace")
        return (AgentEvent(kind=Kind.RAW, text=f"{head}… [{len(line)} bytes]"),)
    if not line.lstrip().startswith(b"{"):
        return (AgentEvent(kind=Kind.TEXT, text=line.decode("utf-8", "replace").rstrip("\r")),)
    try:
        record = fields.decoded_record(line)
    except Malformed:
        return (_raw(line, ""),)
    at, event = _unwrapped(record)
    told = _told(event, at)
    return (_raw(line, at),) if told is None else tuple(told)


def text_events(line: bytes) -> tuple[AgentEvent, ...]:
    """One line of a file of plain text, where braces mean nothing."""
    text = line[:_HEAD].decode("utf-8", "replace").rstrip("\r")
    if not text.strip():
        return ()
    asked = contact_in(text)
    question = (AgentEvent(kind=Kind.QUESTION, text=asked),) if asked else ()
    return (AgentEvent(kind=Kind.TEXT, text=text), *question)


def _unwrapped(record: Record) -> tuple[str, Record]:
    """The event of pi in a line, with the time at which pi-crew saw it."""
    inner = fields.inner(record, "event")
    if inner:
        return fields.text(record, "time"), inner
    if record.get("isSidechain") is True:
        message = fields.inner(record, "message")
        kind = fields.text(message, "type")
        return fields.text(record, "timestamp"), message if kind else {"type": "message", "message": message}
    return fields.text(record, "timestamp"), record


def _told(event: Record, at: str) -> Sequence[AgentEvent] | None:
    """None: an event that is not known."""
    kind = fields.text(event, "type")
    match kind:
        case _ if kind in _SILENT:
            return ()
        case "session":
            return [AgentEvent(kind=Kind.SESSION, at=at, text=fields.text(event, "id"))]
        case "message" | "message_end":
            return _message(event, at)
        case "tool_execution_start":
            return [_tool_start(event, at)]
        case "tool_execution_end":
            return [_tool_end(event, at)]
        case "turn_end":
            return [AgentEvent(kind=Kind.TURN_END, at=at)]
        case "agent_end":
            return [AgentEvent(kind=Kind.ENDED, at=at)]
        case "auto_retry_start":
            return [AgentEvent(kind=Kind.RETRY, at=at, text=fields.text(event, "errorMessage"))]
        case "auto_retry_end" | "compaction_start" | "compaction_end" | "auto_compaction_start" | "auto_compaction_end":
            return [AgentEvent(kind=Kind.NOTICE, at=at, text=kind.replace("_", " "))]
        case "supervisor_contact" | "crew_supervisor_contact":
            return [AgentEvent(kind=Kind.QUESTION, at=at, text=fields.text(event, "message"))]
        case "error" | "extension_error":
            text = fields.text(event, "message") or fields.text(event, "error") or fields.text(event, "errorMessage")
            return [AgentEvent(kind=Kind.ERROR, at=at, text=text)]
        case _:
            return None


def _message(event: Record, at: str) -> Sequence[AgentEvent]:
    message = fields.inner(event, "message")
    match fields.text(message, "role"):
        case "assistant":
            return _said(message, at)
        case "toolResult":
            return [_tool_result(message, at)]
        case "user":
            return [AgentEvent(kind=Kind.NOTICE, at=at, text=f"prompt: {_text_of(message)}")]
        case _:
            # The mock reports its usage beside a message that is not there.
            return _usage(event, at)


def _said(message: Record, at: str) -> Sequence[AgentEvent]:
    told = []
    for part in fields.records(message, "content"):
        text = fields.text(part, "text")
        match part.get("type"):
            case "text" if text:
                told.append(AgentEvent(kind=Kind.TEXT, at=at, text=text))
                asked = contact_in(text)
                if asked:
                    told.append(AgentEvent(kind=Kind.QUESTION, at=at, text=asked))
            case "thinking" if fields.text(part, "thinking"):
                told.append(AgentEvent(kind=Kind.THINKING, at=at, text=fields.text(part, "thinking")))
            case _:
                # Tool calls come as events of their own.
                continue
    if isinstance(message.get("content"), str):
        told.append(AgentEvent(kind=Kind.TEXT, at=at, text=fields.text(message, "content")))
    stop = fields.text(message, "stopReason")
    if stop in ("error", "aborted", "length"):
        why = fields.text(message, "errorMessage") or f"the turn ended with {stop}"
        told.append(AgentEvent(kind=Kind.ERROR, at=at, text=why))
    return [*told, *_usage(message, at)]


def _usage(holder: Record, at: str) -> Sequence[AgentEvent]:
    record = fields.inner(holder, "usage")
    usage = usage_from(record)
    if usage is None:
        return ()
    total = fields.number(fields.inner(record, "cost"), "total")
    # What pi has no price for costs 0 in its words.
    if total:
        usage = msgspec.structs.replace(usage, cost=total)
    return [AgentEvent(kind=Kind.USAGE, at=at, usage=usage)]


def _tool_start(event: Record, at: str) -> AgentEvent:
    args = fields.inner(event, "args")
    return AgentEvent(
        kind=Kind.TOOL_START,
        at=at,
        tool=fields.text(event, "toolName"),
        id=fields.text(event, "toolCallId"),
        text=_arguments(args),
        data={"args": dict(args)} if args else None,
    )


def _arguments(args: Record) -> str:
    for name in _TELLING:
        told = args.get(name)
        if isinstance(told, str) and told:
            return told
    return msgspec.json.encode(args).decode() if args else ""


def _tool_end(event: Record, at: str) -> AgentEvent:
    result = fields.inner(event, "result")
    return AgentEvent(
        kind=Kind.TOOL_END,
        at=at,
        tool=fields.text(event, "toolName"),
        id=fields.text(event, "toolCallId"),
        text=_text_of(result),
        failed=fields.flag(event, "isError"),
        data={"result": True} if result else None,
    )


def _tool_result(message: Record, at: str) -> AgentEvent:
    return AgentEvent(
        kind=Kind.TOOL_END,
        at=at,
        tool=fields.text(message, "toolName"),
        id=fields.text(message, "toolCallId"),
        text=_text_of(message),
        failed=fields.flag(message, "isError"),
        data={"result": True, "message": True},
    )


def _text_of(holder: Record) -> str:
    if isinstance(holder.get("content"), str):
        return fields.text(holder, "content")
    return "\n".join(
        fields.text(part, "text") for part in fields.records(holder, "content") if part.get("type") == "text"
    )


def _raw(line: bytes, at: str) -> AgentEvent:
    return AgentEvent(kind=Kind.RAW, at=at, text=line.decode("utf-8", "replace"))
