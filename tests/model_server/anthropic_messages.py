"""Anthropic's Messages, as Claude Code speaks it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.model_server.billing import Bill
from tests.model_server.conversation import Conversation, Speaker, Tool, Turn, by_name, plain
from tests.model_server.reply import Call, Chunk, Part, Reply, Stage, Text, Thought
from tests.model_server.wire_format import fresh, halves, sent_event

WRITES_CACHE = True

_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}

#: Claude Code passes on what a person says during a turn in a message of the role ``system``, or behind the result of
#: a tool.
_MEANWHILE = re.compile(r"sent a new message while you were working:\n(.*?)(?:\n\n|\Z)", re.DOTALL)


def read(body: dict[str, Any], path: str) -> Conversation:
    budget = (body.get("thinking") or {}).get("budget_tokens")
    return Conversation(
        turns=tuple(turn for message in body.get("messages", []) for turn in _turns(message)),
        tools=by_name(Tool(tool["name"], tool.get("input_schema") or {}) for tool in body.get("tools") or []),
        instructions=plain(body.get("system")),
        model=body.get("model", ""),
        streams=bool(body.get("stream")),
        thinking=(body.get("output_config") or {}).get("effort") or (str(budget) if budget else None),
    )


def _turns(message: dict[str, Any]) -> Iterator[Turn]:
    content = message.get("content")
    speaker = Speaker.MODEL if message["role"] == "assistant" else Speaker.USER
    for block in [{"type": "text", "text": content}] if isinstance(content, str) else content or []:
        text = plain(block.get("content") if block["type"] == "tool_result" else block.get("text"))
        if block["type"] == "tool_result":
            yield Turn(Speaker.TOOL, text)
        elif block["type"] == "text" and message["role"] != "system":
            yield Turn(speaker, text)
        for said in _MEANWHILE.findall(text):
            yield Turn(Speaker.USER, said)


def whole(reply: Reply, bill: Bill, model: str) -> dict[str, Any]:
    content = [_block(part) for part in reply.parts]
    return _message(model, bill, content=content, stop_reason=_reason(reply))


def stream(reply: Reply, bill: Bill, model: str) -> Iterator[Chunk]:
    def event(kind: str, stage: Stage, **fields: Any) -> Chunk:
        return Chunk(sent_event({"type": kind, **fields}, kind), stage)

    begun = _message(model, bill)
    # The number of the output is a placeholder until the end of the message.
    begun["usage"]["output_tokens"] = 1
    yield event("message_start", Stage.OPENING, message=begun)
    yield event("ping", Stage.OPENING)
    for number, part in enumerate(reply.parts):
        yield event("content_block_start", Stage.OPENING, index=number, content_block=_begun(part))
        for delta in _deltas(part):
            yield event("content_block_delta", Stage.SAID, index=number, delta=delta)
        stage = Stage.CLOSING if part is reply.parts[-1] else Stage.OPENING
        yield event("content_block_stop", stage, index=number)
    ended = {"stop_reason": _reason(reply), "stop_sequence": None}
    yield event("message_delta", Stage.CLOSING, delta=ended, usage=_usage(bill))
    yield event("message_stop", Stage.CLOSING)


def failure(status: int, message: str) -> dict[str, Any]:
    return {"type": "error", "error": {"type": _ERRORS.get(status, "api_error"), "message": message}}


def _deltas(part: Part) -> Iterator[dict[str, str]]:
    match part:
        case Text(pieces):
            for piece in pieces:
                yield {"type": "text_delta", "text": piece}
        case Thought(text):
            yield {"type": "thinking_delta", "thinking": text}
            yield {"type": "signature_delta", "signature": "c2ln"}
        case Call(_, _, arguments):
            for half in halves(json.dumps(arguments)):
                yield {"type": "input_json_delta", "partial_json": half}


def _block(part: Part) -> dict[str, Any]:
    match part:
        case Text():
            return {"type": "text", "text": part.whole}
        case Thought(text):
            return {"type": "thinking", "thinking": text, "signature": "c2ln"}
        case Call(id_, name, arguments):
            return {"type": "tool_use", "id": id_, "name": name, "input": arguments}


def _begun(part: Part) -> dict[str, Any]:
    empty = {"text": "", "thinking": "", "signature": "", "input": {}}
    return {name: empty.get(name, value) for name, value in _block(part).items()}


def _reason(reply: Reply) -> str:
    return "tool_use" if reply.calls else "end_turn"


def _message(model: str, bill: Bill, **fields: Any) -> dict[str, Any]:
    head = {"id": fresh("msg"), "type": "message", "role": "assistant", "model": model}
    empty: dict[str, Any] = {"content": [], "stop_reason": None, "stop_sequence": None, "usage": _usage(bill)}
    return head | empty | fields


def _usage(bill: Bill) -> dict[str, int]:
    """The input's number leaves out both numbers of the cache; reasoning has none."""
    return {
        "input_tokens": bill.input,
        "cache_creation_input_tokens": bill.cache_write,
        "cache_read_input_tokens": bill.cache_read,
        "output_tokens": bill.output,
    }
