"""A text of any length in fixed memory: its beginning, its end, and the truth about what lies between."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.head_and_tail import HeadAndTail

PIECES = st.lists(st.binary(max_size=200), max_size=20)
ROOMS = st.integers(0, 300)


def kept(room: int, pieces: list[bytes]) -> HeadAndTail:
    text = HeadAndTail(room)
    for piece in pieces:
        text.add(piece)
    return text


@given(ROOMS, PIECES)
def test_its_size_is_that_of_all_that_came(room: int, pieces: list[bytes]) -> None:
    assert kept(room, pieces).size == sum(map(len, pieces))


@given(ROOMS, PIECES)
def test_what_fits_is_kept_whole(room: int, pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    if len(whole) <= room:
        assert kept(room, pieces).text() == whole


@given(ROOMS, PIECES)
def test_what_does_not_fit_says_how_much_is_left_out(room: int, pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    room = max(2, room)
    if len(whole) <= room:
        return
    head, tail = whole[: room // 2], whole[-(room - room // 2) :]
    mark = f"\n… {len(whole) - room} bytes left out …\n".encode()
    assert kept(room, pieces).text() == head + mark + tail


@given(ROOMS, PIECES)
def test_the_cutting_does_not_matter(room: int, pieces: list[bytes]) -> None:
    assert kept(room, pieces).text() == kept(room, [b"".join(pieces)]).text()


@given(ROOMS, PIECES)
def test_to_look_changes_nothing(room: int, pieces: list[bytes]) -> None:
    text = kept(room, pieces)
    assert text.text() == text.text()


def test_its_memory_is_fixed() -> None:
    text = HeadAndTail(1000)
    for _ in range(1000):
        text.add(b"x" * 5000)
        assert len(text._head) + len(text._tail) <= 2000
    assert re.search(rb"4999000 bytes left out", text.text())
