"""All keys, made from the key table; what would do nothing where one stands is dim."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen

from crew_tui.actions import Group
from crew_tui.glyphs import Glyphs
from crew_tui.keymap import KEYS, available
from crew_tui.lines import BLANK, Line, Tone, line, text_line
from crew_tui.palette import Palette
from crew_tui.situation import Situation
from crew_tui.widgets.strip_pane import StripPane, View


def help_lines(now: Situation) -> tuple[Line, ...]:
    usable = set(map(id, available(now)))
    lines: list[Line] = []
    widest = max(cell_len(entry.shown) for entry in KEYS)
    for group in Group:
        lines += [*((BLANK,) if lines else ()), text_line(f" {group.value}", Tone.TITLE)]
        for entry in (each for each in KEYS if each.group is group):
            here = id(entry) in usable
            keys, says = (Tone.ACCENT, Tone.TEXT) if here else (Tone.DIM, Tone.DIM)
            later = "" if here else "  (not now)"
            lines.append(line((f"  {entry.shown:<{widest}}  ", keys), (entry.says, says), (later, Tone.DIM)))
    return tuple(lines)


class Help(ModalScreen[None]):
    """Scrolls with the keys of a list; any of its own closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("g,home", "page(-99)", show=False),
        Binding("G,end", "page(99)", show=False),
    ]

    def __init__(self, palette: Palette, glyphs: Glyphs, now: Situation) -> None:
        super().__init__()
        self._pane = StripPane(palette, glyphs)
        self._lines = help_lines(now)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield self._pane

    def on_mount(self) -> None:
        self._pane.show(View(self._lines, title="keys", note="Esc close"))
        self._pane.focus()

    def action_move(self, by: int) -> None:
        self._pane.move(by)

    def action_page(self, by: int) -> None:
        self._pane.move_pages(by)
