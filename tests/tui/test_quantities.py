"""Numbers have one form and a width that columns can count on."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_tui.quantities import age, count, duration, elapsed, moment, running_for, time_of_day
from tests.tui.builders import NOW, ago


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.812, "812ms"),
        (8.19, "8.1s"),
        (9.999, "9.9s"),
        (41, "41s"),
        (121, "2m01s"),
        (3599.9, "59m59s"),
        (3840, "1h04m"),
        (7264, "2h01m"),
        (90_000, "1d01h"),
        (None, "–"),
    ],
)
def test_a_duration_has_two_units_at_most(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@given(st.floats(0, 1e7))
def test_every_quantity_fits_its_column(seconds: float) -> None:
    assert len(duration(seconds)) <= 6
    assert len(running_for(seconds)) <= 6
    assert len(age(seconds)) <= 4


@given(st.integers(0, 10**9))
def test_a_count_has_at_most_five_cells(number: int) -> None:
    assert len(count(number)) <= 5


def test_counts_are_rounded_down() -> None:
    assert [count(n) for n in (812, 1299, 84_900, 1_290_000)] == ["812", "1.2k", "84k", "1.2M"]


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-05-15T10:00:00", "0026-01-01T00:00:00Z"])
def test_a_moment_that_cannot_be_true_is_unknown(text: str | None) -> None:
    assert moment(text) is None
    assert elapsed(text, None, NOW) is None
    assert time_of_day(text, UTC).strip() == "–"


def test_a_clock_that_goes_backwards_gives_zero() -> None:
    assert elapsed(ago(-50), None, NOW) == 0
    assert elapsed(ago(5), ago(10), NOW) == 0
