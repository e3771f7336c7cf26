"""How the parts of the dashboard share the width of the terminal."""

from __future__ import annotations

from dataclasses import dataclass

_ONE_REGION_BELOW = 70
_NARROW_BELOW = 100
_WIDE_FROM = 140

#: What the list of runs and what stands beside it need at least to be read.
_LEAST_RUNS, _LEAST_BESIDE = 24, 40


@dataclass(frozen=True, slots=True)
class Layout:
    """`single`: one region at a time. `runs_width`: cells of the list of runs beside the selected one."""

    single: bool = False
    runs_width: int = 37


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
