"""How long a run was worked on: by the clock that it keeps itself, which stands still while nobody works on it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from crew_tui.quantities import elapsed, moment


class Clocked(Protocol):
    """A run, or its row in the list. `clock_since` None: the clock stands, or it keeps none."""

    @property
    def clock_spent_s(self) -> float: ...

    @property
    def clock_since(self) -> str | None: ...

    @property
    def updated_at(self) -> str: ...


def run_worked_s(of: Clocked, begun: str | None, ended: str | None, known: datetime, *, live: bool) -> float | None:
    """Seconds up to `known`; of a run that is not `live` the clock stopped when something was recorded last.

    Of one that keeps no clock, or has not begun, those since `begun`. None if unknown.
    """
    if of.clock_since is None:
        return of.clock_spent_s or elapsed(begun, ended, known)
    stopped = None if live else moment(of.updated_at)
    since = elapsed(of.clock_since, None, stopped or known)
    return None if since is None else of.clock_spent_s + since
