"""Calls of tools and their results: each result has one place, the one that a person would give it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.picrew.stream import AgentStream
from crew_core.observe.transcript_entries import Role
from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_places import transcript_of
from crew_core.observe.transcript_table import EntryTable
from tests.observe.picrew.corpus import CORPUS, needs_corpus
from tests.observe.transcript_files import Memory, end, entries, indexed, lines_of, start

CALLS = st.lists(
    st.one_of(
        st.builds(start, st.sampled_from("ab"), id=st.sampled_from(["", "1", "2", "3"])),
        st.builds(end, st.sampled_from(["a", "b", ""]), id=st.sampled_from(["", "1", "2", "3"])),
    ),
    max_size=40,
)


def naive_pairs(events: list[AgentEvent]) -> list[tuple[int | None, int | None]]:
    """Numbers of start and end event of each entry, in order of their first event."""
    pairs: list[list[int | None]] = []
    for number, event in enumerate(events):
        if event.kind is Kind.TOOL_START:
            pairs.append([number, None])
            continue
        # The same id again means the later call.
        open_calls = [pair for pair in pairs if pair[1] is None and pair[0] is not None]
        named = [pair for pair in open_calls if event.id and events[pair[0]].id == event.id]
        latest = [number for number, each in enumerate(events[:number]) if each.kind is Kind.TOOL_START]
        latest = [at for at in latest if event.id and events[at].id == event.id]
        named = [pair for pair in named if latest and pair[0] == latest[-1]]
        unnamed = [
            pair
            for pair in open_calls
            if not (event.id and events[pair[0]].id) and (not event.tool or events[pair[0]].tool == event.tool)
        ]
        if named or unnamed:
            (named or unnamed)[0][1] = number
        else:
            pairs.append([None, number])
    return [(first, last) for first, last in pairs]


@given(CALLS)
def test_results_go_to_the_call_with_their_id_else_to_the_first_open_one_of_their_tool(events):
    table = EntryTable()
    for number, event in enumerate(events):
        table.take(number, number, number + 1, [event])
    found = []
    for entry in range(len(table)):
        place = table.place(entry)
        ended = place.last_line if table.done(entry) else None
        found.append((place.first_line if events[place.first_line].kind is Kind.TOOL_START else None, ended))
    assert found == naive_pairs(events)


@given(CALLS)
def test_every_event_is_in_exactly_one_entry(events):
    index = indexed(Memory(lines_of(events)))
    made = entries(index)
    assert all(entry.role is Role.TOOL for entry in made)
    assert sum(entry.kind is Kind.TOOL_START for entry in made) == sum(e.kind is Kind.TOOL_START for e in events)
    assert sum(entry.result is not None for entry in made) == sum(e.kind is Kind.TOOL_END for e in events)


def test_calls_at_the_same_time_are_told_apart_by_their_ids():
    events = [
        start("read", "a", id="1"),
        start("read", "b", id="2"),
        end("read", "B", id="2"),
        end("read", "A", id="1"),
    ]
    made = entries(indexed(Memory(lines_of(events))))
    assert [(entry.text, entry.result) for entry in made] == [("a", "A"), ("b", "B")]


def test_a_failure_is_known_without_making_the_entry():
    index = indexed(Memory(lines_of([start("bash", "false"), end("bash", "exit 1", failed=True)])))
    assert index.table.failed(0)
    assert index.entry(0).failed


def test_a_result_that_comes_later_changes_the_entry_that_was_made():
    file = Memory(lines_of([start("bash", "sleep 1", id="1")]))
    index = indexed(file)
    assert index.entry(0).result is None
    index.tell_changed()
    file.data += lines_of([end("bash", "done", id="1", duration_ms=1000)])
    while index.read_more():
        pass
    assert index.tell_changed() == {0}
    assert (index.entry(0).result, index.entry(0).duration_ms) == ("done", 1000)


def test_many_calls_that_never_end_cost_no_more_than_those_that_are_open():
    table = EntryTable()
    for number in range(5_000):
        table.take(number, number, number + 1, [start("a", id=str(number))])
    table.take(5_000, 5_000, 5_001, [end("a", id="4999"), end("a", id="0")])
    assert table.done(4_999)
    assert not table.done(0)
    assert len(table) == 5_001


@needs_corpus
def test_runs_of_picrew_have_the_pairs_that_its_own_order_gives():
    looked_at = 0
    for run_dir in sorted(CORPUS.glob("*/.crew/state/runs/*")):
        for task in sorted(path.name for path in (run_dir / "agents").glob("*")):
            try:
                found = transcript_of(run_dir, task, 1)
                file = found.open()
            except OSError:
                continue
            index = TranscriptIndex(file, found.decode)
            while index.read_more():
                pass
            made = [entry for entry in entries(index) if entry.role is Role.TOOL]
            stream = AgentStream(found.path)
            told = [event for line in found.path.read_bytes().split(b"\n")[:-1] for event in stream.feed(line)]
            starts = {event.id: event for event in told if event.kind is Kind.TOOL_START}
            ends = {event.id: event for event in told if event.kind is Kind.TOOL_END}
            expected = sorted((starts[id].text, ends[id].text if id in ends else "") for id in starts)
            assert (
                sorted((entry.text, entry.result or "") for entry in made if entry.kind is Kind.TOOL_START) == expected
            )
            looked_at += 1
            file.close()
    assert looked_at > 20
