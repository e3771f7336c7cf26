"""Output that is read from its end backwards is what is read from its beginning: no line lost, none twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model.status import TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.line_start import line_start
from crew_core.observe.output import OutputReader
from crew_core.observe.output_bounds import OutputBounds
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.run_source import AgentFile, Decode
from crew_core.observe.tab_slices import LookBack, OutputSlice
from crew_core.observe.transcripts import events_of
from tests.observe.test_output import append, at, running

Decoder = Callable[[], Decode]

TEXTS = st.text(st.sampled_from("ab é你\n"), max_size=12)
KINDS = st.sampled_from([Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.THINKING, Kind.RESULT, Kind.NOTICE, Kind.USAGE])
EVENTS = st.lists(
    st.builds(AgentEvent, kind=KINDS, at=st.just(at(1)), id=st.sampled_from(["", "m1", "m1", "m2"]), text=TEXTS),
    max_size=15,
)
SMALL = st.builds(
    OutputBounds,
    piece_bytes=st.integers(50, 600),
    warm_up_bytes=st.integers(1, 300),
    lines=st.integers(1, 9),
    chars=st.integers(1, 60),
)


def reader_of(directory: Path, bounds: OutputBounds, decoder: Decoder = lambda: events_of) -> OutputReader:
    """Each task has a file of its name."""
    return OutputReader(lambda task: AgentFile(task.id, 1, directory / task.id, decoder), None, bounds)


def lines_of(shown: OutputSlice, task_id: str = "a") -> list[str]:
    return [line.text for line in shown.log.first(shown.count) if line.task_id == task_id]


def read_back(reader: OutputReader, names: str = "a") -> OutputSlice:
    """All of it, piece by piece."""
    tasks = [running(name) for name in names]
    shown = reader.read(tasks)
    while shown.skipped_lines:
        before = shown
        reader.look_back(LookBack.EARLIER)
        shown = reader.read(tasks)
        assert shown.skipped_lines < before.skipped_lines
        assert shown.answers == before.answers + 1
    return shown


@given(st.lists(st.sampled_from([b"", b"a", b"abc" * 50]), min_size=1, max_size=9), st.integers(0, 500))
def test_a_line_begins_behind_the_newline_before(lines: list[bytes], near: int) -> None:
    data = b"\n".join(lines)
    near = min(near, len(data))
    assert line_start(BytesIO(data), near) == data.rfind(b"\n", 0, near) + 1


@given(EVENTS, SMALL)
def test_pieces_join_to_what_is_read_at_once(
    tmp_path_factory: pytest.TempPathFactory, events: list[AgentEvent], bounds: OutputBounds
) -> None:
    """A text in pieces, of which one file holds some and another piece the rest, is the same lines."""
    directory = tmp_path_factory.mktemp("run")
    append(directory / "a", *events)
    whole = reader_of(directory, OutputBounds()).read([running("a")])
    shown = read_back(reader_of(directory, bounds))
    assert lines_of(shown) == lines_of(whole)
    assert shown.growing == whole.growing
    assert shown.whole_from == 0


@given(st.lists(EVENTS, max_size=3), SMALL, st.booleans())
def test_what_the_ring_has_let_go_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, parts: list[list[AgentEvent]], bounds: OutputBounds, turns: bool
) -> None:
    directory = tmp_path_factory.mktemp("run")
    (directory / "a").touch()
    reader = reader_of(directory, bounds)
    for part in parts:
        append(directory / "a", *part)
        shown = reader.read([running("a")])
        assert shown.count <= 2 * bounds.lines
        if turns:
            read_back(reader)
            reader.look_back(LookBack.NEWEST)
    whole = reader_of(directory, OutputBounds()).read([running("a")])
    assert lines_of(read_back(reader)) == lines_of(whole)


@given(
    st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=30), max_size=20),
    st.sampled_from(["\n", "\r\n"]),
    SMALL,
)
def test_plain_text_of_pi_crew_keeps_its_lines(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], newline: str, bounds: OutputBounds
) -> None:
    """Whatever character a piece would begin in the middle of."""
    directory = tmp_path_factory.mktemp("run")
    (directory / "a").write_bytes("".join(f"{text}{newline}" for text in texts).encode())

    def decoder() -> Decode:
        return AgentStream(Path("output.log")).feed

    whole = reader_of(directory, OutputBounds(), decoder).read([running("a")])
    assert lines_of(read_back(reader_of(directory, bounds, decoder))) == lines_of(whole)
    assert "".join(lines_of(whole)).count("\n") == 0


SAID = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 59)), max_size=25)


@given(SAID, SMALL)
def test_several_agents_stand_in_the_order_of_moments(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, int]], bounds: OutputBounds
) -> None:
    directory = tmp_path_factory.mktemp("run")
    said = sorted(said, key=lambda each: each[1])
    for number, (name, second) in enumerate(said):
        append(directory / name, AgentEvent(Kind.NOTICE, at(second), f"{number}"))
    reader = reader_of(directory, bounds)
    tasks = [running(name) for name in "abc"]
    first = reader.read(tasks)
    complete = [line.text for line in list(first.log.first(first.count))[first.whole_from :]]
    known = [f"[notice] {number}" for number, _ in enumerate(said)]
    assert sorted(complete) == sorted(known[len(known) - len(complete) :]) or len({s for _, s in said}) < len(said)
    shown = read_back(reader, "abc")
    moments = [line.at for line in shown.log.first(shown.count)]
    assert moments == sorted(moments)
    for name in "abc":
        assert lines_of(shown, name) == [f"[notice] {n}" for n, (whose, _) in enumerate(said) if whose == name]


def notices(first: int, end: int, second: int = 1) -> list[AgentEvent]:
    return [AgentEvent(Kind.NOTICE, at(second), f"{number}") for number in range(first, end)]


def texts_of(first: int, end: int) -> list[str]:
    return [f"[notice] {number}" for number in range(first, end)]


def test_a_chatty_agent_does_not_push_a_quiet_one_out(tmp_path: Path) -> None:
    append(tmp_path / "quiet", *notices(0, 3))
    reader = reader_of(tmp_path, OutputBounds(lines=10))
    tasks = [running("quiet"), running("chatty")]
    for number in range(0, 1000, 50):
        append(tmp_path / "chatty", *notices(number, number + 50, 2))
        shown = reader.read(tasks)
    assert lines_of(shown, "quiet") == texts_of(0, 3)
    assert lines_of(shown, "chatty") == texts_of(990, 1000)
    assert shown.skipped_lines == 990
    assert shown.log[shown.whole_from].text == "[notice] 990"


def test_nothing_is_let_go_as_long_as_somebody_reads_what_is_older(tmp_path: Path) -> None:
    append(tmp_path / "a", *notices(0, 20))
    reader = reader_of(tmp_path, OutputBounds(lines=10))
    reader.read([running("a")])
    reader.look_back(LookBack.HELD)
    append(tmp_path / "a", *notices(20, 60))
    assert lines_of(reader.read([running("a")])) == texts_of(0, 60)
    reader.look_back(LookBack.NEWEST)
    assert lines_of(reader.read([running("a")])) == texts_of(50, 60)


def test_there_is_a_bound_also_for_who_reads_what_is_older(tmp_path: Path) -> None:
    """What comes waits in its file, and is there as soon as the end is looked at again."""
    append(tmp_path / "a", *notices(0, 20))
    reader = reader_of(tmp_path, OutputBounds(lines=10, most_lines=40, piece_bytes=1 << 20))
    reader.read([running("a")])
    reader.look_back(LookBack.HELD)
    append(tmp_path / "a", *notices(20, 45))
    assert reader.read([running("a")]).full
    append(tmp_path / "a", *notices(45, 90))
    shown = reader.read([running("a")])
    assert lines_of(shown) == texts_of(0, 45)
    assert reader.read([running("a")]) is shown
    reader.look_back(LookBack.NEWEST)
    shown = reader.read([running("a")])
    assert not shown.full
    assert lines_of(shown) == texts_of(80, 90)


@pytest.mark.parametrize("how", ["gone", "replaced", "cut short"])
def test_a_file_that_is_another_one_by_now_gives_nothing_older(tmp_path: Path, how: str) -> None:
    append(tmp_path / "a", *notices(0, 100))
    reader = reader_of(tmp_path, OutputBounds(piece_bytes=1000))
    before = lines_of(reader.read([running("a")]))
    assert 0 < len(before) < 100
    if how == "gone":
        (tmp_path / "a").unlink()
    elif how == "replaced":
        append(tmp_path / "b", *notices(500, 700))
        os.replace(tmp_path / "b", tmp_path / "a")
    else:
        (tmp_path / "a").write_bytes(b"")
    reader.look_back(LookBack.EARLIER)
    shown = reader.read([running("a")])
    assert shown.skipped_lines == 0
    assert shown.answers == 1
    if how == "gone":
        assert lines_of(shown) == ["earlier lines cannot be read: No such file or directory", *before]
    else:
        append(tmp_path / "a", *notices(700, 705))
        new = texts_of(500, 705) if how == "replaced" else texts_of(700, 705)
        assert lines_of(reader.read([running("a")])) == [*before, *new]


def test_nothing_is_opened_again_unless_it_is_asked_for(tmp_path: Path) -> None:
    append(tmp_path / "a", *notices(0, 100))
    made: list[int] = []

    def decoder() -> Decode:
        made.append(1)
        return events_of

    reader = reader_of(tmp_path, OutputBounds(piece_bytes=1000), decoder)
    tasks = [replace(running("a"), status=TaskStatus.COMPLETED)]
    shown, opened = reader.read(tasks), len(made)
    assert all(reader.read(tasks) is shown for _ in range(3))
    assert len(made) == opened
    reader.look_back(LookBack.EARLIER)
    assert reader.read(tasks).count > shown.count


def test_a_file_that_is_said_to_be_ended_and_goes_on_loses_nothing(tmp_path: Path) -> None:
    written = msgspec.json.encode(AgentEvent(Kind.TEXT, at(1), "half a line", id="m1"))
    (tmp_path / "a").write_bytes(written + b"\n")
    reader = reader_of(tmp_path, OutputBounds(lines=1))
    assert lines_of(reader.read([replace(running("a"), status=TaskStatus.FAILED)])) == ["half a line"]
    append(tmp_path / "a", *notices(0, 9))
    assert lines_of(reader.read([running("a")])) == texts_of(8, 9)
    assert lines_of(read_back(reader)) == ["half a line", *texts_of(0, 9)]
