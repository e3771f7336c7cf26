"""What became of runs while nobody looked: how they stood when the person left, compared with how they stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from crew_core.observe.alert_conditions import Key, Standing, in_row, over
from crew_core.observe.slices import RunRow
from crew_core.store.clock import parse_iso

#: Runs of one directory that are remembered as not over. Of more, the newest.
REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Left:
    """One directory of runs as somebody has left it. ``at``: when that was.

    ``open``: by the names of the runs that were not over, what each of them needed the person for; empty: nothing.
    """

    at: datetime
    open: Mapping[str, str] = field(default_factory=dict)


def left(rows: Iterable[RunRow], at: datetime, roots: Iterable[Path] = ()) -> dict[Path, Left]:
    """By directory of runs. ``roots``: those that were looked at, also when they have none."""
    found: dict[Path, dict[str, str]] = {root: {} for root in roots}
    for row in rows:
        there = found.setdefault(row.path.parent, {})
        if row.status is not None and not over(row) and len(there) < REMEMBERED:
            there[row.path.name] = _needed(row)
    return {path: Left(at, there) for path, there in found.items()}


def happened(rows: Iterable[RunRow], before: Mapping[Path, Left]) -> tuple[tuple[RunRow, Standing], ...]:
    """What ended, and what began to need the person. Of a directory that nobody has left nothing is news."""
    return tuple(
        (row, standing)
        for row in rows
        if row.status is not None and (then := before.get(row.path.parent)) is not None
        for standing in in_row(row)
        if (_ended_since(row, then) if over(row) else _needs_since(row, standing, then))
    )


def _ended_since(row: RunRow, then: Left) -> bool:
    """Of a foreign run the moment of the end may be written anew: that it was not over before is certain."""
    if row.path.name in then.open or after(row.created_at, then.at):
        return True
    return not row.foreign and after(row.finished_at or "", then.at)


def _needs_since(row: RunRow, standing: Standing, then: Left) -> bool:
    return standing.needs_you and then.open.get(row.path.name, "") != _words(standing.key)


def _needed(row: RunRow) -> str:
    return next((_words(each.key) for each in in_row(row) if each.needs_you), "")


def _words(key: Key) -> str:
    return f"{key.condition.value} {key.about}".strip()


def after(moment: str, at: datetime) -> bool:
    """Whether a moment from disk is later. One that cannot be read is not."""
    try:
        return parse_iso(moment) > at
    except ValueError:
        return False
