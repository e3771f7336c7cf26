"""Which phases of the plan are folded, run by run: only those that the person has folded."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

from crew_core.observe.tab_slices import PlanPhase

#: Before it stands what no id of a task begins with: a phase is never taken for a task.
_OF_A_PHASE = "\0phase "


def key_of(phase: PlanPhase) -> str:
    """The key of its line. The same as long as it is the same phase, whatever is added to it."""
    return _OF_A_PHASE + (phase.id or phase.name)


class PlanFolding:
    """Kept for the session: who comes back to a run finds its plan as it was left."""

    def __init__(self) -> None:
        self._folded: dict[Path | None, set[str]] = {}

    def folded(self, run: Path | None) -> Set[str]:
        """The keys of the folded phases of a run."""
        return self._folded.get(run, frozenset())

    def turn(self, run: Path | None, key: str) -> None:
        """Fold it, or unfold it."""
        self._folded.setdefault(run, set()).symmetric_difference_update({key})
