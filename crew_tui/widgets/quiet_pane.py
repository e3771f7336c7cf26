"""A pane that never has the focus, with a cursor as bright as if it had: the keys come to its screen."""

from __future__ import annotations

from dataclasses import replace

from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.palette import Palette
from crew_tui.widgets.strip_pane import StripPane


class QuietPane(StripPane):
    """For the lists of modal screens."""

    can_focus = False

    def __init__(
        self,
        palette: Palette,
        glyphs: Glyphs = UNICODE,
        *,
        id: str | None = None,
        bordered: bool = False,
        selectable: bool = False,
    ) -> None:
        super().__init__(_bright(palette), glyphs, id=id, bordered=bordered, selectable=selectable)

    def to_top(self) -> None:
        """The first line in sight, also when it is one that cannot be selected."""
        self._begin_at(0)

    def dress(self, palette: Palette) -> None:
        super().dress(_bright(palette))


def _bright(palette: Palette) -> Palette:
    return replace(palette, cursor_idle=palette.cursor, border=palette.border_focus)
