"""The last line: the keys that do something now, made from the key table."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from crew_tui.keymap.entry import Key
from crew_tui.keymap.table import DEFAULT, Keymap
from crew_tui.lines import Line, Piece, Tone
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.situation import Situation
from crew_tui.widgets.view import View


def footer_keys(now: Situation, width: int, keymap: Keymap = DEFAULT) -> Sequence[Key]:
    """What fits: the keys with the highest rank go first. The order is the table's."""
    kept = [entry for entry in keymap.available(now) if entry.short]
    while kept and sum(_cells(entry) for entry in kept) > width:
        least = max(range(len(kept)), key=lambda at: (kept[at].rank, at))
        del kept[least]
    return kept


def _cells(entry: Key) -> int:
    return cell_len(entry.shown) + cell_len(entry.short) + 3


def footer_line(now: Situation, frame: Frame, keymap: Keymap = DEFAULT) -> Line:
    pieces: list[Piece] = []
    for entry in footer_keys(now, frame.width, keymap):
        pieces += [(f" {entry.shown}", Tone.ACCENT), (f" {entry.short} ", Tone.DIM)]
    return Line(tuple(pieces))


class FooterPane(LivePane):
    """One line, never focused."""

    can_focus = False

    def __init__(self, *args: object, keymap: Keymap = DEFAULT, **options: object) -> None:
        super().__init__(*args, bordered=False, **options)  # type: ignore[arg-type]
        self._keymap = keymap
        self._now = Situation()

    def take(self, now: Situation) -> None:
        if now != self._now:
            self._now = now
            self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        made = footer_line(self._now, frame, self._keymap)
        return self.view if self.view.body and self.view.body[0].pieces == made.pieces else View((made,))
