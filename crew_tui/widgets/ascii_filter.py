"""Textual's own widgets on terminals that have no more than ASCII: their borders and bars are replaced too."""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from crew_tui.ascii_only import INSTEAD


class AsciiFilter(LineFilter):
    """One of the app's line filters while its glyphs are ASCII."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            part if part.text.isascii() else Segment(part.text.translate(INSTEAD), part.style, part.control)
            for part in segments
        ]
