"""Moments as they stand on disk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.store.clock import SystemClock, iso, parse_iso
from tests.seams.manual_clock import ManualClock


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    moment = datetime(2026, 5, 15, 18, 23, 31, 821_999, tzinfo=timezone(timedelta(hours=2)))
    assert iso(moment) == "2026-05-15T16:23:31.821Z"


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_disk_to_the_millisecond(moment: datetime) -> None:
    assert parse_iso(iso(moment)) == moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        iso(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError):
        parse_iso("2026-01-01T00:00:00")


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "soon", ""])
def test_what_is_no_moment_of_ours_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError):
        parse_iso(text)


def test_the_system_clock_knows_its_zone_and_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_a_manual_clock_moves_only_when_turned() -> None:
    clock = ManualClock()
    before, start = clock.now(), clock.monotonic()
    clock.advance(1.5)
    assert (clock.now() - before).total_seconds() == clock.monotonic() - start == 1.5
