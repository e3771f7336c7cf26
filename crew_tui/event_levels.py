"""How much an event matters to a person who looks for trouble."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from crew_core.model.events import Event


class Level(StrEnum):
    """From the least to the most."""

    DEBUG = "debug"
    INFO = "info"
    WARN = "warn"
    ERROR = "error"


LEVELS = tuple(Level)

_ERRORS = frozenset({"failed", "deadlettered", "dead", "dead_letter", "lost", "error"})
_WARNINGS = frozenset(
    {"attention", "blocked", "stale", "retry", "retried", "requeued", "parked", "paused", "held", "skipped"}
    | {"cancelled", "stopping", "revoked", "detached", "interrupted"}
)
#: Come with every heartbeat of interest and say nothing that the Agents tab does not show better.
_BEATS = frozenset({"progress", "heartbeat"})

#: Of pi-crew, for each task: which runtime it has, and that its answer was looked at.
_OF_COURSE = frozenset({"task.output_validation", "runtime.resolved"})


def level_of(event: Event) -> Level:
    """By the last word of its type, or by the outcome that it reports."""
    outcome = event.data.get("outcome")
    return _level(event.type, outcome if isinstance(outcome, str) else "")


@lru_cache(maxsize=1024)
def _level(type_: str, outcome: str) -> Level:
    """Kept: thousands of events are asked for theirs in a frame, and there are few types."""
    kind, _, last = type_.rpartition(".")
    said = {last, outcome}
    if said & _ERRORS or kind.startswith("policy"):
        return Level.ERROR
    if said & _WARNINGS:
        return Level.WARN
    allowed = kind == "hook" and outcome == "allow"
    return Level.DEBUG if last in _BEATS or allowed or type_ in _OF_COURSE else Level.INFO
