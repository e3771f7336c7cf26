"""Which runs stand together in the list: those that need the person, those at work, those of each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from crew_core.observe.slices import Liveness, RunRow


class Group(StrEnum):
    NEEDS_YOU = "NEEDS YOU"
    ACTIVE = "ACTIVE"
    RECENT = "RECENT"


GROUPS = tuple(Group)


def group_of(row: RunRow) -> Group:
    if row.needs_you or row.live is Liveness.INTERRUPTED:
        return Group.NEEDS_YOU
    if row.status is not None and not row.status.ended:
        return Group.ACTIVE
    return Group.RECENT


@dataclass(frozen=True, slots=True)
class Days:
    """When today and yesterday began, in seconds of the epoch."""

    today: float
    yesterday: float


def days_of(now: datetime, zone: tzinfo | None) -> Days:
    """The days of a person in `zone` (None: the local one)."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return Days(midnight.timestamp(), (midnight - timedelta(days=1)).timestamp())
