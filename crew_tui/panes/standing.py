"""What the first line says on every screen: where one is, how all runs stand, whether what is shown is true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from crew_core.model.spent import Spent
from crew_core.model.status import RunStatus
from crew_core.observe.slices import LinkSlice, RunsSlice
from crew_core.ops.usage import by_day
from crew_tui.grouping import Group, group_of


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Runs that are active, that need the person, that failed; what all have used on each day (UTC)."""

    active: int = 0
    needs_you: int = 0
    failed: int = 0
    used: Mapping[str, Spent] = field(default_factory=dict)


def counts_of(runs: RunsSlice) -> RunCounts:
    """Counted once for each slice: there may be thousands of runs."""
    groups = Counter(map(group_of, runs.rows))
    failed = sum(row.status is RunStatus.FAILED for row in runs.rows)
    return RunCounts(groups[Group.ACTIVE], groups[Group.NEEDS_YOU], failed, by_day(runs.rows))


@dataclass(frozen=True, slots=True)
class Standing:
    """``link`` None: nothing was heard of it yet. ``unread``: alerts that nobody has read."""

    crumbs: tuple[str, ...]
    counts: RunCounts = RunCounts()
    link: LinkSlice | None = None
    unread: int = 0
