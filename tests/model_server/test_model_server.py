"""The scripted model server: every wire format says the same, and each bill is told as its vendor tells it."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.model_server import Bill, ModelServer
from tests.model_server.scenarios import ANSWER, huge_text
from tests.model_server.server import Outcome

Json = dict[str, Any]

SHELL = {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]}


@dataclass(frozen=True)
class Client:
    """How a vendor's client asks (``body`` of said texts, some by tools), and what it finds in a streamed answer."""

    name: str
    path: Callable[[bool], str]
    body: Callable[[list[tuple[str, str]]], Json]
    text: Callable[[Json], str]
    usage: Callable[[list[Json]], Bill]


def chat_body(said: list[tuple[str, str]]) -> Json:
    tools = [{"type": "function", "function": {"name": "bash", "parameters": SHELL}}]
    return {"model": "m", "messages": [{"role": role, "content": text} for role, text in said], "tools": tools}


def chat_text(event: Json) -> str:
    return "".join(choice["delta"].get("content") or "" for choice in event["choices"])


def chat_usage(events: list[Json]) -> Bill:
    told = next(event["usage"] for event in events if "usage" in event)
    cached = told["prompt_tokens_details"]["cached_tokens"]
    reasoning = told["completion_tokens_details"]["reasoning_tokens"]
    return Bill(told["prompt_tokens"] - cached, told["completion_tokens"], reasoning, cached)


def responses_body(said: list[tuple[str, str]]) -> Json:
    items = [
        {"type": "function_call_output", "call_id": "c", "output": text}
        if role == "tool"
        else {"type": "message", "role": role, "content": [{"type": "input_text", "text": text}]}
        for role, text in said
    ]
    return {"model": "m", "input": items, "tools": [{"type": "function", "name": "exec_command", "parameters": SHELL}]}


def responses_text(event: Json) -> str:
    return event["delta"] if event["type"] == "response.output_text.delta" else ""


def responses_usage(events: list[Json]) -> Bill:
    told = events[-1]["response"]["usage"]
    cached = told["input_tokens_details"]["cached_tokens"]
    reasoning = told["output_tokens_details"]["reasoning_tokens"]
    return Bill(told["input_tokens"] - cached, told["output_tokens"], reasoning, cached)


def messages_body(said: list[tuple[str, str]]) -> Json:
    messages = [
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": text}]}
        if role == "tool"
        else {"role": role, "content": text}
        for role, text in said
    ]
    return {"model": "m", "messages": messages, "tools": [{"name": "Bash", "input_schema": SHELL}]}


def messages_text(event: Json) -> str:
    return str(event.get("delta", {}).get("text", ""))


def messages_usage(events: list[Json]) -> Bill:
    told = next(event["usage"] for event in events if event["type"] == "message_delta")
    read, written = told["cache_read_input_tokens"], told["cache_creation_input_tokens"]
    return Bill(told["input_tokens"], told["output_tokens"], 0, read, written)


def gemini_body(said: list[tuple[str, str]]) -> Json:
    contents = [
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"output": text}}}]}
        if role == "tool"
        else {"role": "model" if role == "assistant" else role, "parts": [{"text": text}]}
        for role, text in said
    ]
    function = {"name": "run_shell_command", "parametersJsonSchema": SHELL}
    return {"contents": contents, "tools": [{"functionDeclarations": [function]}]}


def gemini_text(event: Json) -> str:
    parts = event["candidates"][0]["content"]["parts"]
    return "".join(part["text"] for part in parts if "text" in part and not part.get("thought"))


def gemini_usage(events: list[Json]) -> Bill:
    told = events[-1]["usageMetadata"]
    cached, thoughts = told["cachedContentTokenCount"], told["thoughtsTokenCount"]
    return Bill(told["promptTokenCount"] - cached, told["candidatesTokenCount"] + thoughts, thoughts, cached)


def gemini_path(streams: bool) -> str:
    return f"/v1beta/models/m:{'streamGenerateContent?alt=sse' if streams else 'generateContent'}"


CLIENTS = [
    Client("chat", lambda _: "/v1/chat/completions", chat_body, chat_text, chat_usage),
    Client("responses", lambda _: "/v1/responses", responses_body, responses_text, responses_usage),
    Client("messages", lambda _: "/v1/messages?beta=true", messages_body, messages_text, messages_usage),
    Client("gemini", gemini_path, gemini_body, gemini_text, gemini_usage),
]

each_client = pytest.mark.parametrize("client", CLIENTS, ids=[client.name for client in CLIENTS])


