"""Places in a list of entries of several rows: the same as in one list of all rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crew_tui.widgets.spots import Spot, above, below, from_top, last_top

HEIGHTS = st.lists(st.integers(1, 6), min_size=1, max_size=12)


def all_rows(heights: list[int]) -> list[Spot]:
    return [Spot(entry, row) for entry, tall in enumerate(heights) for row in range(tall)]


@given(HEIGHTS, st.data())
def test_steps_are_those_in_a_list_of_all_rows(heights, data):
    rows = all_rows(heights)
    at = data.draw(st.integers(0, len(rows) - 1))
    by = data.draw(st.integers(0, 40))
    assert below(rows[at], by, len(heights), heights.__getitem__) == rows[min(at + by, len(rows) - 1)]
    assert above(rows[at], by, heights.__getitem__) == rows[max(0, at - by)]


@given(HEIGHTS, st.integers(1, 20), st.data())
def test_a_page_is_the_rows_from_its_top_on(heights, page, data):
    rows = all_rows(heights)
    at = data.draw(st.integers(0, len(rows) - 1))
    assert from_top(rows[at], page, len(heights), heights.__getitem__) == rows[at : at + page]
    assert last_top(page, len(heights), heights.__getitem__) == rows[max(0, len(rows) - page)]


def test_a_list_of_nothing_has_a_top():
    assert last_top(5, 0, lambda entry: 1) == (0, 0)
