"""The adapter of the built-in agent as a session: its lines in any cutting, torn, and with junk between them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.builtin import ABILITIES, SPOKEN, BuiltinSession
from crew_core.agents.protocol import Briefing
from crew_core.agents.registry import abilities, open_session
from crew_core.model.attempt import SessionRef
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import Access, PermissionMode
from crew_core.model.steering import Decision, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from tests.agents.recorded import BRIEFING, Stream, check_golden, cut, fed, lines, silent_lines, spec, streams

STREAMS = streams("builtin")

COMPLETED = {"answer", "tools", "denied", "retried"}


def opened(**fields: Any) -> BuiltinSession:
    return BuiltinSession(spec("builtin", **fields), BRIEFING)


def orders(**fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(opened(**fields).open().files["builtin.json"])
    return found


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_recorded_stream_is_told_as_before(stream: Stream) -> None:
    check_golden(stream, *fed(opened(), [stream.data], stream.ending))


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_a_recorded_failure_is_no_success(stream: Stream) -> None:
    _, finish = fed(opened(), [stream.data], stream.ending)
    assert (finish.program_error is None and finish.answer_seen) is (stream.name in COMPLETED)


@pytest.mark.parametrize("stream", STREAMS, ids=str)
def test_no_complete_line_is_lost(stream: Stream) -> None:
    assert silent_lines(opened(), stream.data, lambda line: line["kind"] == "result") == []


@given(st.sampled_from(STREAMS), st.lists(st.integers(0, 100_000)))
def test_the_events_are_the_same_in_any_cutting(stream: Stream, places: list[int]) -> None:
    assert fed(opened(), cut(stream.data, places), stream.ending) == fed(opened(), [stream.data], stream.ending)


@given(st.sampled_from(STREAMS), st.integers(0, 100_000))
def test_a_stream_that_is_cut_closes_what_is_open_and_is_no_success(stream: Stream, length: int) -> None:
    data = stream.data[: length % len(stream.data)]
    events, finish = fed(opened(), [data], (0, None))
    whole = data.count(b"\n") == stream.data.count(b"\n")
    said = any(event.kind is Kind.ERROR for event in events)
    assert finish.answer_seen is (b'"kind":"result"' in data and finish.program_error is None)
    assert finish.answer_seen or said or finish.program_error == "the built-in agent ended without an answer" or whole
    for start, end in ((Kind.TOOL_START, Kind.TOOL_END), (Kind.PERMISSION, Kind.ANSWERED)):
        begun = [event.id for event in events if event.kind is start]
        assert begun == [event.id for event in events if event.kind is end]


JUNK = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"{}", b"[]", b'{"kind":"started"}', b'{"kind":"text","text":1}', b'{"kind":"new"}', b"[" * 9_000]
    ),
).map(lambda data: data.replace(b"\n", b" "))


@given(st.sampled_from(STREAMS), st.lists(st.tuples(st.integers(0, 100), JUNK), max_size=5))
def test_junk_between_the_lines_loses_none_of_them(stream: Stream, junk: list[tuple[int, bytes]]) -> None:
    expected, end = fed(opened(), [stream.data], stream.ending)
    mixed = lines(stream.data)
    for place, data in junk:
        mixed.insert(place % (len(mixed) + 1), data + b"\n")
    events, finish = fed(opened(), mixed, stream.ending)
    assert [event for event in events if event.kind is not Kind.RAW] == expected
    assert finish.program_error == end.program_error
    assert sum(event.kind is Kind.RAW for event in events) == sum(bool(data) for _, data in junk)


def test_a_line_that_is_too_long_is_told_by_its_beginning() -> None:
    long = b'{"kind":"text","text":"' + b"x" * (33 << 20) + b'"}\n'
    events, finish = fed(opened(), [long, b'{"kind":"error","text":"oh"}\n'], (1, None))
    assert [event.kind for event in events] == [Kind.RAW, Kind.ERROR]
    assert len(events[0].text) == 4_096
    assert finish.program_error == "oh"


def test_an_error_without_words_is_an_error() -> None:
    _, finish = fed(opened(), [b'{"kind":"error"}\n'], (0, None))
    assert finish.program_error == "the built-in agent reported an error without words"


def test_a_result_that_names_another_message_is_no_answer() -> None:
    told = b'{"kind":"text","id":"m1","text":"x"}\n{"kind":"result","id":"m2"}\n'
    _, finish = fed(opened(), [told], (0, None))
    assert (finish.answer_seen, finish.program_error) == (False, "the built-in agent ended without an answer")


def test_an_answer_is_kept_by_head_and_tail() -> None:
    told = [AgentEvent(kind=Kind.TEXT, id="m1", text=f"{n:05d}") for n in range(2_000)]
    data = b"".join(msgspec.json.encode(event) + b"\n" for event in told) + b'{"kind":"result","id":"m1"}\n'
    _, finish = fed(opened(answer_bytes=100), [data], (0, None))
    assert finish.answer_bytes == 10_000
    assert finish.answer.startswith(b"0000000001")
    assert finish.answer.endswith(b"0199801999")


def test_use_is_added_up() -> None:
    data = b'{"kind":"usage","usage":{"input":5,"output":1}}\n{"kind":"usage","usage":{}}\n' * 2
    _, finish = fed(opened(), [data], (0, None))
    assert finish.usage == Usage(input=10, output=2, turns=4)


def test_work_that_is_done_is_said_at_once() -> None:
    session = opened()
    assert not session.feed(b'{"kind":"text","id":"m1","text":"x"}\n').done
    assert session.feed(b'{"kind":"result","id":"m1"}\n').done


def test_what_it_is_told_is_in_a_file_and_not_in_its_arguments() -> None:
    launch = opened(model="p/m", tools=("read",), thinking="low", state_dir="/s").open()
    assert not any("do it" in part for part in launch.argv)
    assert (launch.stdin, launch.close_stdin, launch.own_state) == (b"", False, True)
    assert "OPENAI_API_KEY" in (launch.keys or ())
    told = orders(model="p/m", tools=("read",), thinking="low", state_dir="/s")
    assert told.pop("prompt_hash") == hashlib.sha256(b"do it").hexdigest()
    assert told == {
        "system": "You are terse.",
        "prompt": "do it",
        "cwd": "/repo",
        "writes": True,
        "tools": ["read"],
        "ask": False,
        "model": "p/m",
        "thinking": "low",
        "state_dir": "/s",
        "resume": "",
    }


def test_role_and_person_decide_what_it_may() -> None:
    assert orders(access=Access.READ)["writes"] is False
    assert orders(permissions=PermissionMode.ASK)["ask"] is True
    assert orders(thinking="off")["thinking"] == "none"
    assert orders(thinking=None)["thinking"] == ""


def test_a_session_to_go_on_with_is_named() -> None:
    told = orders(resume=SessionRef("builtin", "abc", "/repo", "hash"))
    assert (told["resume"], told["prompt_hash"]) == ("abc", "hash")


def test_a_command_of_the_persons_replaces_ours() -> None:
    launch = opened(settings=ProgramSettings(command=("nice", "agent"), args=("-x",))).open()
    assert launch.argv == ("nice", "agent", "{files}/builtin.json", "-x")


def test_what_a_person_sends_goes_out_as_one_line() -> None:
    session = opened()
    steer = Steer(id="s", kind=SteerKind.STEER, text="two\nlines")
    reaction = session.control(steer)
    assert msgspec.json.decode(reaction.outgoing, type=Steer) == steer
    assert (reaction.outgoing.count(b"\n"), reaction.outgoing[-1:]) == (1, b"\n")
    assert [(event.data or {})["state"] for event in reaction.events] == ["sent"]


def test_empty_words_are_refused() -> None:
    reaction = opened().control(Steer(id="s", kind=SteerKind.MESSAGE))
    assert (reaction.outgoing, [(event.data or {})["state"] for event in reaction.events]) == (b"", ["refused"])


def test_the_first_answer_counts() -> None:
    session = opened()
    session.feed(b'{"kind":"permission","id":"p1"}\n')
    first, second = (
        session.control(Steer(id=name, kind=SteerKind.ANSWER, asked="p1", decision=Decision.ALLOW)) for name in "ab"
    )
    assert (bool(first.outgoing), bool(second.outgoing)) == (True, False)


def test_the_registry_knows_it() -> None:
    assert abilities("builtin") is ABILITIES
    assert isinstance(open_session(spec("builtin"), Briefing()), BuiltinSession)


def test_every_event_of_the_program_is_one_that_the_adapter_knows() -> None:
    source = Path(__file__).parents[2] / "crew_core" / "agents" / "builtin_program" / "stream.py"
    told = {part.partition('"')[0] for part in source.read_text().split('self._tell("')[1:]}
    assert {Kind(name) for name in told} == SPOKEN
