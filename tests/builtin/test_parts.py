"""The decisions of the built-in agent that need no process: endpoint, proxy, refusals, length of the conversation."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.builtin_program.chunks import usage_of
from crew_core.agents.builtin_program.compaction import STAGES, compacted, size
from crew_core.agents.builtin_program.completion import Completion
from crew_core.agents.builtin_program.conversation import Message
from crew_core.agents.builtin_program.endpoint import Endpoint, find_endpoint
from crew_core.agents.builtin_program.failure import Failed, Fault
from crew_core.agents.builtin_program.limits import Limits, read_limits
from crew_core.agents.builtin_program.proxy import Proxy, proxy_for
from crew_core.agents.builtin_program.refusal import refused, retry_after
from crew_core.agents.builtin_program.stream import Stream, told_arguments

ROOT = Path(__file__).parents[2]

KEY = {"OPENAI_API_KEY": "k"}


@pytest.mark.parametrize(
    ("environment", "model", "endpoint"),
    [
        ({"OPENAI_BASE_URL": "http://h:1/v1/"} | KEY, "openai/gpt", Endpoint("http://h:1/v1", "k", "openai/gpt")),
        ({"OPENAI_BASE_URL": "http://h/v1"}, "", Endpoint("http://h/v1", "", "")),
        (KEY, "gpt", Endpoint("https://api.openai.com/v1", "k", "gpt")),
        (KEY | {"OPENAI_MODEL": "o", "CREW_BUILTIN_MODEL": "c"}, "", Endpoint("https://api.openai.com/v1", "k", "c")),
        (KEY | {"OPENAI_MODEL": "o"}, "", Endpoint("https://api.openai.com/v1", "k", "o")),
        (KEY | {"GROQ_API_KEY": "g"}, "groq/a/b", Endpoint("https://api.groq.com/openai/v1", "g", "a/b")),
        (KEY, "ollama/qwen", Endpoint("http://127.0.0.1:11434/v1", "", "qwen")),
        ({"OLLAMA_HOST": "0.0.0.0"}, "qwen", Endpoint("http://127.0.0.1:11434/v1", "", "qwen")),
        ({"OLLAMA_HOST": "box:99"}, "some/qwen", Endpoint("http://box:99/v1", "", "some/qwen")),
        ({"OLLAMA_HOST": "https://box/p/"}, "q", Endpoint("https://box:443/p/v1", "", "q")),
        ({"OLLAMA_HOST": ":77"}, "q", Endpoint("http://127.0.0.1:77/v1", "", "q")),
        ({"OLLAMA_HOST": "[::1]:5"}, "q", Endpoint("http://[::1]:5/v1", "", "q")),
    ],
)
def test_where_the_model_is(environment: Mapping[str, str], model: str, endpoint: Endpoint) -> None:
    assert find_endpoint(environment, model) == endpoint


@pytest.mark.parametrize(
    ("environment", "model", "said"),
    [
        ({}, "gpt", "no model endpoint is set"),
        ({}, "unknown/gpt", "no model endpoint is set"),
        ({}, "groq/x", "the provider groq needs a key: set GROQ_API_KEY"),
        ({"OPENAI_BASE_URL": "localhost:80"}, "x", "is no http or https URL: localhost:80"),
        ({"OPENAI_BASE_URL": "http://h:port/"}, "x", "is no http or https URL"),
        ({"OLLAMA_HOST": "h:port"}, "x", "OLLAMA_HOST is no address"),
    ],
)
def test_an_endpoint_that_cannot_be_is_said(environment: Mapping[str, str], model: str, said: str) -> None:
    with pytest.raises(Failed, match=said):
        find_endpoint(environment, model)


def test_bounds_can_be_set() -> None:
    assert read_limits({}) == Limits()
    assert read_limits({"CREW_BUILTIN_RETRIES": "0", "CREW_BUILTIN_RETRY_S": "0.5"}) == Limits(retries=0, retry_s=0.5)
    for name in ("MAX_TURNS", "RETRY_S"):
        for text in ("0", "-1", "nan", "inf", "x"):
            with pytest.raises(Failed, match=f"CREW_BUILTIN_{name} is no positive number"):
                read_limits({f"CREW_BUILTIN_{name}": text})


@pytest.mark.parametrize(
    ("host", "secure", "environment", "proxy"),
    [
        ("api.x", True, {}, None),
        ("api.x", True, {"HTTPS_PROXY": "http://p:3128"}, Proxy("p", 3128, "")),
        ("api.x", False, {"HTTPS_PROXY": "http://p:3128"}, None),
        ("api.x", False, {"http_proxy": "p:8080"}, Proxy("p", 8080, "")),
        ("api.x", True, {"all_proxy": "http://me:pass%40@p"}, Proxy("p", 80, "me:pass@")),
        ("127.0.0.1", False, {"http_proxy": "p:8080"}, None),
        ("api.x", True, {"https_proxy": "p:1", "NO_PROXY": "y,.x"}, None),
        ("api.x", True, {"https_proxy": "p:1", "no_proxy": "pi.x"}, Proxy("p", 1, "")),
        ("api.x", True, {"https_proxy": "p:1", "no_proxy": "*"}, None),
    ],
)
def test_which_proxy_is_used(host: str, secure: bool, environment: Mapping[str, str], proxy: Proxy | None) -> None:
    assert proxy_for(host, environment, secure=secure) == proxy


@pytest.mark.parametrize(
    "words",
    [
        {"error": {"message": "x", "code": "context_length_exceeded"}},
        {"error": {"message": "the request exceeds the available context size", "type": "exceed_context_size_error"}},
        {"error": "This model's maximum context length is 8192 tokens"},
        {"object": "error", "message": "prompt is too long: 9 tokens"},
    ],
)
def test_a_request_that_is_too_long_is_known_as_such(words: Any) -> None:
    fault = refused(400, {}, json.dumps(words).encode())
    assert (fault.too_long, fault.again) == (True, False)


def test_an_error_page_is_quoted() -> None:
    assert str(refused(404, {}, b"<h1>\xff</h1>")) == "the model server said 404: <h1>\ufffd</h1>"
    assert str(refused(500, {}, b"")) == "the model server said 500: nothing more"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "7", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
    ],
)
def test_when_a_server_wants_to_be_asked_again(headers: Mapping[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_use_is_understood_from_different_servers() -> None:
    assert usage_of({"prompt_tokens": 10, "completion_tokens": 2}) == {"input": 10, "output": 2}
    deepseek = {"prompt_tokens": 10, "completion_tokens": 2, "prompt_cache_hit_tokens": 8}
    assert usage_of(deepseek) == {"input": 2, "output": 2, "cacheRead": 8}
    assert usage_of({"prompt_tokens": 10.0, "completion_tokens": 2.5}) == {"input": 10}
    assert usage_of({"prompt_tokens": None, "completion_tokens": True, "prompt_tokens_details": None}) == {}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda v: (
            st.lists(v)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "message",
                        "tool_calls",
                        "function",
                        "index",
                        "usage",
                        "content",
                        "id",
                        "name",
                        "arguments",
                        "finish_reason",
                        "prompt_tokens_details",
                        "reasoning",
                        "text",
                        "type",
                    ]
                ),
                v,
            )
        ),
    )
)
def test_no_chunk_is_too_strange(chunk: Any) -> None:
    completion = Completion()
    for strange in (
        chunk,
        {"choices": [chunk]},
        {"choices": [{"delta": chunk}]},
        {"choices": [{"delta": {"tool_calls": [chunk]}}]},
    ):
        if isinstance(strange, dict):
            completion.add(strange)
    assert all(isinstance(part, str) for call in completion.calls(1) for part in call)
    assert completion.usage is None or all(number >= 0 for number in completion.usage.values())


def test_calls_are_put_together_however_they_are_numbered() -> None:
    def calls(*pieces: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        completion = Completion()
        for piece in pieces:
            completion.add({"choices": [{"delta": {"tool_calls": [piece]}}]})
        return [tuple(call) for call in completion.calls(3)]

    one, two = {"name": "a", "arguments": '{"x"'}, {"name": "b", "arguments": "{}"}
    rest = {"function": {"arguments": ":1}"}}
    expected = [("i", "a", '{"x":1}'), ("j", "b", "{}")]
    first, second = {"id": "i", "function": one}, {"id": "j", "function": two}
    assert calls({**first, "index": 0}, {**second, "index": 1}, {**rest, "index": 0}) == expected
    assert calls({**first, "index": 5}, {**rest, "index": 5}, {**second, "index": 2}) == expected
    assert calls(first, rest, second) == expected
    assert calls({"function": two}) == [("call_3_0", "b", "{}")]


@pytest.mark.parametrize(
    ("done", "said"), [(False, "the stream ended early"), (True, "the stream ended without a finish_reason")]
)
def test_an_end_without_a_reason_is_a_cut(*, done: bool, said: str) -> None:
    completion = Completion()
    completion.done = done
    completion.add({"choices": [{"delta": {"content": "x"}}]})
    with pytest.raises(Fault, match=said) as cut:
        completion.check()
    assert cut.value.again
    completion.add({"choices": [{"delta": {}, "finish_reason": "stop"}]})
    completion.check()


def test_an_answer_in_one_piece_needs_no_reason() -> None:
    completion = Completion()
    completion.whole = True
    completion.add({"choices": [{"message": {"content": "x"}}]})
    completion.check()


def conversation(turns: int, result: str, argument: str) -> list[Message]:
    messages: list[Message] = [{"role": "user", "content": "the task"}]
    for n in range(turns):
        function = {"name": "write", "arguments": json.dumps({"content": argument})}
        call = {"id": f"c{n}", "type": "function", "function": function}
        messages.append({"role": "assistant", "content": f"turn {n}", "tool_calls": [call]})
        messages.append({"role": "tool", "tool_call_id": f"c{n}", "content": result})
    return messages


@given(st.integers(0, 12), st.integers(0, 20_000), st.integers(0, 20_000), st.integers(0, STAGES - 1))
def test_a_shorter_conversation_is_still_one(turns: int, result: int, argument: int, stage: int) -> None:
    before = conversation(turns, "r" * result, "a" * argument)
    after = compacted(before, stage)
    assert after[0] == before[0]
    assert size(after) <= size(before) + 200
    open_calls: list[str] = []
    for message in after:
        if message["role"] == "tool":
            open_calls.remove(message["tool_call_id"])
            continue
        assert open_calls == []
        for call in message.get("tool_calls", ()):
            json.loads(call["function"]["arguments"])
            open_calls.append(call["id"])
    assert open_calls == []
    assert after[-1]["role"] == before[-1]["role"]


def test_each_stage_gives_up_more() -> None:
    before = conversation(12, "r" * 9_000, "a" * 9_000)
    sizes = [size(compacted(before, stage)) for stage in range(STAGES)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == STAGES
    assert before == conversation(12, "r" * 9_000, "a" * 9_000)


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.just("x" * 50_000), max_size=40))
def test_told_arguments_have_a_bound(arguments: dict[str, Any]) -> None:
    assert len(json.dumps(told_arguments(arguments))) < 120_000
    if len(json.dumps(arguments)) < 4_000:
        assert told_arguments(arguments) == arguments


@given(st.text(st.characters()), st.sampled_from(["", "sk-0123456789"]))
def test_every_line_is_valid_and_without_the_secret(text: str, secret: str) -> None:
    written: list[bytes] = []
    stream = Stream(written.append)
    stream.hide(secret)
    stream.text("m", text + "sk-0123456789")
    (line,) = written
    assert line.count(b"\n") == 1
    told = json.loads(line.decode())
    ending = "*************" if secret else "sk-0123456789"
    assert told["text"] == text.encode("utf-8", "replace").decode() + ending


def test_little_is_imported_before_the_first_event() -> None:
    late = {"msgspec", "dataclasses", "pathlib", "inspect", "subprocess", "threading", "http.client", "ssl", "asyncio"}
    program = (
        "import sys, crew_core.agents.builtin_program.__main__; "
        f"print(sorted({late!r} & set(sys.modules)), any('model' in name for name in sys.modules if 'crew' in name))"
    )
    found = subprocess.run([sys.executable, "-S", "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout == "[] False\n"
