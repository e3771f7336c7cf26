"""What an agent left behind, as events: pi's whole stream and what pi-crew makes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.observe.picrew.contained import LONGEST_LINE
from crew_core.observe.picrew.outputs import output_sources
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.picrew.stream_lines import agent_events
from tests.observe.picrew import written


def fed(*events: dict[str, Any] | str) -> list[AgentEvent]:
    """Through the stream of a JSON file, each event as pi-crew keeps it."""
    stream = AgentStream(Path("events.jsonl"))
    told = []
    for number, event in enumerate(events):
        at = f"2026-05-15T16:23:{number:02}.000Z"
        line = event if isinstance(event, str) else json.dumps({"seq": number + 1, "time": at, "event": event})
        told += stream.feed(line.encode())
    return told


def result(text: str, **words: Any) -> dict[str, Any]:
    message = {"role": "toolResult", "content": [{"type": "text", "text": text}]} | words
    return {"type": "message_end", "message": message}


def start(tool: str, **args: Any) -> dict[str, Any]:
    return {"type": "tool_execution_start", "toolName": tool, "args": args}


def end(tool: str, **words: Any) -> dict[str, Any]:
    return {"type": "tool_execution_end", "toolName": tool} | words


def test_calls_without_ids_are_paired_in_the_order_in_which_they_end() -> None:
    told = fed(
        start("read", path="README.md"),
        start("grep", pattern="def ", path="src"),
        end("read"),
        result("# calc"),
        end("grep"),
        result("calc.py:1: def add"),
        {"type": "turn_end"},
    )
    assert [(event.kind, event.tool, event.id, event.text) for event in told] == [
        (Kind.TOOL_START, "read", "call-1", "README.md"),
        (Kind.TOOL_START, "grep", "call-2", "def "),
        (Kind.TOOL_END, "read", "call-1", "# calc"),
        (Kind.TOOL_END, "grep", "call-2", "calc.py:1: def add"),
        (Kind.TURN_END, "", "", ""),
    ]
    assert [event.duration_ms for event in told[2:4]] == [2000, 3000]


def test_two_calls_of_one_tool_that_end_before_their_results() -> None:
    told = fed(start("read", path="a"), start("read", path="b"), end("read"), end("read"), result("A"), result("B"))
    assert [(event.id, event.text) for event in told if event.kind is Kind.TOOL_END] == [
        ("call-1", "A"),
        ("call-2", "B"),
    ]


def test_the_whole_stream_of_pi_has_ids_results_and_errors() -> None:
    content = {"content": [{"type": "text", "text": "no such file"}]}
    told = fed(
        start("bash", command="ls x") | {"toolCallId": "c1"},
        end("bash", toolCallId="c1", result=content, isError=True),
        result("no such file", toolCallId="c1", toolName="bash", isError=True),
    )
    assert [(event.kind, event.id, event.failed, event.text) for event in told] == [
        (Kind.TOOL_START, "c1", False, "ls x"),
        (Kind.TOOL_END, "c1", True, "no such file"),
    ]


def test_a_call_that_ends_without_a_result_is_told_at_the_end_of_the_turn() -> None:
    told = fed(start("ls"), end("ls"), {"type": "turn_end"})
    assert [event.kind for event in told] == [Kind.TOOL_START, Kind.TOOL_END, Kind.TURN_END]


def test_a_result_whose_call_lies_before_the_beginning_is_kept() -> None:
    told = fed(result("late"))
    assert [(event.kind, event.tool, event.text) for event in told] == [(Kind.TOOL_END, "tool", "late")]


def test_a_message_is_its_thoughts_its_words_and_its_cost() -> None:
    content = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "Yes. [pi-crew compacted 51968 chars]"},
        {"type": "toolCall", "name": "read"},
    ]
    usage = {"input": 812, "output": 12, "cacheRead": 200, "cacheWrite": 0, "cost": {"total": 0.0027}}
    told = fed({"type": "message_end", "message": {"role": "assistant", "content": content, "usage": usage}})
    assert [(event.kind, event.text) for event in told] == [
        (Kind.THINKING, "hm"),
        (Kind.TEXT, "Yes. [pi-crew compacted 51968 chars]"),
        (Kind.USAGE, ""),
    ]
    assert told[2].usage == Usage(input=812, output=12, cache_read=200, cache_write=0, cost=0.0027)


def test_an_error_of_the_model_is_an_error() -> None:
    message = {"role": "assistant", "content": [], "stopReason": "error", "errorMessage": "401 no key"}
    assert [(event.kind, event.text) for event in fed({"type": "message_end", "message": message})] == [
        (Kind.ERROR, "401 no key")
    ]


def test_a_question_to_the_supervisor_is_told_as_one() -> None:
    text = 'Done.\n{"type":"supervisor_contact","message":"Raise?"}'
    message = {"role": "assistant", "content": [{"type": "text", "text": text}]}
    assert [event.kind for event in fed({"type": "message_end", "message": message})] == [Kind.TEXT, Kind.QUESTION]


def test_the_forms_of_a_line() -> None:
    bare = b'{"type":"message","message":{"role":"assistant","content":[{"type":"text","text":"hi"}]}}'
    assert [event.text for event in agent_events(bare)] == ["hi"]
    side = {"isSidechain": True, "timestamp": "t", "type": "message", "message": json.loads(bare)}
    assert [(event.at, event.text) for event in agent_events(json.dumps(side).encode())] == [("t", "hi")]
    prompt = {"isSidechain": True, "timestamp": "t", "type": "user", "message": {"role": "user", "content": "Do it"}}
    assert [event.text for event in agent_events(json.dumps(prompt).encode())] == ["prompt: Do it"]
    assert [event.kind for event in agent_events(b"Mock child Pi success")] == [Kind.TEXT]


def test_what_is_not_understood_is_kept() -> None:
    for line in (b'{"type":"brand_new","x":1}', b'{"half', b'{"a":"\xff"}'):
        assert [event.kind for event in agent_events(line)] == [Kind.RAW]
    long = agent_events(b'{"type":"x","y":"' + b"z" * LONGEST_LINE + b'"}')
    assert len(long[0].text) < 100_000


def test_braces_in_plain_text_mean_nothing() -> None:
    stream = AgentStream(Path("output.log"))
    assert [event.kind for line in (b"{", b'  "phases": []', b"}") for event in stream.feed(line)] == [Kind.TEXT] * 3


@given(st.binary(max_size=200))
def test_no_line_is_too_strange(line: bytes) -> None:
    AgentStream(Path("events.jsonl")).feed(line)
    AgentStream(Path("output.log")).feed(line)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "message", "event", "content", "role", "usage", "args", "text", "toolName", "result"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.sampled_from(["message_end", "tool_execution_end", "tool_execution_start", "error", "session"]),
    st.dictionaries(st.sampled_from(["message", "args", "result", "toolCallId", "usage", "isError"]), _JSON),
)
def test_no_event_is_too_strange(kind: str, event: dict[str, Any]) -> None:
    fed(event | {"type": kind}, {"type": "turn_end"})


def test_sources_are_what_exists_best_first_and_no_links(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    events = run.run / "agents" / "01_explore" / "events.jsonl"
    text = run.artifacts / "results" / "01_explore.txt"
    assert output_sources(run.run, "01_explore") == (events, text)
    outside = tmp_path / "outside"
    events.rename(outside)
    events.symlink_to(outside)
    assert output_sources(run.run, "01_explore") == (text,)
    assert output_sources(run.run, "../../../secret") == ()
    assert output_sources(run.run, "03_nobody") == ()
