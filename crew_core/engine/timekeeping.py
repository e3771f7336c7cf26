"""The run's clock: its deadline, and the process it is tied to."""

from __future__ import annotations

from collections.abc import Callable

from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.model.attempt import StopRequest
from crew_core.model.status import StopCode, StopVerb
from crew_core.store.clock import iso, parse_iso
from crew_core.store.identity import Relation

#: How often the tether's process is looked for.
TETHER_LOOK_S = 1.0


class Timekeeping:
    """Asks for the end of a run whose time is up or whose tether is gone."""

    def __init__(self, seams: Seams, ledger: Ledger) -> None:
        self._seams = seams
        self._ledger = ledger

    def clock_spent(self, at: str | None = None) -> float:
        """Seconds that the run has been worked on until ``at`` (ISO 8601; default now)."""
        run = self._ledger.run
        if run.clock_since is None:
            return run.clock_spent_s
        until = parse_iso(at) if at else self._seams.clock.now()
        return run.clock_spent_s + max(0.0, (until - parse_iso(run.clock_since)).total_seconds())

    def check(self, stop_run: Callable[[StopRequest], None]) -> float:
        """Stop the run if it has to be. Returns in how many seconds to check again."""
        run = self._ledger.run
        if run.stop is not None:
            return TETHER_LOOK_S
        over = self.over()
        if over is not None:
            code, reason = over
            stop_run(StopRequest(verb=StopVerb.STOP, code=code, reason=reason, at=iso(self._seams.clock.now())))
        wait = 60.0 if run.tether is None else TETHER_LOOK_S
        return wait if run.deadline_minutes is None else min(wait, max(0.0, self._left_s(run.deadline_minutes)))

    def over(self) -> tuple[StopCode, str] | None:
        """Why the run may not be worked on any more, in words as well; None: it may."""
        run = self._ledger.run
        if run.tether is not None and self._seams.identities.relation(run.tether) is not Relation.ALIVE:
            return StopCode.TETHER_GONE, "the process that it was tied to has ended"
        if run.deadline_minutes is not None and self._left_s(run.deadline_minutes) <= 0:
            return StopCode.RUN_DEADLINE, f"its {run.deadline_minutes:g} minutes are over"
        return None

    def _left_s(self, minutes: float) -> float:
        return minutes * 60 - self.clock_spent()
