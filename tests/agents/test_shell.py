"""The shell adapter as a session: bytes in any cutting, the same events; what it prints is the answer."""

from __future__ import annotations

import signal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.protocol import Abilities, Briefing, Finish, UnknownProgram
from crew_core.agents.registry import abilities, open_session, programs
from crew_core.agents.shell import ShellSession
from crew_core.agents.text_pieces import LONGEST_PIECE
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.status import Access, AttemptCause, StopCode, StopVerb
from crew_core.model.transcript import AgentEvent, Kind


def spec(text: str = "true", **fields: Any) -> AttemptSpec:
    told = {
        "run_id": "r",
        "task_id": "t",
        "n": 1,
        "cause": AttemptCause.FIRST,
        "worker_id": "w",
        "program": "shell",
        "agent": "a",
        "role": "r",
        "access": Access.READ,
        "goal": "$(touch x)",
        "text": text,
        "cwd": "/",
        "inputs_path": "/i",
        "bell_path": "/b",
        "depth": 0,
        "max_depth": 1,
    }
    return AttemptSpec(**(told | fields))


def fed(pieces: list[bytes]) -> tuple[list[AgentEvent], Finish]:
    session = ShellSession(spec())
    events = [event for piece in pieces for event in session.feed(piece).events]
    finish = session.finish(0, None)
    return [*events, *finish.events], finish


def said(events: list[AgentEvent]) -> str:
    assert {event.kind for event in events} <= {Kind.TEXT}
    return "".join(event.text for event in events)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(ends)]


OUTPUTS = st.lists(
    st.one_of(st.text(), st.sampled_from(["é", "☃\n", "𝄞", "\r\n", "\n", "\u2028"])).map(
        lambda text: text.encode("utf-8", "surrogatepass")
    )
    | st.binary(max_size=20)
).map(b"".join)


@given(OUTPUTS, st.lists(st.integers(0, 10_000)))
def test_the_text_is_the_same_in_any_cutting(data: bytes, places: list[int]) -> None:
    events, finish = fed(cut(data, places))
    assert said(events) == data.decode("utf-8", "replace")
    assert (finish.answer, finish.answer_bytes, finish.answer_seen) == (data, len(data), True)


@given(OUTPUTS, st.lists(st.integers(0, 10_000)))
def test_pieces_are_whole_lines_until_the_last(data: bytes, places: list[int]) -> None:
    events, _ = fed(cut(data, places))
    assert all(event.text.endswith("\n") for event in events[:-1])


@pytest.mark.parametrize("shift", range(4))
def test_a_character_on_the_border_of_a_long_piece_is_not_broken(shift: int) -> None:
    data = b"x" * (LONGEST_PIECE - shift) + "𝄞".encode() * LONGEST_PIECE
    chunks = [data[i : i + 65_536] for i in range(0, len(data), 65_536)]
    events, _ = fed(chunks)
    assert len(events) >= 2
    assert "\ufffd" not in said(events)
    assert said(events) == data.decode()


def test_a_line_without_end_is_told_in_pieces() -> None:
    session = ShellSession(spec())
    for _ in range(100):
        session.feed(b"x" * 50_000)
        assert len(session._pieces._rest) < LONGEST_PIECE


def test_a_character_that_never_gets_complete_is_replaced_at_the_end() -> None:
    events, _ = fed(["é".encode()[:1]])
    assert said(events) == "\ufffd"


def test_an_empty_output_is_an_answer_and_no_event() -> None:
    events, finish = fed([])
    assert events == []
    assert (finish.answer, finish.answer_bytes, finish.answer_seen, finish.program_error) == (b"", 0, True, None)


def test_a_long_answer_keeps_its_ends_and_says_its_size() -> None:
    session = ShellSession(spec(answer_bytes=10))
    session.feed(b"first ... ")
    session.feed(b"... last!")
    finish = session.finish(0, None)
    assert finish.answer_bytes == 19
    assert finish.answer.startswith(b"first")
    assert finish.answer.endswith(b"last!")


def test_the_script_is_a_file_and_the_goal_is_no_part_of_it() -> None:
    launch = ShellSession(spec("echo $CREW_GOAL")).open()
    assert launch.argv == ("sh", "{files}/script.sh")
    assert launch.files == {"script.sh": b"echo $CREW_GOAL\n"}
    assert (launch.stdin, dict(launch.env)) == (None, {})


def test_it_is_interrupted_as_a_terminal_would() -> None:
    reaction = ShellSession(spec()).interrupt(StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED))
    assert (reaction.signal, reaction.outgoing, reaction.events) == (signal.SIGINT, b"", ())


def test_it_says_that_it_can_do_nothing_but_run() -> None:
    assert abilities("shell") == Abilities(commands_when_reading=True, asks_model=False)


def test_a_session_is_opened_by_the_name_of_its_program() -> None:
    assert "shell" in programs()
    assert isinstance(open_session(spec(), Briefing()), ShellSession)
    with pytest.raises(UnknownProgram, match="no adapter for program 'zz'; there is: shell"):
        open_session(spec(program="zz"), Briefing())
