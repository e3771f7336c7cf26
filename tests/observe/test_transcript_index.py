"""The index of a transcript: however its file came to be what it is, it says what reading the whole file says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.giving_way import giving_way
from crew_core.observe.transcript_entries import SHOWN, Role
from crew_core.observe.transcript_index import KEPT, TAIL, TranscriptIndex, tail_start
from crew_core.observe.transcript_lines import HEAD, LONGEST_LINE
from tests.observe.transcript_files import (
    Memory,
    Repeated,
    decode,
    end,
    entries,
    indexed,
    lines_of,
    printed,
    start,
    text,
)

EVENTS = st.lists(
    st.one_of(
        st.builds(text, st.sampled_from(["one\n", "two", "\n", ""]), id=st.sampled_from(["", "m1", "m2"])),
        st.builds(start, st.sampled_from("ab"), st.just("asked"), id=st.sampled_from(["", "1", "2"])),
        st.builds(end, st.sampled_from("ab"), st.just("answer"), id=st.sampled_from(["", "1", "2"])),
        st.builds(printed, st.sampled_from("ab"), st.just("so far\n"), id=st.sampled_from(["", "1", "2"])),
        st.just(AgentEvent(Kind.THINKING, text="hm")),
        st.just(AgentEvent(Kind.TURN_END)),
        st.just(AgentEvent(Kind.ERROR, text="broken")),
    ),
    max_size=30,
)


@given(EVENTS, st.lists(st.integers(0, 3000), max_size=8), st.binary(max_size=20))
def test_appended_in_any_pieces_it_is_the_same_as_read_at_once(events, cuts, rest):
    data = lines_of(events) + rest.replace(b"\n", b"")
    file = Memory()
    index = TranscriptIndex(file, decode)
    for stop in (*sorted(cut for cut in cuts if cut < len(data)), len(data)):
        file.data = data[:stop]
        file.look_again()
        while index.read_more():
            assert index.still_same()
    whole = indexed(Memory(data))
    assert entries(index) == entries(whole)
    assert [index.entry(number) for number in range(len(index.table))] == entries(whole)
    assert (len(index.lines), index.lines.end, index.lines.rest_bytes) == (
        data.count(b"\n"),
        data.rfind(b"\n") + 1,
        len(data) - data.rfind(b"\n") - 1,
    )


@given(EVENTS, st.integers(0, 30))
def test_a_key_leads_to_its_entry_also_from_an_index_of_the_end(events, line):
    data = lines_of(events)
    begins = [0, *(at + 1 for at, byte in enumerate(data) if byte == ord("\n"))][:-1]
    whole = indexed(Memory(data))
    tail = indexed(Memory(data), begins[line % len(begins)] if begins else 0)
    for number in range(len(tail.table)):
        assert tail.number_of(tail.key_of(number)) == number
        there = whole.number_of(tail.key_of(number))
        if there < len(whole.table) and whole.key_of(there) == tail.key_of(number):
            assert whole.table.role(there) is tail.table.role(number)


def test_pieces_of_a_text_are_one_entry():
    index = indexed(Memory(lines_of([text("Hel", id="m"), text("lo\nwor", id="m"), text("ld", id="m")])))
    assert [entry.text for entry in entries(index)] == ["Hello\nworld"]


def test_what_a_call_prints_is_in_its_entry_until_the_result_says_it():
    begun = [
        start("sh", "make", id="1"),
        text("meanwhile"),
        printed("sh", "one\n", id="1"),
        printed("sh", "two\n", id="1"),
    ]
    call, said = entries(indexed(Memory(lines_of(begun))))
    assert (call.result, call.printed, said.text) == (None, "one\ntwo\n", "meanwhile")
    call, _ = entries(indexed(Memory(lines_of([*begun, end("sh", "one\ntwo\nthree", id="1")]))))
    assert (call.result, call.printed) == ("one\ntwo\nthree", "")
    # Some programs tell with the end only that it is one.
    call, _ = entries(indexed(Memory(lines_of([*begun, end("sh", id="1")]))))
    assert (call.result, call.printed) == ("", "one\ntwo\n")


def test_of_a_call_that_prints_without_end_the_last_is_shown():
    events = [start("sh", id="1"), *(printed("sh", f"{number:07}\n", id="1") for number in range(30_000))]
    (call,) = entries(indexed(Memory(lines_of(events))))
    assert call.printed.endswith("0029999\n")
    assert len(call.printed) <= 64 << 10


def test_what_no_call_printed_stands_for_itself():
    assert [
        entry.kind for entry in entries(indexed(Memory(lines_of([printed("sh", "x", id="1"), printed("sh", "y")]))))
    ] == [
        Kind.TOOL_OUTPUT,
        Kind.TOOL_OUTPUT,
    ]


def test_texts_without_the_id_of_a_message_begin_lines_of_their_own():
    index = indexed(Memory(lines_of([text("one\n"), text("two"), text("three")])))
    assert [entry.text for entry in entries(index)] == ["one\ntwo\nthree"]


def test_two_messages_stay_two_and_a_turn_ends_a_text():
    index = indexed(
        Memory(lines_of([text("a", id="1"), text("b", id="2"), AgentEvent(Kind.TURN_END), text("c", id="2")]))
    )
    assert [entry.text for entry in entries(index)] == ["a", "b", "c"]


def test_what_an_agent_prints_without_end_is_many_entries():
    data = lines_of([text("x" * 1000 + "\n")] * 300)
    sizes = [len(entry.text) for entry in entries(indexed(Memory(data)))]
    assert len(sizes) > 3
    assert max(sizes) <= SHOWN
    assert sum(sizes) == 300 * 1001


def test_a_long_text_is_cut_for_show_and_whole_when_it_is_asked_for():
    index = indexed(Memory(lines_of([text("é" * 2_000_000)])))
    shown, whole = index.entry(0), index.whole(0)
    assert len(shown.text) + shown.left_out == len(whole.text) == 2_000_000
    assert whole.left_out == 0


def test_a_line_that_is_too_long_to_be_understood_shows_its_beginning_and_its_size():
    data = lines_of([text("before"), text("y" * (LONGEST_LINE + 10)), text("behind")])
    index = indexed(Memory(data))
    assert [index.table.role(number) for number in range(3)] == [Role.ASSISTANT, Role.RAW, Role.ASSISTANT]
    shown = index.entry(1).text
    assert len(shown) < HEAD + 100
    assert shown.endswith(f"… [{len(data.split(chr(10).encode())[1])} bytes]")
    assert index.entry(2).text == "behind"


def test_lines_that_are_no_events_are_shown_as_they_are_and_counted():
    data = b'Segmentation fault\n\n  \n{"kind":"text","text":"\xff"}\n' + b"[" * 100_000 + b"\n"
    index = indexed(Memory(data))
    assert index.table.raw == len(index.table) == 3
    assert index.entry(0).text == "Segmentation fault"
    assert "\ufffd" in index.entry(1).text


def test_entries_are_made_once_while_they_are_among_the_last_asked_for():
    decoded = []

    def counting(line):
        decoded.append(line)
        return decode(line)

    index = TranscriptIndex(Memory(lines_of([AgentEvent(Kind.NOTICE, text="n")] * (KEPT + 1))), counting)
    while index.read_more():
        pass
    decoded.clear()
    for _ in range(2):
        for number in range(KEPT):
            index.entry(number)
    assert len(decoded) == KEPT
    index.entry(KEPT)
    index.entry(0)
    assert len(decoded) == KEPT + 2


def test_the_end_of_a_large_file_is_found_without_reading_the_rest():
    block = lines_of([text("word " * 40, id=str(number)) for number in range(100)])
    file = Repeated(block, 100 << 20)
    begin = tail_start(file)
    assert begin is not None
    assert file.size_bytes - TAIL <= begin < file.size_bytes
    tail = indexed(file, begin)
    assert tail.complete
    assert len(tail.table) > 200
    assert tail.table.raw == 0
    assert file.read_bytes < 1 << 20


def test_giving_way_changes_nothing_of_the_work():
    assert list(giving_way(range(300), 7)) == list(range(300))


def test_a_small_file_has_no_tail():
    assert tail_start(Memory(lines_of([text("a")]))) is None


def test_where_no_line_ends_there_is_no_tail_and_little_is_read():
    file = Memory(b"x" * (8 << 20))
    assert tail_start(file) is None
    assert file.read_bytes < 4 << 20


def test_a_file_that_was_written_anew_is_not_the_same():
    file = Memory(lines_of([text("one"), text("two")]))
    index = indexed(file)
    file.data = lines_of([text("uno"), text("due"), text("tre")])
    assert not index.still_same()


def test_the_beginning_of_a_half_written_line_that_was_replaced_is_noticed():
    file = Memory(b'{"kind":"te')
    index = indexed(file)
    file.data = b'{"kind":"notice","text":"other"}\n'
    assert not index.still_same()
