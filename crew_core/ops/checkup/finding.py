"""What one look at the machine found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """``WARN``: runs work, but something is worse than it has to be. ``FAIL``: a run would not work."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` is what was seen; ``remedy`` what to do about it, never empty unless all is well."""

    level: Level
    name: str
    said: str
    remedy: str = ""


def ok(name: str, said: str) -> Finding:
    return Finding(Level.OK, name, said)


def warn(name: str, said: str, remedy: str) -> Finding:
    return Finding(Level.WARN, name, said, remedy)


def fail(name: str, said: str, remedy: str) -> Finding:
    return Finding(Level.FAIL, name, said, remedy)
