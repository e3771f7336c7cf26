"""The table of measures: a row as soon as it is taken, so that what fails later takes none away."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass, field
from typing import TextIO

from bench import baseline
from bench.measure import Bench, Judged, Measure


@dataclass
class Table:
    """``fill`` runs a bench; ``measures`` are those that were taken. ``recorded`` is what they are judged by."""

    recorded: dict[str, dict[str, float]]
    out: TextIO
    measures: list[Measure] = field(default_factory=list)
    #: Measures that are worse than they may be, and benches that did not come to their end.
    worse: int = 0
    failed: int = 0

    def fill(self, name: str, bench: Bench) -> None:
        """A row for each measure; a bench that raises has a row that says so, and its traceback on standard error."""
        try:
            for measure in bench():
                self._add(measure)
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self.failed += 1
            said = " ".join(f"{type(error).__name__}: {error}".split())
            self._row(f"{name:<44}{'failed':>10}  {said[:200]}")

    def _add(self, measure: Measure) -> None:
        self.measures.append(measure)
        said = baseline.verdict(measure, self.recorded)
        self.worse += bool(said)
        known = self.recorded.get(measure.name)
        before = f"{known['value']:10.3f}" if known else " " * 9 + "–"
        judged = "" if measure.judged is Judged.REPORT else str(measure.judged)
        taken = f"{measure.name:<44}{measure.value:10.3f} {measure.unit:<4}"
        remarks = [measure.note, _of_its_budget(measure), said]
        self._row(f"{taken}{before}  {judged:<6} {', '.join(filter(None, remarks))}")

    def _row(self, row: str) -> None:
        self.out.write(row.rstrip() + "\n")
        self.out.flush()


def _of_its_budget(measure: Measure) -> str:
    if measure.budget is None:
        return ""
    if not measure.over_budget:
        return f"within its budget of {measure.budget:g} {measure.unit}"
    over = f", {measure.value / measure.budget - 1:.0%} more" if measure.budget else ""
    return f"OVER ITS BUDGET of {measure.budget:g} {measure.unit}{over}"
