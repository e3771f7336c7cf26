"""What stands in the border of the list of runs: how many, which of them, in what order, how many marked."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from crew_tui.panes.frame import Frame
from crew_tui.sorting import Sort
from crew_tui.text import clean, cut

#: Less of a filter's text says nothing.
_SHORTEST_FILTER = 6


@dataclass(frozen=True, slots=True)
class Counts:
    """`hidden`: marked runs that the filter leaves out."""

    total: int
    shown: int
    marked: int = 0
    hidden: int = 0


def runs_title(counts: Counts, sort: Sort, query: str, frame: Frame) -> str:
    """The fullest form that fits; marks and filter stay longest, since they decide what a key will do."""
    # The border keeps corners, an edge and spaces for itself; `width` is that between the borders.
    room = frame.width - 4
    dot = f" {frame.glyphs.dot} "
    order = sort.words(frame.glyphs)
    of = f"{counts.shown} of {counts.total}"
    marked = f"{counts.marked} marked" if counts.marked else ""
    hidden = f"{marked}, {counts.hidden} hidden" if counts.hidden else marked
    text = f'"{clean(query)}"'
    if query:
        forms = [
            (f"runs {counts.total}", order, f"filter {text} {of}", hidden),
            (f"runs {counts.total}", f"filter {text} {of}", hidden),
            (f"runs {of}", text, hidden),
        ]
        least = _joined((f"runs {of}", hidden), dot)
        rest = room - cell_len(least) - cell_len(dot)
        if rest >= _SHORTEST_FILTER:
            forms.append((f"runs {of}", cut(text, rest), hidden))
        forms.append((f"runs {of}", hidden))
    else:
        forms = [(f"runs {counts.total}", order, hidden), (f"runs {counts.total}", hidden)]
    forms.append((of if query else str(counts.total), marked))
    return next((form for each in forms if cell_len(form := _joined(each, dot)) <= room), of)


def _joined(parts: tuple[str, ...], dot: str) -> str:
    return dot.join(part for part in parts if part)
