"""Durations, ages, counts and times of day as they stand on screen: one form each, everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

UNKNOWN = "–"

#: A moment outside is a broken clock or a wrong unit, not something that happened.
_FIRST_YEAR, _LAST_YEAR = 2020, 2100

#: The age of what is not a minute old.
JUST = "now"


def moment(text: str | None) -> datetime | None:
    """An ISO 8601 moment from disk, in UTC; None if it is missing, has no zone or cannot be true."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        return None
    return at.astimezone(UTC)


def elapsed(start: str | None, end: str | None, now: datetime) -> float | None:
    """Seconds from `start` to `end` (to `now` while there is no end), never below zero; None if unknown."""
    begun = moment(start)
    stopped = moment(end) if end else now
    if begun is None or stopped is None:
        return None
    return max(0.0, (stopped - begun).total_seconds())


def duration(seconds: float | None) -> str:
    """`812ms` · `8.1s` · `41s` · `2m01s` · `1h04m` · `3d02h`; at most six cells."""
    if seconds is None:
        return UNKNOWN
    if seconds < 1:
        return f"{int(seconds * 1000)}ms"
    if seconds < 10:
        return f"{int(seconds * 10) / 10:.1f}s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60:02}s"
    if whole < 86_400:
        return f"{whole // 3600}h{whole % 3600 // 60:02}m"
    days = whole // 86_400
    return f"{days}d{whole % 86_400 // 3600:02}h" if days < 100 else f"{days}d"


def running_for(seconds: float | None) -> str:
    """Like `duration`, in the whole seconds in which a thing that still runs is watched."""
    return UNKNOWN if seconds is None else duration(int(seconds)) if seconds >= 10 else f"{int(seconds)}s"


def age(seconds: float | None) -> str:
    """`now` · `12m` · `3h` · `9d`: how long ago, no finer than a minute; at most four cells."""
    if seconds is None:
        return UNKNOWN
    minutes = int(seconds) // 60
    if minutes < 1:
        return JUST
    if minutes < 60:
        return f"{minutes}m"
    if minutes < 24 * 60:
        return f"{minutes // 60}h"
    return f"{min(minutes // (24 * 60), 999)}d"


def count(number: int) -> str:
    """`812` · `1.2k` · `84k` · `1.2M`; at most five cells."""
    if number < 1000:
        return str(number)
    if number < 10_000:
        return f"{number // 100 / 10:.1f}k"
    if number < 1_000_000:
        return f"{number // 1000}k"
    if number < 10_000_000:
        return f"{number // 100_000 / 10:.1f}M"
    return f"{number // 1_000_000}M"


def dollars(amount: float) -> str:
    """`$0.31`; what is less than a cent is no nothing: `$0.0042`."""
    return f"${amount:.4f}" if 0 < amount < 0.01 else f"${amount:,.2f}"


def time_of_day(text: str | None, zone: tzinfo | None) -> str:
    """`HH:MM:SS` in `zone` (None: the local one), or eight cells that say that it is not known."""
    at = moment(text)
    return f"{at.astimezone(zone):%H:%M:%S}" if at else f"{UNKNOWN:<8}"


def plural(number: int, noun: str) -> str:
    """`1 task`, `2 tasks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
