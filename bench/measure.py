"""What a measure is: a name, a value, and how it is judged."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Judged(StrEnum):
    """``ratio`` and ``count`` fail the bench when they get worse than the noise allows; ``report`` never does."""

    RATIO = "ratio"
    COUNT = "count"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Measure:
    """One line of the table. Lower is better unless ``higher_is_better``.

    ``samples`` are repetitions within this run: their spread is the noise that a regression has to exceed.
    """

    name: str
    samples: tuple[float, ...]
    unit: str
    judged: Judged
    higher_is_better: bool = False
    note: str = ""
    #: A count may never exceed this, whatever the baseline says.
    at_most: float | None = None
    #: In ``unit``. What it should not exceed on the machine of the design: said in the table, failed by nothing,
    #: since another machine is another time.
    budget: float | None = None

    @property
    def value(self) -> float:
        return statistics.median(self.samples)

    @property
    def over_budget(self) -> bool:
        return self.budget is not None and self.value > self.budget

    @property
    def noise(self) -> float:
        """Half the spread of the middle of the samples, relative to the median."""
        if len(self.samples) < 3 or self.value == 0:
            return 0.0
        ordered = sorted(self.samples)
        low, high = ordered[len(ordered) // 4], ordered[-1 - len(ordered) // 4]
        return (high - low) / 2 / abs(self.value)


#: One that takes several measures yields each as it has it: what fails later takes none away.
Bench = Callable[[], Iterable[Measure]]


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which ``share`` (0 to 1) of all lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
