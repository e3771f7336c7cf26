"""A field with the text that is being typed in it: it only paints, the screen has the keys."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, split_graphemes
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from crew_tui.lines import Ink, Piece, Tone
from crew_tui.palette import Palette
from crew_tui.text import cut
from crew_tui.typed import Typed

#: Where a text of several lines is shown in one.
_BREAK = "↵"

#: Cells that a short text keeps free for more of it.
_LEAST_TEXT = 12

#: Between the hints that a note is made of.
_HINTS = "  "

#: Less than so much of a note says nothing.
_LEAST_NOTE = 8


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A line of the field. `caret` is the character under the caret, which may be one past the end."""

    text: str
    caret: int | None = None


def laid_out(now: Typed, width: int, height: int = 1, *, caret: bool = True) -> tuple[FieldRow, ...]:
    """The part around the caret that fits into `height` lines of `width` cells; one cell stays for the caret."""
    if width < 2:
        return (FieldRow(""),)
    if height == 1:
        line = Typed(now.text.replace("\n", _BREAK), now.at)
        return (_scrolled(line, width, caret=caret),)
    rows = _wrapped(now, width)
    at = next(row for row, (begin, text) in reversed(list(enumerate(rows))) if begin <= now.at)
    first = max(0, min(at - height + 1, len(rows) - height))
    shown = rows[first : first + height]
    return tuple(
        FieldRow(text, now.at - begin if caret and first + row == at else None)
        for row, (begin, text) in enumerate(shown)
    )


def _scrolled(now: Typed, width: int, *, caret: bool) -> FieldRow:
    """The end of what stands before the caret, then as much of the rest as fits."""
    before = now.before
    room = width - 1
    if cell_len(before) > room:
        kept, used = len(before), 0
        for begin, _, cells in reversed(split_graphemes(before)[0]):
            if used + cells > room:
                break
            kept, used = begin, used + cells
        before = before[kept:]
    text = before + cut(now.after, width - cell_len(before))
    return FieldRow(text, len(before) if caret else None)


def _wrapped(now: Typed, width: int) -> list[tuple[int, str]]:
    """Lines with the place in the text at which each begins; broken at newlines and where they are full."""
    rows: list[tuple[int, str]] = []
    begin = 0
    for line in now.text.split("\n"):
        start, used = 0, 0
        for left, _, cells in split_graphemes(line)[0]:
            if used + cells > width - 1:
                rows.append((begin + start, line[start:left]))
                start, used = left, 0
            used += cells
        rows.append((begin + start, line[start:]))
        begin += len(line) + 1
    return rows


class Field(Widget):
    """`label` stands before the text, `ghost` dim behind it, `note` at the right edge of the first line."""

    can_focus = False
    DEFAULT_CSS = "Field { height: 1; width: 1fr; }"

    def __init__(self, palette: Palette, label: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self._palette = palette
        self._label = label
        self._placeholder = placeholder
        self._typed = Typed()
        self._active = True
        self._ghost = ""
        self._note = ""

    def call(self, label: str) -> None:
        self._label = label
        self.refresh()

    def show(self, now: Typed, *, active: bool = True, ghost: str = "", note: str = "") -> None:
        """`active`: the keys go to this field, so that its caret is seen."""
        shown = (now, active, ghost, note)
        if shown != (self._typed, self._active, self._ghost, self._note):
            self._typed, self._active, self._ghost, self._note = shown
            self.refresh()

    def height_for(self, now: Typed, most: int) -> int:
        """Lines that the text needs at the width that the field has, at most `most`."""
        room = self.size.width - (cell_len(self._label) + 1 if self._label else 0)
        return len(laid_out(now, room, most)) if room >= 2 else 1

    def dress(self, palette: Palette) -> None:
        """Another theme."""
        self._palette = palette
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        label = f"{self._label} " if self._label else ""
        label = label if y == 0 else " " * cell_len(label)
        note = self._note_beside(width - cell_len(label)) if y == 0 else ""
        room = width - cell_len(label) - (cell_len(note) + 2 if note else 0)
        rows = laid_out(self._typed, room, max(1, self.size.height), caret=self._active)
        pieces: list[Piece] = [(label, Tone.ACCENT if self._active else Tone.DIM)]
        row = rows[y] if y < len(rows) else FieldRow("")
        segments = self._segments(pieces, row, room)
        if note:
            gap = width - cell_len(note) - sum(cell_len(each.text) for each in segments) - 1
            segments += [self._segment(" " * max(1, gap), Tone.TEXT), self._segment(note, Tone.DIM)]
        filled = Strip(segments).adjust_cell_length(width, self._style(Tone.TEXT))
        for line_filter in self.get_line_filters():
            filled = Strip(line_filter.apply(list(filled), self.background_colors[1]), width)
        return filled

    def _note_beside(self, width: int) -> str:
        """What there is room for besides the text, which is what the person is looking at; hints only whole."""
        taken = max(_LEAST_TEXT, cell_len(self._typed.text or self._placeholder) + 1)
        room = width - taken - 2
        hints = self._note.split(_HINTS)
        while len(hints) > 1 and cell_len(_HINTS.join(hints)) > room:
            hints.pop()
        if len(hints) > 1:
            return _HINTS.join(hints)
        return cut(self._note, room) if room >= min(_LEAST_NOTE, cell_len(self._note)) else ""

    def _segments(self, pieces: list[Piece], row: FieldRow, room: int) -> list[Segment]:
        segments = [self._segment(text, tone) for text, tone in pieces if text]
        last = row.caret is None or row.caret >= len(row.text)
        ghost = self._ghost if last and self._typed.at == len(self._typed.text) else ""
        if not self._typed.text:
            ghost = ghost or self._placeholder
        rest = cut(ghost, room - cell_len(row.text))
        if row.caret is None:
            return [*segments, self._segment(row.text, Tone.TEXT), self._segment(rest, Tone.DIM)]
        under, behind = (row.text[row.caret :][:1], row.text[row.caret + 1 :]) if not last else (rest[:1] or " ", "")
        return [
            *segments,
            self._segment(row.text[: row.caret], Tone.TEXT),
            # Reversed, so that it is seen without colour as well.
            Segment(under, self._style(Tone.TEXT) + Style(reverse=True)),
            self._segment(behind, Tone.TEXT),
            self._segment(rest[1:] if last else "", Tone.DIM),
        ]

    def _segment(self, text: str, tone: Tone | Ink) -> Segment:
        return Segment(text, self._style(tone))

    def _style(self, tone: Tone | Ink) -> Style:
        return self._palette.style(tone, Style())
