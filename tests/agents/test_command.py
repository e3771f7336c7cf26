"""The program ``command``: started as declared, its output told as declared, and no failure taken for success."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.command import CommandSession, session
from crew_core.agents.protocol import Briefing, Finish
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.mapping import TELLINGS
from crew_core.model.plan import CommandPlan, Mapped
from crew_core.model.status import Access, AttemptCause, StopCode, StopVerb
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from tests.worker.real_attempt import RealAttempt

_TEXT = Mapped("text", {"type": "text"}, {"text": "text", "id": "id"})
_RESULT = Mapped("result", {"type": "done"}, {"text": "answer", "failed": "is_error"})
_ERROR = Mapped("error", {"type": "error"}, {"text": "message"})
_MAP = (
    Mapped("session", {"type": "begin"}, {"id": "session", "model": "model", "version": "v"}),
    _TEXT,
    Mapped("thinking", {"type": "think"}, {"text": "text"}),
    Mapped("tool_start", {"type": "call"}, {"tool": "name", "id": "id", "args": "input", "text": "input.path"}),
    Mapped("tool_output", {"type": "out"}, {"id": "id", "text": "text"}),
    Mapped(
        "tool_end", {"type": "return"}, {"id": "id", "failed": "bad", "text": "content.0.text", "durationMs": "took"}
    ),
    Mapped("usage", {"usage": "*"}, {"input": "usage.in", "output": "usage.out", "cost": "usage.usd"}),
    Mapped("notice", {"type": "note"}, {"text": "text"}),
    _RESULT,
    _ERROR,
)


def _session(output: str = "jsonl", maps: tuple[Mapped, ...] = _MAP, **fields: Any) -> CommandSession:
    plan = CommandPlan(fields.pop("argv", ("tool",)), output=output, map=maps, **fields.pop("plan", {}))
    spec = AttemptSpec(
        "team_1", "t", 1, AttemptCause.FIRST, "w", "command", "a", "r", Access.WRITE, "g", "x", "/", "", "", 0, 2,
        command=plan, **fields,
    )  # fmt: skip
    return session(spec, Briefing("be kind", "do it"))


def _lines(*lines: Any) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def _fed(of: CommandSession, data: bytes) -> tuple[list[AgentEvent], Finish]:
    events = list(of.feed(data).events)
    end = of.finish(0, None)
    return [*events, *end.events], end


def test_the_prompt_comes_by_stdin_and_never_as_an_argument() -> None:
    launch = _session(argv=("tool", "--model", "{model}"), model="m1", plan={"keys": ("TOOL_KEY",)}).open()
    assert launch.argv == ("tool", "--model", "m1")
    assert (launch.stdin, launch.close_stdin) == (b"be kind\n\ndo it\n", True)
    assert (launch.files, launch.keys) == ({}, ("TOOL_KEY",))


def test_the_prompt_comes_by_a_file_whose_path_is_an_argument() -> None:
    launch = _session(argv=("tool", "@{prompt}", "{thinking}"), thinking="high", plan={"prompt": "file"}).open()
    assert launch.argv == ("tool", "@{files}/prompt.txt", "high")
    assert launch.files == {"prompt.txt": b"be kind\n\ndo it\n"}
    assert launch.stdin is None


def test_each_kind_is_told_with_the_fields_that_are_mapped() -> None:
    events, end = _fed(
        _session(),
        _lines(
            {"type": "begin", "session": "s1", "model": "m", "v": 2},
            {"type": "think", "text": "hm"},
            {"type": "call", "name": "read", "id": "c1", "input": {"path": "a.py"}},
            {"type": "out", "id": "c1", "text": "x"},
            {"type": "return", "id": "c1", "bad": True, "content": [{"text": "no such file"}], "took": 12.4},
            {"type": "text", "id": "m1", "text": "it is ", "usage": {"in": 3, "usd": 0.5}},
            {"type": "text", "id": "m1", "text": "gone", "usage": {"in": 4, "out": 1}},
            {"type": "note", "text": "careful"},
            {"type": "done", "answer": "it is gone"},
        ),
    )
    assert events == [
        AgentEvent(Kind.SESSION, id="s1", data={"model": "m", "version": "2"}),
        AgentEvent(Kind.THINKING, text="hm"),
        AgentEvent(Kind.TOOL_START, tool="read", id="c1", text="a.py", data={"args": {"path": "a.py"}}),
        AgentEvent(Kind.TOOL_OUTPUT, id="c1", text="x"),
        AgentEvent(Kind.TOOL_END, tool="read", id="c1", text="no such file", failed=True, duration_ms=12),
        AgentEvent(Kind.TEXT, id="m1", text="it is "),
        AgentEvent(Kind.USAGE, usage=Usage(input=3, cost=0.5)),
        AgentEvent(Kind.TEXT, id="m1", text="gone"),
        AgentEvent(Kind.USAGE, usage=Usage(input=4, output=1)),
        AgentEvent(Kind.NOTICE, text="careful"),
    ]
    assert (end.answer, end.answer_seen, end.program_error) == (b"it is gone", True, None)
    assert end.usage == Usage(input=7, output=1, cost=0.5)


def test_a_result_that_was_not_told_as_text_is_told_once() -> None:
    events, end = _fed(_session(), _lines({"type": "text", "text": "working"}, {"type": "done", "answer": "forty-two"}))
    assert [event.text for event in events if event.kind is Kind.RESULT] == ["forty-two"]
    assert end.answer == b"forty-two"


def test_without_a_mapped_result_the_last_message_is_the_answer() -> None:
    of = _session(maps=(_TEXT, _MAP[3]))
    call = {"type": "call", "name": "ls"}
    events, end = _fed(of, _lines({"type": "text", "text": "I look"}, call, {"type": "text", "text": "done"}))
    assert (end.answer, end.answer_seen) == (b"done", True)
    first, _, second, left = events
    assert first.id != second.id != ""
    assert (left.kind, left.tool, left.failed) == (Kind.TOOL_END, "ls", True)


@pytest.mark.parametrize(
    ("lines", "error", "seen"),
    [
        ([{"type": "done", "answer": "rate limit", "is_error": True}], "rate limit", False),
        ([{"type": "done", "answer": "", "is_error": "yes"}], "the program reports a failure", False),
        ([{"type": "error", "message": "model gone"}, {"type": "done", "answer": "ok"}], "model gone", True),
        ([{"type": "error"}], '{"type":"error"}', False),
        ([{"type": "text", "text": "half of an ans"}], None, False),
        ([{"type": "done", "answer": " \n\t"}], None, False),
        ([{"type": "done"}], None, False),
        ([], None, False),
    ],
)
def test_what_it_reports_as_failure_or_leaves_out_is_no_success(
    lines: list[Any], error: str | None, seen: bool
) -> None:
    _, end = _fed(_session(), _lines(*lines))
    assert (end.program_error, end.answer_seen) == (error, seen)


@pytest.mark.parametrize(("said", "seen"), [(" \n", False), (" \n42", True)])
def test_a_last_message_of_white_space_is_no_answer(said: str, seen: bool) -> None:
    _, end = _fed(_session(maps=(_TEXT,)), _lines({"type": "text", "text": said}))
    assert (end.answer, end.answer_bytes, end.answer_seen) == (said.encode() * seen, len(said) * seen, seen)


def test_turns_are_the_programs_own_count_and_all_else_is_added_up() -> None:
    used = Mapped(kind="usage", when={"type": "used"}, fields={"output": "out", "turns": "turns"})
    counts = [{"type": "used", "out": 2, "turns": turns} for turns in (1, 3, 2)]
    _, end = _fed(_session(maps=(used,)), _lines(*counts))
    assert end.usage == Usage(output=6, turns=3)


def test_lines_that_nothing_maps_are_kept_as_raw() -> None:
    data = b'plain\n{"type": "other"}\n[1]\nnull\n"text"\n{"type": {"a": 1}}\n\xff\xfe\n' + b"[" * 5000 + b"\n"
    events, _ = _fed(_session(), data)
    assert {event.kind for event in events} == {Kind.RAW}
    assert [event.text for event in events][:3] == ["plain", '{"type": "other"}', "[1]"]
    assert len(events) == 8


@pytest.mark.parametrize("call", [{}, {"input": None}, {"input": {}}, {"input": ""}])
def test_a_call_without_arguments_says_nothing_of_them(call: dict[str, Any]) -> None:
    (start, *_), _ = _fed(_session(), _lines({"type": "call", "name": "list", "id": "1"} | call))
    assert (start.kind, start.text, start.data) == (Kind.TOOL_START, "", None)


def test_large_arguments_and_results_are_cut_and_say_so() -> None:
    big = "x" * 100_000
    events, end = _fed(
        _session(answer_bytes=1000),
        _lines(
            {"type": "call", "name": "write", "id": "1", "input": {"path": big}},
            {"type": "return", "id": "1", "content": [{"text": big}]},
            {"type": "text", "text": big},
            {"type": "done", "answer": big},
        ),
    )
    start, ended, _ = events
    assert len(start.text) <= 500
    assert "bytes left out" in start.data["args"]["path"]  # type: ignore[index]
    assert len(ended.text) < 17_000
    assert end.answer_bytes == 100_000
    assert len(end.answer) < 1100


def test_text_output_is_the_answer_and_blank_output_is_none() -> None:
    events, end = _fed(_session("text", ()), b"hello\nworld")
    assert [event.text for event in events] == ["hello\n", "world"]
    assert (end.answer, end.answer_seen) == (b"hello\nworld", True)
    _, blank = _fed(_session("text", ()), b" \n\t\n")
    assert (blank.answer, blank.answer_seen) == (b"", False)


def test_it_cannot_be_spoken_to_and_says_so() -> None:
    of = _session()
    (told,) = of.control(Steer("s1", SteerKind.STEER, "stop")).events
    assert told.data == {"state": DeliveryState.REFUSED}
    assert of.interrupt(StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED)).signal is not None


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abtype"), inner, max_size=3),
    max_leaves=8,
)
_PATHS = st.sampled_from(["type", "a", "b", "a.b", "a.0", "a.0.b"])


@st.composite
def _mappings(draw: st.DrawFn) -> Mapped:
    kind = draw(st.sampled_from(sorted(TELLINGS)))
    when = draw(st.dictionaries(_PATHS, st.sampled_from(["*", "a", "true", "1"]), min_size=1, max_size=2))
    return Mapped(kind, when, draw(st.dictionaries(st.sampled_from(TELLINGS[kind].fields), _PATHS)))


@given(
    st.lists(_mappings(), max_size=4).map(tuple),
    st.lists(_JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=12), max_size=6),
    st.lists(st.integers(0, 200), max_size=6),
)
def test_any_bytes_in_any_cutting_are_told_alike_and_no_line_is_lost(
    maps: tuple[Mapped, ...], lines: list[bytes], cuts: list[int]
) -> None:
    data = b"\n".join(lines)
    whole, end = _fed(_session(maps=maps), data)
    of = _session(maps=maps)
    pieces: list[AgentEvent] = []
    for start, stop in zip([0, *sorted(cuts)], [*sorted(cuts), len(data)], strict=True):
        pieces += of.feed(data[start:stop]).events
    again = of.finish(0, None)
    assert [*pieces, *again.events] == whole
    assert (again.answer, again.program_error, again.usage) == (end.answer, end.program_error, end.usage)
    if not maps:
        assert len(whole) == len([line for line in data.split(b"\n") if line])


@pytest.mark.parametrize(("code", "outcome"), [(0, "completed"), (3, "failed")])
def test_a_real_program_is_driven_by_its_declaration(
    tmp_path: Path, code: int, outcome: str, no_process_left: None
) -> None:
    script = (
        "import json, sys\n"
        "print(json.dumps({'type': 'text', 'text': open(sys.argv[1]).read().upper()}))\n"
        f"sys.exit({code})\n"
    )
    command = CommandPlan((sys.executable, "-c", script, "{prompt}"), prompt="file", output="jsonl", map=(_TEXT,))
    attempt = RealAttempt.make(tmp_path, "say it", program="command", command=command)
    attempt.finish()
    assert attempt.verdict().outcome == outcome, attempt.log()
    assert b"SAY IT" in attempt.answer()
