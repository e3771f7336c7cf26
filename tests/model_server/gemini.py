"""Gemini's ``generateContent`` and ``streamGenerateContent``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.model_server.billing import Bill
from tests.model_server.conversation import Conversation, Speaker, Tool, Turn, by_name
from tests.model_server.reply import Call, Chunk, Part, Reply, Stage, Text, Thought
from tests.model_server.wire_format import fresh, sent_event

WRITES_CACHE = False

_ERRORS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


def read(body: dict[str, Any], path: str) -> Conversation:
    model, _, verb = path.rpartition("/")[2].partition(":")
    declared = [function for group in body.get("tools") or [] for function in group.get("functionDeclarations") or []]
    settings = body.get("generationConfig") or {}
    told = (body.get("systemInstruction") or {}).get("parts") or []
    thinks = settings.get("thinkingConfig") or {}
    budget = thinks.get("thinkingBudget")
    return Conversation(
        turns=tuple(turn for content in body.get("contents", []) for turn in _turns(content)),
        tools=by_name(Tool(function["name"], _schema(function)) for function in declared),
        instructions="\n".join(part.get("text", "") for part in told),
        model=model,
        streams=verb.startswith("stream"),
        wants_json=settings.get("responseMimeType") == "application/json",
        thinking=thinks.get("thinkingLevel") or (str(budget) if budget is not None else None),
    )


def _schema(function: dict[str, Any]) -> dict[str, Any]:
    return function.get("parametersJsonSchema") or function.get("parameters") or {}


def _turns(content: dict[str, Any]) -> Iterator[Turn]:
    speaker = Speaker.MODEL if content.get("role") == "model" else Speaker.USER
    for part in content.get("parts", []):
        if "functionResponse" in part:
            yield Turn(Speaker.TOOL, json.dumps(part["functionResponse"].get("response")))
        elif "text" in part:
            yield Turn(speaker, part["text"])


def whole(reply: Reply, bill: Bill, model: str) -> dict[str, Any]:
    parts = [told for part in reply.parts for told in _parts(part)]
    return _response(model, parts, "STOP") | {"usageMetadata": _usage(bill)}


def stream(reply: Reply, bill: Bill, model: str) -> Iterator[Chunk]:
    for part in reply.parts:
        for told in _parts(part):
            yield Chunk(sent_event(_response(model, [told])), Stage.SAID)
    last = _response(model, [{"text": ""}], "STOP") | {"usageMetadata": _usage(bill)}
    yield Chunk(sent_event(last), Stage.CLOSING)


def failure(status: int, message: str) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "status": _ERRORS.get(status, "UNKNOWN")}}


def _parts(part: Part) -> list[dict[str, Any]]:
    match part:
        case Text(pieces):
            return [{"text": piece} for piece in pieces]
        case Thought(text):
            return [{"text": text, "thought": True}]
        case Call(_, name, arguments):
            return [{"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2ln"}]


def _response(model: str, parts: list[dict[str, Any]], reason: str = "") -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate], "modelVersion": model, "responseId": fresh("response")}


def _usage(bill: Bill) -> dict[str, int]:
    """The prompt's number contains what came from the cache; the candidates' leaves out the thoughts."""
    return {
        "promptTokenCount": bill.whole_input,
        "cachedContentTokenCount": bill.cache_read,
        "candidatesTokenCount": bill.output - bill.reasoning,
        "thoughtsTokenCount": bill.reasoning,
        "totalTokenCount": bill.whole_input + bill.output,
    }
