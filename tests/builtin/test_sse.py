"""Server-sent events: the same events whatever the cutting, the line ends and the company they come in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.builtin_program.sse import Event, EventTooLong, Sse

#: What can stand in one line of an event.
LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))

EVENTS = st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=6)


def fed(data: bytes, places: list[int]) -> list[Event]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    sse = Sse()
    return [event for a, b in pairwise(ends) for event in sse.feed(data[a:b])]


@given(
    EVENTS,
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([" ", ""]),
    st.lists(st.integers(0, 10_000)),
    st.data(),
)
def test_events_come_out_as_they_went_in(
    events: list[list[str]], end: str, space: str, places: list[int], data: st.DataObject
) -> None:
    company = st.sampled_from(["", f": ping{end}", f"id: 1{end}retry: 5{end}", f"data-like{end}"])
    names = data.draw(st.lists(st.sampled_from(["", "x", "error"]), min_size=len(events), max_size=len(events)))
    written = "".join(
        data.draw(company)
        + (f"event:{space}{name}{end}" if name else "")
        # A space that belongs to the line must not be taken for the one after the colon.
        + "".join(f"data:{space if not line.startswith(' ') else ' '}{line}{end}" for line in lines)
        + end
        for name, lines in zip(names, events, strict=True)
    )
    told = [Event("\n".join(lines).encode(), name.encode()) for name, lines in zip(names, events, strict=True)]
    assert fed(written.encode(), places) == told


def test_a_name_belongs_to_its_event_only_and_one_without_data_is_none() -> None:
    assert fed(b"event: error\n\ndata: x\n\n", []) == [Event(b"x")]


@given(st.binary(), st.lists(st.integers(0, 10_000)))
def test_any_bytes_give_the_same_in_any_cutting(data: bytes, places: list[int]) -> None:
    assert fed(data, places) == fed(data, [])


@given(EVENTS, st.integers(0, 10_000))
def test_what_is_cut_gives_a_beginning(events: list[list[str]], length: int) -> None:
    whole = "".join("".join(f"data: {line}\n" for line in lines) + "\n" for lines in events).encode()
    found = fed(whole[: length % (len(whole) + 1)], [])
    assert found == fed(whole, [])[: len(found)]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert fed(b"\xef\xbb\xbfdata: x\n\n", [1, 2]) == [Event(b"x")]


@pytest.mark.parametrize("piece", [b"data: xxxxxxx\n", b"xxxxxxx"])
def test_an_event_without_an_end_is_not_kept_for_ever(piece: bytes) -> None:
    sse = Sse(longest=1_000)

    def feed_on() -> None:
        for _ in range(1_000):
            sse.feed(piece)

    with pytest.raises(EventTooLong):
        feed_on()
