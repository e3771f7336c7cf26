"""How the parts of the dashboard share the width of the terminal."""

from __future__ import annotations

from dataclasses import dataclass

_ONE_REGION_BELOW = 70
_NARROW_BELOW = 100
_WIDE_FROM = 140


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
