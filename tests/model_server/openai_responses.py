"""OpenAI's Responses, as Codex speaks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

from tests.model_server import openai_chat
from tests.model_server.billing import Bill
from tests.model_server.conversation import Conversation, Speaker, Tool, Turn, by_name, plain
from tests.model_server.reply import Call, Chunk, Part, Reply, Stage, Text, Thought
from tests.model_server.wire_format import fresh, sent_event

WRITES_CACHE = False

#: Both of OpenAI's formats fail alike.
failure = openai_chat.failure

_SPEAKERS = {"user": Speaker.USER, "assistant": Speaker.MODEL}


def read(body: dict[str, Any], path: str) -> Conversation:
    given = body.get("input") or []
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    told = [plain(item.get("content")) for item in items if item.get("role") in ("developer", "system")]
    return Conversation(
        turns=tuple(_turns(items)),
        tools=by_name(_tools(body.get("tools") or [])),
        instructions="\n".join([body.get("instructions") or "", *told]),
        model=body.get("model", ""),
        streams=bool(body.get("stream")),
        thinking=(body.get("reasoning") or {}).get("effort"),
    )


def _turns(items: list[dict[str, Any]]) -> Iterator[Turn]:
    for item in items:
        kind = item.get("type", "message")
        if kind.endswith("_output"):
            yield Turn(Speaker.TOOL, plain(item.get("output")))
        elif kind == "message" and item.get("role") in _SPEAKERS:
            yield Turn(_SPEAKERS[item["role"]], plain(item.get("content")))


def _tools(offered: list[dict[str, Any]]) -> Iterator[Tool]:
    for tool in offered:
        match tool:
            case {"type": "function", "name": name}:
                yield Tool(name, tool.get("parameters") or {})
            case {"type": "custom", "name": name}:
                yield Tool(name, freeform=True)
            case {"type": "namespace", "tools": inner}:
                yield from _tools(inner)
            case _:
                yield Tool(str(tool.get("type")))


def whole(reply: Reply, bill: Bill, model: str) -> dict[str, Any]:
    output = [_item(part) for part in reply.parts]
    return _response(model) | _completed(output, bill)


def stream(reply: Reply, bill: Bill, model: str) -> Iterator[Chunk]:
    numbers, response = count(), _response(model)

    def event(kind: str, stage: Stage, **fields: Any) -> Chunk:
        return Chunk(sent_event({"type": kind, "sequence_number": next(numbers), **fields}, kind), stage)

    yield event("response.created", Stage.OPENING, response=response)
    output = []
    for number, part in enumerate(reply.parts):
        item = _item(part)
        begun = {**item, "status": "in_progress"} | {name: _nothing(item[name]) for name in _growing(part)}
        yield event("response.output_item.added", Stage.OPENING, output_index=number, item=begun)
        for kind, fields in _deltas(part):
            stage = Stage.SAID if kind.endswith("delta") else Stage.OPENING
            yield event(f"response.{kind}", stage, item_id=item["id"], output_index=number, **fields)
        stage = Stage.CLOSING if part is reply.parts[-1] else Stage.OPENING
        yield event("response.output_item.done", stage, output_index=number, item=item)
        output.append(item)
    yield event("response.completed", Stage.CLOSING, response=response | _completed(output, bill))


def _deltas(part: Part) -> Iterator[tuple[str, dict[str, Any]]]:
    match part:
        case Text(pieces):
            empty = {"type": "output_text", "text": "", "annotations": []}
            yield "content_part.added", {"content_index": 0, "part": empty}
            for piece in pieces:
                yield "output_text.delta", {"content_index": 0, "delta": piece}
        case Thought(text):
            yield "reasoning_summary_part.added", {"summary_index": 0, "part": {"type": "summary_text", "text": ""}}
            yield "reasoning_summary_text.delta", {"summary_index": 0, "delta": text}
        case Call(_, _, str(text)):
            yield "custom_tool_call_input.delta", {"delta": text}
        case Call(_, _, arguments):
            yield "function_call_arguments.delta", {"delta": json.dumps(arguments)}


def _growing(part: Part) -> tuple[str, ...]:
    match part:
        case Text():
            return ("content",)
        case Thought():
            return ("summary",)
        case Call(_, _, arguments):
            return ("input",) if isinstance(arguments, str) else ("arguments",)


def _nothing(value: list[Any] | str) -> list[Any] | str:
    return "" if isinstance(value, str) else []


def _item(part: Part) -> dict[str, Any]:
    done = {"status": "completed"}
    match part:
        case Text():
            content = [{"type": "output_text", "text": part.whole, "annotations": []}]
            return {"type": "message", "id": fresh("msg"), "role": "assistant", "content": content, **done}
        case Thought(text):
            summary = [{"type": "summary_text", "text": text}]
            return {"type": "reasoning", "id": fresh("rs"), "summary": summary, "encrypted_content": None}
        case Call(id_, name, str(text)):
            return {"type": "custom_tool_call", "id": f"c{id_}", "call_id": id_, "name": name, "input": text, **done}
        case Call(id_, name, arguments):
            told = json.dumps(arguments)
            return {"type": "function_call", "id": f"f{id_}", "call_id": id_, "name": name, "arguments": told, **done}


def _response(model: str) -> dict[str, Any]:
    """As it is at its beginning."""
    head = {"id": fresh("resp"), "object": "response", "created_at": 1_790_000_000, "model": model}
    empty: dict[str, Any] = {"output": [], "tools": [], "error": None, "incomplete_details": None, "metadata": {}}
    return {**head, **empty, "status": "in_progress"}


def _completed(output: list[dict[str, Any]], bill: Bill) -> dict[str, Any]:
    return {"status": "completed", "output": output, "usage": _usage(bill)}


def _usage(bill: Bill) -> dict[str, Any]:
    """The input's number contains what came from the cache."""
    return {
        "input_tokens": bill.whole_input,
        "input_tokens_details": {"cached_tokens": bill.cache_read},
        "output_tokens": bill.output,
        "output_tokens_details": {"reasoning_tokens": bill.reasoning},
        "total_tokens": bill.whole_input + bill.output,
    }
