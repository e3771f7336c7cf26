"""The first and the last line of a frame, with words in it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from crew_tui.text import cut


def edge_segments(frame: str, edge: str, words: str, width: int, *, style: Style, words_style: Style) -> list[Segment]:
    """`frame` has the corners and edges as in `Glyphs.frame`. Words stand left at the top, right at the bottom."""
    left, right = (frame[0], frame[1]) if edge == "top" else (frame[2], frame[3])
    text = f" {cut(words, width - 6)} " if words and width > 8 else ""
    rest = max(0, width - 3 - cell_len(text)) * frame[4]
    middle = [(frame[4], style), (text, words_style), (rest, style)]
    if edge == "bottom":
        middle.reverse()
    pieces = [(left, style), *middle, (right, style)]
    return [Segment(text, style) for text, style in pieces if text][:width]
