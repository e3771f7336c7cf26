"""In which order runs stand within their groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness, RunRow
from crew_tui.glyphs import Glyphs
from crew_tui.quantities import moment
from crew_tui.run_clock import run_worked_s
from crew_tui.spent_words import cost_of_run


class SortBy(StrEnum):
    """What is compared, in the order in which a person goes through them."""

    UPDATED = "updated"
    CREATED = "created"
    STATUS = "status"
    TEAM = "team"
    COST = "cost"
    DURATION = "duration"


_CYCLE = tuple(SortBy)

#: These begin with the greatest: the newest, the dearest, the longest.
_GREATEST_FIRST = frozenset({SortBy.UPDATED, SortBy.CREATED, SortBy.COST, SortBy.DURATION})

_TURNED = " turned"

#: What a person has to look into comes first.
_STATUS_RANKS = {
    RunStatus.BLOCKED: 1,
    RunStatus.RUNNING: 2,
    RunStatus.QUEUED: 5,
    RunStatus.FAILED: 6,
    RunStatus.COMPLETED: 7,
    RunStatus.CANCELLED: 8,
}
_INTERRUPTED_RANK = 0
_DOUBTED_RANK = 4
_UNKNOWN_RANK = 10

#: What still runs stands with the longest; far above every duration in seconds.
_RUNNING_STILL = 1e12

#: What is at work was changed just now, and later than all that is not; far above every moment in seconds.
_AT_WORK = 1e11

#: One part of a row's rank. Of one sort all are of the same type.
Rank = float | str | tuple[int, ...]

#: The moment in pi-crew's and our run ids: `team_20260515140000_…`, UTC.
_STAMP_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Sort:
    by: SortBy = SortBy.UPDATED
    turned: bool = False

    def next(self) -> Sort:
        """By the next thing, in its natural direction."""
        return Sort(_CYCLE[(_CYCLE.index(self.by) + 1) % len(_CYCLE)])

    def turn(self) -> Sort:
        return replace(self, turned=not self.turned)

    def words(self, glyphs: Glyphs) -> str:
        """As it stands in a border: the arrow points down when the greatest is first."""
        descending = (self.by in _GREATEST_FIRST) is not self.turned
        natural = "" if self.by not in _GREATEST_FIRST and not self.turned else " "
        return f"{self.by.value}{natural}{(glyphs.down if descending else glyphs.up) if natural else ''}"

    def __str__(self) -> str:
        return self.by.value + (_TURNED if self.turned else "")

    @classmethod
    def from_text(cls, text: str) -> Sort:
        """What `str` made; anything else is the default order."""
        name = text.removesuffix(_TURNED)
        return cls(SortBy(name), name != text) if name in _CYCLE else cls()

    @property
    def timed(self) -> bool:
        """By a moment, so that the runs of one day stand together."""
        return self.by in (SortBy.UPDATED, SortBy.CREATED)

    def ranking(self) -> Callable[[RunRow], Rank]:
        """From a row to its rank: rows stand by rank, the least first."""
        measure = _MEASURES.get(self.by)
        if measure is None:
            return _team_backwards if self.turned else _team
        sign = -1 if (self.by in _GREATEST_FIRST) is not self.turned else 1
        return lambda row: sign * measure(row)


def updated(row: RunRow) -> float:
    """When something last happened to it, in seconds of the epoch; 0 if unknown.

    To what is at work something happens all the time: such runs keep the order in which they began, or else the row
    under the cursor's neighbour would be another one at each key.
    """
    if row.live is Liveness.LIVE and not row.needs_you:
        return _AT_WORK + created(row)
    at = moment(row.updated_at)
    return at.timestamp() if at else created(row)


def created(row: RunRow) -> float:
    """When it began. Before its files are read, its id tells; 0 if unknown."""
    at = moment(row.created_at) or _in_name(row.run_id)
    return at.timestamp() if at else 0.0


def _in_name(run_id: str) -> datetime | None:
    stamp = next((part for part in run_id.split("_") if len(part) == _STAMP_DIGITS and part.isdecimal()), "")
    return moment(f"{stamp[:8]}T{stamp[8:]}+00:00") if stamp else None


def _duration(row: RunRow) -> float:
    # Of one that nobody works on, nothing goes on: it took until something happened in it last.
    ended = moment(row.finished_at) or (None if row.live is Liveness.LIVE else moment(row.updated_at))
    if ended is not None:
        return run_worked_s(row, row.created_at, row.finished_at, ended, live=False) or 0.0
    begun = moment(row.clock_since or row.created_at)
    return _RUNNING_STILL - begun.timestamp() + row.clock_spent_s if begun else 0.0


def _cost(row: RunRow) -> float:
    return cost_of_run(row) or 0.0


def _status_rank(row: RunRow) -> float:
    if row.live is Liveness.INTERRUPTED:
        return _INTERRUPTED_RANK
    if row.doubt:
        return _DOUBTED_RANK
    return _UNKNOWN_RANK if row.status is None else _STATUS_RANKS[row.status]


def _team(row: RunRow) -> str:
    return f"{row.team.casefold()} {row.workflow.casefold()}"


def _team_backwards(row: RunRow) -> tuple[int, ...]:
    return _backwards(_team(row))


def _backwards(text: str) -> tuple[int, ...]:
    """Compares the other way round than `text` does; the end of a text is greater than any letter."""
    return (*(-ord(char) for char in text), 1)


_MEASURES: dict[SortBy, Callable[[RunRow], float]] = {
    SortBy.UPDATED: updated,
    SortBy.CREATED: created,
    SortBy.STATUS: _status_rank,
    SortBy.COST: _cost,
    SortBy.DURATION: _duration,
}
