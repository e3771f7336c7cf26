"""How the parts of the dashboard share the width of the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

#: In a smaller terminal no part of the screen is whole: only the selected run is told of.
LEAST_COLUMNS, LEAST_ROWS = 40, 10

_ONE_REGION_BELOW = 70
_NARROW_BELOW = 100
#: Here there is room for a wide list even with events beside the run.
_WIDE_FROM = 190

#: What the list of runs and what stands beside it need at least to be read.
_LEAST_RUNS, _LEAST_BESIDE = 24, 40

#: With and without their frame: two events below everything, or one event a row beside it.
EVENTS_ROWS, EVENTS_CELLS = 4, 40

#: From this width on events stand beside the run, as long as that keeps so many cells; below it in a terminal so high.
_EVENTS_BESIDE_FROM, _LEAST_BETWEEN = 140, 62
_EVENTS_BELOW_FROM_ROWS = 24


class EventsPlace(Enum):
    """Where the newest events of the selected run stand."""

    NOWHERE = "nowhere"
    BELOW = "below"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Layout:
    """`single`: one region at a time. `runs_width`: cells of the list of runs beside the selected one."""

    single: bool = False
    runs_width: int = 37


def is_small(size: tuple[int, int]) -> bool:
    """A terminal of `size` cells (width, height) has no room for parts."""
    width, height = size
    return width < LEAST_COLUMNS or height < LEAST_ROWS


def layout_for(width: int) -> Layout:
    if width < _ONE_REGION_BELOW:
        return Layout(single=True)
    if width < _NARROW_BELOW:
        return Layout(runs_width=31)
    return Layout(runs_width=37 if width < _WIDE_FROM else 54)


def runs_width(wished: int | None, width: int) -> int:
    """Cells of the list of runs in a terminal of this width: as many as are wished for, as far as both parts stay
    readable. The wish may have been made in another terminal."""
    if wished is None:
        return layout_for(width).runs_width
    return max(_LEAST_RUNS, min(wished, width - _LEAST_BESIDE))


def events_place(size: tuple[int, int], wished: int | None) -> EventsPlace:
    """In a terminal of `size` cells (width, height), beside a list of runs whose width is `wished`."""
    width, height = size
    if width >= _EVENTS_BESIDE_FROM and width - runs_width(wished, width) - EVENTS_CELLS >= _LEAST_BETWEEN:
        return EventsPlace.BESIDE
    roomy = width >= _ONE_REGION_BELOW and height >= _EVENTS_BELOW_FROM_ROWS
    return EventsPlace.BELOW if roomy else EventsPlace.NOWHERE
