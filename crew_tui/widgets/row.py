"""One screen line of a pane as segments: a row with its cursor, or an edge of the frame with words in it."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from crew_tui.glyphs import Glyphs
from crew_tui.lines import MARK, Line, Tone, limited
from crew_tui.palette import Palette
from crew_tui.text import cut


@dataclass(frozen=True, slots=True)
class Look:
    """What a pane is painted with."""

    palette: Palette
    glyphs: Glyphs
    focused: bool = False
    bordered: bool = True

    @property
    def frame(self) -> str:
        """Corners and edges as in `Glyphs.frame`."""
        return self.glyphs.frame_focus if self.focused else self.glyphs.frame

    @property
    def border(self) -> Style:
        return self.palette.border_focus if self.focused else self.palette.border


def edge_segments(edge: str, words: str, width: int, look: Look) -> list[Segment]:
    """The first (`top`) or the last line of a frame. Words stand left at the top, right at the bottom."""
    frame, style = look.frame, look.border
    words_style = style + Style(bold=edge == "top") if look.focused else look.palette.tones[Tone.DIM]
    left, right = (frame[0], frame[1]) if edge == "top" else (frame[2], frame[3])
    text = f" {cut(words, width - 6)} " if words and width > 8 else ""
    rest = max(0, width - 3 - cell_len(text)) * frame[4]
    middle = [(frame[4], style), (text, words_style), (rest, style)]
    if edge == "bottom":
        middle.reverse()
    pieces = [(left, style), *middle, (right, style)]
    return [Segment(text, style) for text, style in pieces if text][:width]


#: What speaks of trouble keeps its colour also where nothing is up to date.
_LASTING = (Tone.WARN, Tone.FAIL)


def row_segments(line: Line, width: int, look: Look, *, selected: bool = False, faded: bool = False) -> list[Segment]:
    """A row, filled up to `width` cells with its frame's sides. `faded`: as dim as each theme's dim text is."""
    inner = width - 2 if look.bordered else width
    cursor = Style()
    if selected:
        cursor = look.palette.cursor if look.focused else look.palette.cursor_idle
    pieces = limited(line.pieces, inner)
    if faded:
        pieces = tuple((text, tone if tone in _LASTING else Tone.DIM) for text, tone in pieces)
    if selected and pieces and pieces[0][0] == MARK:
        pieces = ((look.glyphs.cursor, Tone.ACCENT), *pieces[1:])
    segments = [Segment(text, look.palette.style(tone, cursor)) for text, tone in pieces]
    gap = inner - sum(cell_len(text) for text, _ in pieces)
    if gap > 0:
        segments.append(Segment(" " * gap, look.palette.border + cursor))
    if look.bordered:
        side = Segment(look.frame[5], look.border)
        segments = [side, *segments, side]
    return segments


def around(first: int, count: int, page: int, glyphs: Glyphs, note: str = "") -> str:
    """What stands in the lower edge: how many rows there are above `first` and below the page, and a note."""
    below = count - first - page
    parts = [f"{glyphs.up} {first}"] if first else []
    parts += [f"{glyphs.down} {below}"] if below > 0 else []
    return "  ".join([*parts, *([note] if note else [])])
