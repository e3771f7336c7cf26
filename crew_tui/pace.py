"""How fast a journal is played: the time between its events, made shorter by the speed, and never a long wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.model.events import Event
from crew_tui.quantities import moment

SPEEDS = (1, 2, 4, 8, 16, 32, 64)

#: Nobody watches nothing for longer.
LONGEST_WAIT_S = 2.0

#: Events that come closer than this are shown together: the eye does not tell them apart.
SHORTEST_WAIT_S = 0.05


@dataclass(frozen=True, slots=True)
class Stop:
    """The event that is shown next, by its number, and in how many seconds."""

    number: int
    wait_s: float


def seconds_of(events: Sequence[Event]) -> Sequence[float]:
    """Seconds since 1970 of each event, never falling; one without a time happened with the one before it."""
    found: list[float] = []
    last = 0.0
    for event in events:
        at = moment(event.time)
        last = max(last, at.timestamp()) if at is not None else last
        found.append(last)
    return found


def next_stop(seconds: Sequence[float], number: int, speed: int) -> Stop | None:
    """After the event `number`; None after the last one."""
    if number + 1 >= len(seconds):
        return None
    wait = 0.0
    while number + 1 < len(seconds):
        gap = (seconds[number + 1] - seconds[number]) / speed if seconds[number] else 0.0
        if wait and wait + gap > SHORTEST_WAIT_S:
            break
        wait = min(wait + gap, LONGEST_WAIT_S)
        number += 1
        if wait >= SHORTEST_WAIT_S:
            break
    return Stop(number, max(wait, SHORTEST_WAIT_S))
