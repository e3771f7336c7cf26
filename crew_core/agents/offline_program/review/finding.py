"""A finding of a review: which rule, where, how severe, and why in one line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """The order in which findings are told."""

    HIGH = 1
    MEDIUM = 2
    LOW = 3


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Never has the line of code itself: it may hold a secret. ``end_line`` is where what it is about ends."""

    severity: Severity
    path: str
    line: int
    rule: str
    why: str
    end_line: int = 0
