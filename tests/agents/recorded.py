"""Recorded streams of a program: fed to its session in any cutting, and their normalized transcripts beside them.

``NAME.jsonl`` is what the program printed, ``endings.json`` how it ended (below zero: by that signal), and
``NAME.events.jsonl`` what its adapter tells of it; ``SNAPSHOT_UPDATE=1`` writes the latter anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from crew_core.agents.protocol import Briefing, Finish, Session
from crew_core.model.attempt import AttemptSpec
from crew_core.model.status import Access, AttemptCause
from crew_core.model.transcript import AgentEvent

STREAMS = Path(__file__).parent / "streams"

_ENCODER = msgspec.json.Encoder(order="deterministic")


def spec(program: str, **fields: Any) -> AttemptSpec:
    told: dict[str, Any] = {
        "run_id": "r",
        "task_id": "t",
        "n": 1,
        "cause": AttemptCause.FIRST,
        "worker_id": "w",
        "program": program,
        "agent": "a",
        "role": "r",
        "access": Access.WRITE,
        "goal": "",
        "text": "",
        "cwd": "/repo",
        "inputs_path": "/i",
        "bell_path": "/b",
        "depth": 0,
        "max_depth": 1,
    }
    return AttemptSpec(**(told | fields))


BRIEFING = Briefing(system="You are terse.", prompt="do it")


@dataclass(frozen=True)
class Stream:
    """One recorded run of a program."""

    program: str
    name: str

    @property
    def data(self) -> bytes:
        return (STREAMS / self.program / f"{self.name}.jsonl").read_bytes()

    @property
    def ending(self) -> tuple[int | None, int | None]:
        """(exit code, signal)"""
        code = json.loads((STREAMS / self.program / "endings.json").read_bytes())[self.name]
        return (code, None) if code >= 0 else (None, -code)

    def __str__(self) -> str:
        return self.name


def streams(program: str) -> list[Stream]:
    """All of a program, by name."""
    return [Stream(program, name) for name in json.loads((STREAMS / program / "endings.json").read_bytes())]


def fed(
    session: Session, pieces: Sequence[bytes], ending: tuple[int | None, int | None]
) -> tuple[list[AgentEvent], Finish]:
    """All the events, the last ones too."""
    events = [event for piece in pieces for event in session.feed(piece).events]
    finish = session.finish(*ending)
    return [*events, *finish.events], finish


def cut(data: bytes, places: Sequence[int]) -> list[bytes]:
    """The same bytes in pieces."""
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(ends)]


def lines(data: bytes) -> list[bytes]:
    """Its complete lines, each with its end, without empty ones."""
    return [line + b"\n" for line in data.split(b"\n")[:-1] if line]


def check_golden(stream: Stream, events: Sequence[AgentEvent], finish: Finish) -> None:
    """Event for event what was told before, and how the attempt ended."""
    last = {
        "answer": finish.answer.decode(),
        "answerBytes": finish.answer_bytes,
        "answerSeen": finish.answer_seen,
        "programError": finish.program_error,
        "usage": finish.usage,
    }
    told = b"".join(_ENCODER.encode(each) + b"\n" for each in (*events, last))
    golden = STREAMS / stream.program / f"{stream.name}.events.jsonl"
    if os.environ.get("SNAPSHOT_UPDATE"):
        golden.write_bytes(told)
    assert told.decode().splitlines() == golden.read_bytes().decode().splitlines()


def silent_lines(session: Session, data: bytes, known: Callable[[dict[str, Any]], bool]) -> list[bytes]:
    """The complete lines that gave no event and are not known to say nothing: none may be."""
    return [line for line in lines(data) if not session.feed(line).events and not known(json.loads(line))]
