"""Server-sent events: the same events whatever the cutting, the line ends and the company they come in."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.builtin_program.sse import EventTooLong, Sse

#: What can stand in one line of an event.
LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))

EVENTS = st.lists(st.lists(LINES, min_size=1, max_size=3), max_size=6)


def fed(data: bytes, places: list[int]) -> list[bytes]:
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
    company = st.sampled_from(["", f": ping{end}", f"event: x{end}", f"id: 1{end}retry: 5{end}", f"data-like{end}"])
    written = "".join(
        data.draw(company)
        # A space that belongs to the line must not be taken for the one after the colon.
        + "".join(f"data:{space if not line.startswith(' ') else ' '}{line}{end}" for line in lines)
        + end
        for lines in events
    )
    assert fed(written.encode(), places) == ["\n".join(lines).encode() for lines in events]


@given(st.binary(), st.lists(st.integers(0, 10_000)))
def test_any_bytes_give_the_same_in_any_cutting(data: bytes, places: list[int]) -> None:
    assert fed(data, places) == fed(data, [])


@given(EVENTS, st.integers(0, 10_000))
def test_what_is_cut_gives_a_beginning(events: list[list[str]], length: int) -> None:
    whole = "".join("".join(f"data: {line}\n" for line in lines) + "\n" for lines in events).encode()
    found = fed(whole[: length % (len(whole) + 1)], [])
    assert found == fed(whole, [])[: len(found)]


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert fed(b"\xef\xbb\xbfdata: x\n\n", [1, 2]) == [b"x"]


@pytest.mark.parametrize("piece", [b"data: xxxxxxx\n", b"xxxxxxx"])
def test_an_event_without_an_end_is_not_kept_for_ever(piece: bytes) -> None:
    sse = Sse(longest=1_000)

    def feed_on() -> None:
        for _ in range(1_000):
            sse.feed(piece)

    with pytest.raises(EventTooLong):
        feed_on()
