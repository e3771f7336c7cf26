"""One screen line of a pane: what it holds, and the strip that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip

from crew_tui.glyphs import TURNING
from crew_tui.lines import BLANK, Line
from crew_tui.widgets.row import Look, edge_segments, row_segments


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one screen line holds; equal means that it is painted already (lines compare by identity)."""

    line: Line = BLANK
    selected: bool = False
    #: It shows what is not up to date.
    faded: bool = False
    #: The spinner as it stands now, in a line that has one.
    turn: str = ""
    edge: str = ""
    text: str = ""


def strip_of(drawn: Drawn, width: int, look: Look, filters: Sequence[LineFilter], background: Color) -> Strip:
    """`width` cells wide. :param background: of what lies behind it, for the filters."""
    if drawn.edge:
        segments = edge_segments(drawn.edge, drawn.text, width, look)
    else:
        segments = row_segments(drawn.line, width, look, selected=drawn.selected, faded=drawn.faded)
    if drawn.turn:
        segments = [Segment(part.text.replace(TURNING, drawn.turn), part.style) for part in segments]
    instead = look.glyphs.instead
    if instead:
        segments = [Segment(part.text.translate(instead), part.style) for part in segments]
    for line_filter in filters:
        segments = line_filter.apply(segments, background)
    return Strip(segments, width)
