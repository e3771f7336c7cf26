"""Times of day in the form that is wished for: always eight cells, and the same however long one looks."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest

from crew_tui.quantities import moment
from crew_tui.times import time_words, zone_for

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
