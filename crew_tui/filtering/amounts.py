"""Numbers and times as a person types them: `3`, `10k`, `90s`, `1h30m`."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)([kM]?)")
_TIMES = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhdw]))+")
_TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhdw])")

_THOUSANDS = {"": 1, "k": 1000, "M": 1_000_000}
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def number(text: str) -> float | None:
    found = _NUMBER.fullmatch(text)
    return float(found[1]) * _THOUSANDS[found[2]] if found else None


def seconds(text: str) -> float | None:
    """A time in seconds; None if it has no unit or an unknown one."""
    if not _TIMES.fullmatch(text):
        return None
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _TIME.findall(text))
