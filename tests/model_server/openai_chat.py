"""OpenAI's chat completions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.model_server.billing import Bill
from tests.model_server.conversation import Conversation, Speaker, Tool, Turn, by_name, plain
from tests.model_server.reply import Call, Chunk, Reply, Stage, Text, Thought
from tests.model_server.wire_format import fresh, halves, sent_event

WRITES_CACHE = False

_SPEAKERS = {"user": Speaker.USER, "assistant": Speaker.MODEL, "tool": Speaker.TOOL}

_ERRORS = {400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}


def read(body: dict[str, Any], path: str) -> Conversation:
    messages = body.get("messages", [])
    said = [message for message in messages if message["role"] in _SPEAKERS]
    told = [message for message in messages if message["role"] not in _SPEAKERS]
    functions = (tool["function"] for tool in body.get("tools") or [])
    return Conversation(
        turns=tuple(Turn(_SPEAKERS[message["role"]], plain(message.get("content"))) for message in said),
        tools=by_name(Tool(function["name"], function.get("parameters") or {}) for function in functions),
        instructions="\n".join(plain(message.get("content")) for message in told),
        model=body.get("model", ""),
        streams=bool(body.get("stream")),
        thinking=body.get("reasoning_effort"),
    )


def whole(reply: Reply, bill: Bill, model: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.calls:
        message["tool_calls"] = [_call(call) for call in reply.calls]
    choice = {"index": 0, "message": message, "finish_reason": _reason(reply)}
    return {"object": "chat.completion", "choices": [choice], "usage": _usage(bill), **_head(model)}


def stream(reply: Reply, bill: Bill, model: str) -> Iterator[Chunk]:
    head = _head(model)

    def event(delta: dict[str, Any] | None, stage: Stage, **more: Any) -> Chunk:
        choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": more.pop("reason", None)}]
        return Chunk(sent_event({"object": "chat.completion.chunk", "choices": choices, **head, **more}), stage)

    yield event({"role": "assistant", "content": ""}, Stage.OPENING)
    calls = 0
    for part in reply.parts:
        match part:
            case Text(pieces):
                for piece in pieces:
                    yield event({"content": piece}, Stage.SAID)
            case Thought(text):
                yield event({"reasoning_content": text}, Stage.SAID)
            case Call():
                for fragment in _fragments(part, calls):
                    yield event({"tool_calls": [fragment]}, Stage.SAID)
                calls += 1
    yield event({}, Stage.CLOSING, reason=_reason(reply))
    yield event(None, Stage.CLOSING, usage=_usage(bill))
    yield Chunk("data: [DONE]\n\n", Stage.CLOSING)


def failure(status: int, message: str) -> dict[str, Any]:
    kind = _ERRORS.get(status, "api_error")
    return {"error": {"message": message, "type": kind, "code": kind}}


def _head(model: str) -> dict[str, Any]:
    return {"id": fresh("chatcmpl"), "created": 1_790_000_000, "model": model}


def _reason(reply: Reply) -> str:
    return "tool_calls" if reply.calls else "stop"


def _arguments(call: Call) -> str:
    return call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)


def _call(call: Call) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": _arguments(call)}}


def _fragments(call: Call, index: int) -> Iterator[dict[str, Any]]:
    named = {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": ""}}
    yield {"index": index, **named}
    for half in halves(_arguments(call)):
        yield {"index": index, "function": {"arguments": half}}


def _usage(bill: Bill) -> dict[str, Any]:
    """The prompt's number contains what came from the cache."""
    return {
        "prompt_tokens": bill.whole_input,
        "completion_tokens": bill.output,
        "total_tokens": bill.whole_input + bill.output,
        "prompt_tokens_details": {"cached_tokens": bill.cache_read},
        "completion_tokens_details": {"reasoning_tokens": bill.reasoning},
    }
