"""Runs that are not over or ended a moment ago, with their tasks: what a glance from outside of the dashboard shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crew_core.model.state import Task
from crew_core.observe.alert_conditions import over
from crew_core.observe.run_source import Known, RunSource, source_of
from crew_core.observe.slices import Liveness, RunRow
from crew_core.observe.watcher import EVERYTHING

#: A run that has ended is shown for as long as its end can still be called news.
RECENT_S = 600.0


@dataclass(frozen=True, slots=True)
class RunAtWork:
    """A run with what its tasks do. Of one that nobody works on the tasks are not read."""

    row: RunRow
    tasks: tuple[Task, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Read:
    source: RunSource
    known: Known
    shown: RunAtWork


class RunsAtWork:
    """Reads those runs, incrementally. Owned by one thread."""

    def __init__(self) -> None:
        self._reads: dict[Path, _Read] = {}
        self._last: tuple[RunAtWork, ...] = ()

    def read(self, rows: Sequence[RunRow], now: datetime) -> tuple[RunAtWork, ...]:
        """Of the listed runs those that matter, in their order; the same objects while nothing changed."""
        since = _since(now)
        shown = tuple(self._run(row) for row in rows if not over(row) or _ended_after(row, since))
        for path in self._reads.keys() - {each.row.path for each in shown}:
            del self._reads[path]
        if len(shown) != len(self._last) or any(a is not b for a, b in zip(shown, self._last, strict=True)):
            self._last = shown
        return self._last

    def _run(self, row: RunRow) -> RunAtWork:
        read = self._reads.get(row.path)
        if read is None:
            source = source_of(row.path)
            read = self._reads[row.path] = _Read(source, source.read(EVERYTHING), RunAtWork(row))
        elif row.live is Liveness.LIVE or row is not read.shown.row:
            read.known = read.source.read(EVERYTHING)
        known, before = read.known, read.shown
        same = (before.row, before.tasks, before.reasons) == (row, known.tasks, known.reasons)
        if not same:
            read.shown = RunAtWork(row, known.tasks, known.reasons)
        return read.shown


def _since(now: datetime) -> str:
    """What ended later is recent. Moments on disk are in UTC and in one form: they compare as they are."""
    return (now - timedelta(seconds=RECENT_S)).astimezone(UTC).isoformat(timespec="seconds")[:19]


def _ended_after(row: RunRow, since: str) -> bool:
    return row.finished_at is not None and row.finished_at[:19] >= since
