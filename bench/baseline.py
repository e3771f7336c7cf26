"""The recorded baseline, and what counts as worse than it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bench.measure import Judged, Measure

PATH = Path(__file__).with_name("baseline.json")

#: Even where repetitions agree, another machine's scheduler differs by this much.
LEAST_NOISE = 0.25

#: What varies more than this, then or now, is worse all the same: else a row that was recorded on a restless machine
#: would let everything pass.
MOST_NOISE = 0.5


def read() -> dict[str, dict[str, float]]:
    """name → {value, noise}; empty when none is recorded."""
    if not PATH.exists():
        return {}
    recorded: dict[str, dict[str, float]] = json.loads(PATH.read_text())["measures"]
    return recorded


def write(measures: Iterable[Measure], machine: dict[str, object]) -> None:
    """Record a new baseline; the commit that does this says why."""
    record = {
        "machine": machine,
        "measures": {
            m.name: {"value": round(m.value, 4), "noise": round(m.noise, 4)}
            for m in measures
            if m.judged is not Judged.REPORT
        },
    }
    PATH.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")


def verdict(measure: Measure, recorded: dict[str, dict[str, float]]) -> str:
    """Empty when all is well, else what is worse than it may be."""
    if measure.judged is Judged.REPORT:
        return ""
    if measure.at_most is not None and measure.value > measure.at_most:
        return f"more than {measure.at_most:g}"
    known = recorded.get(measure.name)
    if known is None:
        return ""
    allowed = min(MOST_NOISE, max(LEAST_NOISE, 2 * known["noise"], 2 * measure.noise))
    if measure.higher_is_better:
        worse = measure.value < known["value"] / (1 + allowed)
    else:
        worse = measure.value > known["value"] * (1 + allowed) + (0.5 if measure.judged is Judged.COUNT else 0.0)
    return f"worse than {known['value']:g} by more than {allowed:.0%}" if worse else ""
