"""The lines of several agents, in the order in which they came."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptPhase, TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.output import MERGED, OutputReader
from crew_core.observe.run_source import AgentFile
from crew_core.observe.transcripts import events_of


def at(seconds: int) -> str:
    return f"2026-01-02T03:04:{seconds:02}.000Z"


def running(name: str) -> Task:
    attempt = Attempt(1, AttemptCause.FIRST, AttemptPhase.RUNNING, "w", at(0))
    return Task(name, "r", "s", "role", "a", name, TaskStatus.RUNNING, "/", attempts=(attempt,), started_at=at(0))


def append(file: Path, *events: AgentEvent) -> None:
    with file.open("ab") as written:
        written.writelines(msgspec.json.encode(event) + b"\n" for event in events)


SAID = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 59)), max_size=30)


@given(SAID, st.integers(0, 30))
def test_what_is_read_at_once_is_in_the_order_of_its_moments(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, int]], seen: int
) -> None:
    """And what comes later stands behind what is shown already."""
    said = sorted(said, key=lambda each: each[1])
    directory = tmp_path_factory.mktemp("run")
    files = {name: directory / name for name in "abc"}
    reader = OutputReader(lambda task: AgentFile(task.id, 1, files[task.id], lambda: events_of), None)
    tasks = [running(name) for name in "abc"]
    for part in (said[:seen], said[seen:]):
        for name, file in files.items():
            append(file, *(AgentEvent(Kind.NOTICE, at(second), f"{second}") for whose, second in part if whose == name))
        shown = reader.read(tasks)
    found = [(shown.log[n].task_id, shown.log[n].at) for n in range(shown.count)]
    assert [moment for _, moment in found] == [at(second) for _, second in said]
    assert sorted(found) == sorted((name, at(second)) for name, second in said)


def test_a_line_without_a_moment_stays_behind_the_one_before_it(tmp_path: Path) -> None:
    for name, first in (("a", 1), ("b", 2)):
        append(
            tmp_path / name,
            AgentEvent(Kind.NOTICE, at(first), f"{name}1"),
            AgentEvent(Kind.NOTICE, "", f"{name}2"),
            AgentEvent(Kind.NOTICE, at(first + 2), f"{name}3"),
        )
    reader = OutputReader(lambda task: AgentFile(task.id, 1, tmp_path / task.id, lambda: events_of), None)
    shown = reader.read([running("a"), running("b")])
    assert [shown.log[n].text.removeprefix("[notice] ") for n in range(shown.count)] == [
        "a1", "a2", "b1", "b2", "a3", "b3"
    ]  # fmt: skip


def test_what_the_task_before_printed_is_there_too_and_what_is_not_is_counted(tmp_path: Path) -> None:
    reader = OutputReader(lambda task: AgentFile(task.id, 1, tmp_path / task.id, lambda: events_of), None)
    tasks = [running("last"), *(replace(running(f"t{n}"), status=TaskStatus.COMPLETED, seq=n) for n in range(MERGED))]
    for task in tasks:
        append(tmp_path / task.id, AgentEvent(Kind.TEXT, at(1), task.id))
    shown = reader.read(tasks)
    assert {shown.log[n].text for n in range(shown.count)} == {"last", *(f"t{n}" for n in range(1, MERGED))}
    assert shown.unread == 1
