"""The adapter as a session: any cutting gives the same events, and only a result is an answer."""

from __future__ import annotations

import signal
import sys
import tracemalloc
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.lines import LONGEST_LINE
from crew_core.agents.offline import SPOKEN, OfflineSession
from crew_core.agents.protocol import Briefing, Finish
from crew_core.agents.registry import open_session
from crew_core.model.attempt import StopRequest
from crew_core.model.status import StopCode, StopVerb
from crew_core.model.transcript import AgentEvent, Kind
from tests.offline.offline_run import spec


def fed(pieces: list[bytes]) -> tuple[list[AgentEvent], Finish]:
    session = OfflineSession(spec("/p"))
    events = [event for piece in pieces for event in session.feed(piece).events]
    finish = session.finish(0, None)
    return [*events, *finish.events], finish


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(ends)]


SPOKEN_EVENTS = st.builds(
    AgentEvent,
    kind=st.sampled_from(sorted(SPOKEN)),
    text=st.text(st.characters(exclude_categories=["Cs"])),
    tool=st.sampled_from(["", "git", "pytest"]),
    id=st.sampled_from(["", "1", "2"]),
    failed=st.booleans(),
    duration_ms=st.none() | st.integers(0, 10_000),
)
LINES = st.one_of(
    SPOKEN_EVENTS.map(msgspec.json.encode),
    st.binary(max_size=30).map(lambda data: data.replace(b"\n", b"")),
    st.sampled_from(
        [b"{}", b"[]", b"null", b'{"kind":"dance"}', b'{"kind":"started"}', b'{"kind":"raw"}', b"[" * 2000]
    ),
)
STREAMS = st.lists(LINES).map(lambda lines: b"".join(line + b"\n" for line in lines))


@given(STREAMS, st.lists(st.integers(0, 10_000)))
def test_the_events_are_the_same_in_any_cutting(data: bytes, places: list[int]) -> None:
    assert fed(cut(data, places)) == fed([data])


@given(st.lists(SPOKEN_EVENTS))
def test_what_the_program_says_is_told_as_it_was_said(events: list[AgentEvent]) -> None:
    told, finish = fed([b"".join(msgspec.json.encode(event) + b"\n" for event in events)])
    results = [event.text for event in events if event.kind is Kind.RESULT]
    assert told == events
    assert finish.answer_seen == bool(results)
    assert finish.answer == (results[-1].encode() if results else b"")


@given(STREAMS)
def test_every_line_is_an_event_and_nothing_is_lost(data: bytes) -> None:
    told, _ = fed([data])
    assert len(told) == len([line for line in data.split(b"\n") if line])


@given(STREAMS, st.integers(0, 10_000))
def test_a_stream_that_breaks_off_has_an_answer_only_if_its_result_was_whole(data: bytes, place: int) -> None:
    seen = data[: place % (len(data) + 1)]
    _, finish = fed([seen])
    told, _ = fed([seen])
    assert finish.answer_seen == any(event.kind is Kind.RESULT for event in told)
    assert finish.answer_seen or finish.program_error


@given(st.binary())
def test_noise_is_kept_as_raw_and_is_never_an_answer(noise: bytes) -> None:
    told, finish = fed([noise])
    assert {event.kind for event in told} <= {Kind.RAW}
    assert not finish.answer_seen


@pytest.mark.parametrize("word", ["dance", "started", "ended", "raw", "usage"])
def test_a_kind_that_the_program_does_not_speak_is_raw(word: str) -> None:
    line = f'{{"kind":"{word}","text":"x"}}'
    told, _ = fed([line.encode() + b"\n"])
    assert told == [AgentEvent(kind=Kind.RAW, text=line)]


def test_an_error_is_the_programs_error_even_beside_a_result() -> None:
    _, finish = fed([b'{"kind":"result","text":"half"}\n{"kind":"error","text":"disk full"}\n'])
    assert (finish.answer_seen, finish.program_error) == (True, "disk full")


def test_an_end_without_a_result_is_an_error() -> None:
    _, finish = fed([b'{"kind":"text","text":"almost"}\n'])
    assert (finish.answer_seen, finish.answer) == (False, b"")
    assert finish.program_error == "the offline agent ended without a result"


def test_an_empty_result_is_an_answer() -> None:
    _, finish = fed([b'{"kind":"result"}\n'])
    assert (finish.answer_seen, finish.answer, finish.program_error) == (True, b"", None)


def test_a_line_without_end_needs_fixed_memory_and_what_follows_it_is_understood() -> None:
    session = OfflineSession(spec("/p"))
    tracemalloc.start()
    events = [e for _ in range(2 * LONGEST_LINE // 65_536) for e in session.feed(b"x" * 65_536).events]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.5 * LONGEST_LINE
    assert [event.kind for event in events] == [Kind.RAW]
    after = session.feed(b'\n{"kind":"result","text":"ok"}\n').events
    assert [event.kind for event in after] == [Kind.RESULT]


def test_a_long_answer_keeps_its_ends_and_says_its_size() -> None:
    session = OfflineSession(spec("/p", answer_bytes=10))
    session.feed(b'{"kind":"result","text":"first ... ... last!"}\n')
    finish = session.finish(0, None)
    assert finish.answer_bytes == 19
    assert finish.answer.startswith(b"first")
    assert finish.answer.endswith(b"last!")


def test_it_is_started_with_its_packet_and_imports_nothing_from_the_working_directory() -> None:
    launch = open_session(spec("/attempt/packet.json"), Briefing()).open()
    assert launch.argv == (sys.executable, "-P", "-m", "crew_core.agents.offline_program", "/attempt/packet.json")
    assert (launch.stdin, dict(launch.files)) == (None, {})


def test_without_a_packet_nothing_is_started() -> None:
    with pytest.raises(ValueError, match="task packet"):
        OfflineSession(spec("")).open()


def test_it_is_interrupted_as_a_terminal_would() -> None:
    reaction = OfflineSession(spec("/p")).interrupt(StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED))
    assert (reaction.signal, reaction.outgoing, reaction.events) == (signal.SIGINT, b"", ())
