"""The first frame: the list of runs, painted while Textual, which takes longer to load, is not there yet.

It is what the dashboard will paint in its place, made by the same functions; the panes beside it follow with it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.color import ColorSystem
from rich.segment import Segment

from crew_core.config.first_look import Wishes
from crew_core.observe.slices import RunsSlice
from crew_tui.glyphs import Glyphs, glyphs_for
from crew_tui.lines import BLANK, Kept, Tone
from crew_tui.palette import palette_of
from crew_tui.panes.frame import Frame
from crew_tui.panes.header_line import header_line
from crew_tui.panes.run_list import RunList
from crew_tui.panes.runs_view import runs_view
from crew_tui.panes.standing import Standing, counts_of
from crew_tui.screens.layout import EVENTS_ROWS, EventsPlace, events_place, is_small, layout_for, runs_width
from crew_tui.situation import Region
from crew_tui.sorting import Sort
from crew_tui.theme_tables import wanted_table
from crew_tui.times import zone_for
from crew_tui.typed_ahead import TypedAhead
from crew_tui.ui_state import UiState
from crew_tui.widgets.keyed_cursor import KeyedCursor
from crew_tui.widgets.row import Look, around, edge_segments, row_segments
from crew_tui.widgets.viewport import revealing, seen_from

_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H", "\x1b[?1049l\x1b[?25h"

#: As Textual does it: the terminal shows nothing half painted.
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


@dataclass(frozen=True, slots=True)
class Arranged:
    """How the person wants the list and left it. `select`: the run to begin with."""

    wishes: Wishes
    state: UiState
    scope: str
    select: Path | None = None
    read_only: bool = False


class EarlyFrame:
    """`show` paints it; the dashboard takes the screen over. Should that never come, `undo` gives the terminal back."""

    def __init__(self, arranged: Arranged, environment: Mapping[str, str]) -> None:
        self._arranged = arranged
        self._environment = environment
        self._shown = False
        self._input = TypedAhead()

    def show(self, runs: RunsSlice) -> None:
        """Paint it, if the terminal can be painted by us alone."""
        colours = colour_system(self._environment)
        if colours is None:
            return
        signal.signal(signal.SIGTERM, self._terminated)
        self._shown = True
        self._input.keep()
        size = os.get_terminal_size(sys.stderr.fileno())
        rows = painted(runs, self._arranged, self._environment, datetime.now(UTC), (size.columns, size.lines))
        sys.stderr.write(_BEGIN + _ENTER + "\r\n".join(_encoded(row, colours) for row in rows) + _END)
        sys.stderr.flush()

    def hand_over(self) -> None:
        """The screen is the dashboard's from now on, the terminal's modes are as they were before us."""
        self._shown = False
        self._input.let_go()

    def undo(self) -> None:
        """The dashboard did not come: leave the terminal as it was."""
        if self._shown:
            self.hand_over()
            # Not by `sys.stderr`: a signal may have come in the middle of its write.
            os.write(sys.stderr.fileno(), _LEAVE.encode())

    def _terminated(self, number: int, _: FrameType | None) -> None:
        self.undo()
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)


def colour_system(environment: Mapping[str, str]) -> ColorSystem | None:
    """What the terminal says of itself, as Rich reads it; None where Textual is told otherwise or has no colours."""
    term = environment.get("TERM", "").lower()
    told = environment.keys() & {"NO_COLOR", "FORCE_COLOR", "TEXTUAL_COLOR_SYSTEM", "TEXTUAL_DRIVER"}
    if told or term in ("", "dumb", "unknown"):
        return None
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ColorSystem.TRUECOLOR
    return ColorSystem.EIGHT_BIT if term.endswith("-256color") else ColorSystem.STANDARD


def painted(
    runs: RunsSlice, arranged: Arranged, environment: Mapping[str, str], now: datetime, size: tuple[int, int]
) -> list[list[Segment]]:
    """Every line of the screen, `size` in cells (width, height)."""
    width, height = size
    wishes, state = arranged.wishes, arranged.state
    glyphs = glyphs_for(environment, wish=wishes.glyphs)
    look = Look(palette_of(wanted_table(state.theme or wishes.theme, environment)), glyphs, focused=True)
    across = width if layout_for(width).single else runs_width(state.runs_width, width)
    frame = Frame(now, width, height, glyphs, zone_for(wishes.time), read_only=arranged.read_only)
    header = header_line(Standing((arranged.scope, "runs"), counts_of(runs)), frame)
    head = Look(look.palette, glyphs, bordered=False)
    below = _rows_below(runs, state, size)
    listed = _listed(runs, arranged, frame, look, (across, height - 2 - below))
    if is_small(size):
        # Of the selected run nothing has been read yet, and there is no room for the list.
        listed = [[Segment(" " * across, look.palette.tones[Tone.TEXT])] for _ in listed]
    rest = [Segment(" " * (width - across), look.palette.tones[Tone.TEXT])]
    lines = [row_segments(header, width, head), *(line + rest for line in listed)]
    lines += [[Segment(" " * width, look.palette.tones[Tone.TEXT])]] * (below + 1)
    return [_in_glyphs(line, glyphs) for line in lines]


def _rows_below(runs: RunsSlice, state: UiState, size: tuple[int, int]) -> int:
    """Rows for events under the list: which run is selected has been read as little as whether it has any."""
    told = bool(runs.rows) and state.tab != Region.PROGRESS
    return EVENTS_ROWS if told and events_place(size, state.runs_width) is EventsPlace.BELOW else 0


def _listed(
    runs: RunsSlice, arranged: Arranged, frame: Frame, look: Look, size: tuple[int, int]
) -> list[list[Segment]]:
    width, height = size
    page = height - 2
    order = RunList()
    order.sort_by(Sort.from_text(arranged.state.sort))
    order.take(runs.rows)
    view = runs_view(runs, replace(frame, width=width - 2), Kept(), order)
    cursor = KeyedCursor()
    cursor.key = str(arranged.select or "")
    cursor.find(view.body)
    count = len(view.body)
    first = revealing(0, cursor.row, count, page, top=seen_from(cursor.row, view.body, page))
    shown = [view.body[row] for row in range(first, min(first + page, count))]
    rows = [row_segments(line, width, look, selected=bool(line.key) and line.key == cursor.key) for line in shown]
    empty = row_segments(BLANK, width, look)
    return [
        edge_segments("top", view.title, width, look),
        *rows,
        *([empty] * (page - len(rows))),
        edge_segments("bottom", around(first, count, page, look.glyphs), width, look),
    ]


def _in_glyphs(line: Sequence[Segment], glyphs: Glyphs) -> list[Segment]:
    if not glyphs.instead:
        return list(line)
    return [Segment(part.text.translate(glyphs.instead), part.style) for part in line]


def _encoded(line: Sequence[Segment], colours: ColorSystem) -> str:
    return "".join(part.style.render(part.text, color_system=colours) if part.style else part.text for part in line)