def post(server: ModelServer, path: str, body: Json) -> tuple[int, bytes, str | None]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    try:
        connection.request("POST", path, json.dumps(body))
        response = connection.getresponse()
        return response.status, response.read(), response.headers.get("retry-after")
    finally:
        connection.close()


def events(content: bytes) -> list[Json]:
    lines = content.decode().split("\n")
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


def ask(server: ModelServer, client: Client, *said: tuple[str, str]) -> list[Json]:
    status, content, _ = post(server, client.path(True), {**client.body(list(said)), "stream": True})
    assert status == 200
    return events(content)


def text_of(client: Client, told: list[Json]) -> str:
    return "".join(map(client.text, told))


@each_client
def test_an_answer_and_its_bill(client: Client) -> None:
    with ModelServer() as server:
        told = ask(server, client, ("user", "hello [[scn:think]]"))
    assert text_of(client, told) == "Thought about it."
    assert client.usage(told) == (server.billed if client.name != "messages" else bill_without_reasoning(server))
    assert server.billed.output > server.billed.reasoning > 0
    assert [served.outcome for served in server.served] == [Outcome.WHOLE]


def bill_without_reasoning(server: ModelServer) -> Bill:
    """Anthropic tells no number for it."""
    billed = server.billed
    return Bill(billed.input, billed.output, 0, billed.cache_read, billed.cache_write)


@each_client
def test_a_tool_is_called_by_the_name_that_is_offered_and_then_it_is_done(client: Client) -> None:
    with ModelServer() as server:
        said = [("user", "[[scn:bash cmd=echo%20%22hi%22]]")]
        calling = json.dumps(ask(server, client, *said))
        done = text_of(client, ask(server, client, *said, ("assistant", "I will."), ("tool", "hi")))
    offered = next(iter(server.served[0].conversation.tools))
    assert f'"{offered}"' in calling
    assert "hi" in calling
    assert done.startswith("Done after 1 tool results")


@each_client
def test_what_is_said_after_the_marker_is_echoed(client: Client) -> None:
    with ModelServer() as server:
        told = ask(server, client, ("user", "[[scn:plain]]"), ("user", "rather do this"), ("user", "<note>no</note>"))
    assert text_of(client, told) == f"{ANSWER} [steered: rather do this]"


@each_client
def test_it_fails_as_often_as_it_is_told_and_bills_nothing_for_that(client: Client) -> None:
    with ModelServer() as server:
        body = client.body([("user", "[[scn:err429 fails=2 ra=7]]")])
        answers = [post(server, client.path(False), body) for _ in range(3)]
    assert [(status, after) for status, _, after in answers] == [(429, "7"), (429, "7"), (200, None)]
    assert b"scripted failure 429" in answers[0][1]
    assert b"Recovered after 2 failures" in answers[2][1]
    assert server.billed == server.served[2].bill


@each_client
def test_a_cut_answer_lacks_its_end_and_is_not_billed(client: Client) -> None:
    with ModelServer() as server, pytest.raises(http.client.IncompleteRead) as cut:
        ask(server, client, ("user", "[[scn:drop]]"))
    assert text_of(client, events(cut.value.partial)) == "Some of it and then a cut"
    assert server.billed == Bill()


@each_client
def test_an_answer_that_is_not_streamed_is_cut_too(client: Client) -> None:
    with ModelServer() as server, pytest.raises(http.client.IncompleteRead):
        post(server, client.path(False), client.body([("user", "[[scn:drop]]")]))
    assert server.billed == Bill()


@each_client
def test_an_answer_of_any_length_comes_whole(client: Client) -> None:
    with ModelServer() as server:
        told = ask(server, client, ("user", "[[scn:huge kb=300]]"))
    assert text_of(client, told) == huge_text(300)


def test_a_server_that_is_closed_lets_go_of_those_that_hang() -> None:
    with ModelServer() as server:
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
        connection.request("POST", "/v1/chat/completions", json.dumps(chat_body([("user", "[[scn:hang]]")])))
        server.until(len)
    with pytest.raises(http.client.RemoteDisconnected):
        connection.getresponse()
    connection.close()


def test_a_question_without_tools_is_beside_the_conversation() -> None:
    with ModelServer() as server:
        ask(server, CLIENTS[0], ("user", "[[scn:bash]]"))
        body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "[[scn:bash]]"}]}
        post(server, "/v1/chat/completions", body)
    assert [served.aside for served in server.served] == [False, True]
    assert server.billed == server.served[0].bill
