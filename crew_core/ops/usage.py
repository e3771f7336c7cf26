"""What the agents of runs have used: by task, role, model and day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from crew_core.model.snapshots import day_of
from crew_core.model.spent import NOTHING, Spent
from crew_core.model.state import Attempt, Task
from crew_core.observe.slices import RunRow


@dataclass(frozen=True, slots=True)
class RunUse:
    """Sums over all attempts, also those that failed. A model that no program named is an empty name; days are UTC."""

    total: Spent = NOTHING
    by_task: Mapping[str, Spent] = field(default_factory=dict)
    by_role: Mapping[str, Spent] = field(default_factory=dict)
    by_model: Mapping[str, Spent] = field(default_factory=dict)
    by_day: Mapping[str, Spent] = field(default_factory=dict)


def use_of(tasks: Iterable[Task]) -> RunUse:
    parts = [(task, attempt, used) for task in tasks for attempt in task.attempts if (used := attempt.used).attempts]

    def by(name: Callable[[Task, Attempt], str]) -> dict[str, Spent]:
        sums: dict[str, Spent] = {}
        for task, attempt, used in parts:
            key = name(task, attempt)
            sums[key] = sums.get(key, NOTHING) + used
        return sums

    return RunUse(
        total=by(lambda task, attempt: "").get("", NOTHING),
        by_task=by(lambda task, attempt: task.id),
        by_role=by(lambda task, attempt: task.role),
        by_model=by(lambda task, attempt: attempt.model or ""),
        by_day=by(lambda task, attempt: day_of(attempt)),
    )


@dataclass(frozen=True, slots=True)
class DayUse:
    """Of one day (UTC): what was used, in how many runs."""

    day: str
    spent: Spent
    runs: int


def today(rows: Iterable[RunRow], now: datetime) -> DayUse:
    """What runs have used today; of those that other programs write, nothing is known here."""
    day = now.astimezone(UTC).date().isoformat()
    parts = [row.spent_by_day[day] for row in rows if day in row.spent_by_day]
    spent = NOTHING
    for part in parts:
        spent += part
    return DayUse(day, spent, len(parts))


def by_day(rows: Iterable[RunRow]) -> dict[str, Spent]:
    """What runs have used on each day, the newest first."""
    sums: dict[str, Spent] = {}
    for row in rows:
        for day, part in row.spent_by_day.items():
            sums[day] = sums.get(day, NOTHING) + part
    return dict(sorted(sums.items(), reverse=True))


def record(spent: Spent) -> dict[str, object]:
    """As ``--json`` has it: ``tokens`` and ``cost`` (US dollars) are null when nothing is known.

    ``…AtLeast``: more was used than is known. ``costPriced``: (also) from a price table, not only as reported.
    """
    return {
        "attempts": spent.attempts,
        "tokens": spent.tokens if spent.attempts else None,
        "tokensAtLeast": spent.tokens_unknown > 0,
        "input": spent.input,
        "output": spent.output,
        "cacheRead": spent.cache_read,
        "cacheWrite": spent.cache_write,
        "cost": spent.cost if spent.attempts else None,
        "costAtLeast": spent.cost_unknown > 0,
        "costPriced": spent.priced > 0,
    }


def record_of_run(use: RunUse) -> dict[str, object]:
    """The same for a whole run."""
    groups = {"byTask": use.by_task, "byRole": use.by_role, "byModel": use.by_model, "byDay": use.by_day}
    sums = {name: {key: record(spent) for key, spent in group.items()} for name, group in groups.items()}
    return {"total": record(use.total), **sums}
