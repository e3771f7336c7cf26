"""Times of day as the person wants them: of this machine, of UTC, or since the beginning of the run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from enum import StrEnum

from crew_tui.quantities import UNKNOWN, moment, running_for, time_of_day

_CELLS = 8

_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


class TimeForm(StrEnum):
    """`ui.time`."""

    LOCAL = "local"
    UTC = "utc"
    RELATIVE = "relative"


def zone_for(form: str) -> tzinfo | None:
    """None is the zone of this machine."""
    return UTC if form == TimeForm.UTC else None


def time_words(text: str | None, zone: tzinfo | None, since: datetime | None) -> str:
    """`14:02:31`, or ` +1m12s` after `since`: eight cells that never change, however long one looks at them."""
    if since is None:
        return time_of_day(text, zone)
    at = moment(text)
    if at is None:
        return f"{UNKNOWN:>{_CELLS}}"
    seconds = (at - since).total_seconds()
    told = f"{'-' if seconds < 0 else '+'}{running_for(abs(seconds))}"
    return f"{told:>{_CELLS}}"


def day_words(text: str | None, zone: tzinfo | None, since: datetime | None) -> str:
    """The date of a moment whose time `time_words` tells; empty where it needs none, or nobody knows it."""
    at = moment(text) if since is None else None
    return f"{at.astimezone(zone):%Y-%m-%d}" if at else ""


def with_times(text: str, zone: tzinfo | None, now: datetime) -> str:
    """The text with each moment in it as a time of day, and the date where that is another day."""

    def told(found: re.Match[str]) -> str:
        at = moment(found[0])
        if at is None:
            return found[0]
        day = at.astimezone(zone).date()
        words = time_of_day(found[0], zone)
        return words if day == now.astimezone(zone).date() else f"{day} {words}"

    return _MOMENT.sub(told, text)
