"""Times of day in the form that is wished for: always eight cells, and the same however long one looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from crew_tui.quantities import moment
from crew_tui.times import time_words, with_times, zone_for

BEGUN = "2026-05-15T14:00:00Z"


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-05-15T14:00:00Z", "     +0s"),
        ("2026-05-15T14:01:12Z", "  +1m12s"),
        ("2026-05-15T15:04:00Z", "  +1h04m"),
        ("2026-05-17T15:04:00Z", "  +2d01h"),
        ("2026-05-15T13:59:58Z", "     -2s"),
        ("yesterday", "       –"),
        (None, "       –"),
    ],
)
def test_relative_is_since_the_beginning(at: str | None, told: str) -> None:
    assert time_words(at, UTC, moment(BEGUN)) == told
    assert len(told) == 8


def test_without_a_beginning_it_is_the_time_of_day() -> None:
    assert time_words(BEGUN, UTC, None) == "14:00:00"
    assert time_words(BEGUN, timezone(timedelta(hours=2)), None) == "16:00:00"


def test_utc_is_a_zone_and_all_else_the_machines_own() -> None:
    assert zone_for("utc") is UTC
    assert zone_for("local") is zone_for("relative") is None


def test_moments_in_a_text_are_times_of_this_day_or_tell_their_own() -> None:
    now = datetime(2026, 5, 15, 14, 3, tzinfo=UTC)
    said = "held since 2026-05-15T14:00:02.776Z, before that 2026-05-14T09:00:00Z; not 2026-99-99T00:00:00Z"
    assert (
        with_times(said, UTC, now) == "held since 14:00:02, before that 2026-05-14 09:00:00; not 2026-99-99T00:00:00Z"
    )
