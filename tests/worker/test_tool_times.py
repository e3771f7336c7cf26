"""How long a tool took is told, also where its program does not tell it."""

from __future__ import annotations

from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.fs import RealFs
from crew_core.store.layout import AttemptLayout
from crew_core.worker.dealings import Dealings
from crew_core.worker.progress import ProgressLedger
from crew_core.worker.stream import Stream
from crew_core.worker.tool_times import ToolTimes
from tests.seams.manual_clock import START, ManualClock


def start(call: str, tool: str = "") -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_START, id=call, tool=tool)


def end(call: str, tool: str = "", took_ms: int | None = None) -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_END, id=call, tool=tool, duration_ms=took_ms)


def test_it_is_kept_with_the_events_whatever_the_calendar_does(tmp_path: Path) -> None:
    clock = ManualClock()
    files = AttemptLayout(tmp_path)
    stream = Stream(RealFs(), clock, files, ProgressLedger(clock.now()), Dealings("p", "/", ""))
    stream.record([start("a"), start("b")])
    clock.advance(1.25)
    clock.set_calendar(START)
    stream.record([end("b"), end("a", took_ms=7), end("c")])
    stream.close()
    told = [msgspec.json.decode(line, type=AgentEvent) for line in files.events.read_bytes().splitlines()]
    ends = [(event.id, event.duration_ms) for event in told if event.kind is Kind.TOOL_END]
    assert ends == [("b", 1250), ("a", 7), ("c", None)]


def test_a_call_without_an_id_is_known_by_its_tool() -> None:
    times = ToolTimes()
    times.timed(start("", "Bash"), 1.0)
    assert times.timed(end("", "Bash"), 3.0).duration_ms == 2000
    assert times.timed(end("", "Bash"), 4.0).duration_ms is None


def test_a_call_that_begins_anew_counts_from_then() -> None:
    times = ToolTimes()
    times.timed(start("a"), 1.0)
    times.timed(start("a"), 5.0)
    assert times.timed(end("a"), 6.0).duration_ms == 1000


def test_calls_that_never_end_cost_a_fixed_amount() -> None:
    times = ToolTimes()
    for number in range(5_000):
        times.timed(start(str(number)), 0.0)
    assert times.timed(end("0"), 1.0).duration_ms is None
    assert times.timed(end("4999"), 1.0).duration_ms == 1000


EVENTS = st.builds(
    AgentEvent,
    kind=st.sampled_from([Kind.TOOL_START, Kind.TOOL_END, Kind.TOOL_OUTPUT, Kind.TEXT]),
    id=st.sampled_from(["", "a", "b"]),
    tool=st.sampled_from(["", "Bash"]),
    duration_ms=st.none() | st.integers(0, 9),
)


@given(st.lists(st.tuples(EVENTS, st.floats(0, 100))))
def test_nothing_else_of_an_event_is_changed_and_no_time_is_negative(events: list[tuple[AgentEvent, float]]) -> None:
    times, moment = ToolTimes(), 0.0
    for event, after_s in events:
        moment += after_s
        told = times.timed(event, moment)
        if event.kind is not Kind.TOOL_END or event.duration_ms is not None:
            assert told is event
        assert msgspec.structs.replace(told, duration_ms=event.duration_ms) == event
        assert (told.duration_ms or 0) >= 0
