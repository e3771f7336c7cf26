"""Lines and columns on stdout: quiet, aligned, coloured only for a person at a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from crew_tui.glyphs import glyphs_for
from crew_tui.lines import Ink, Tone
from crew_tui.text import clean, cut, fit

Piece = str | tuple[str, Tone | Ink]

_GAP = "  "

#: Cells of a label, with the gap behind it.
_LABEL = 9

#: The terminal's own colours, which the person has chosen to be readable.
_COLOURS: Mapping[Tone | Ink, str] = {
    Tone.DIM: "2",
    Tone.TITLE: "1",
    Tone.ACCENT: "36",
    Tone.RUN: "36",
    Tone.OK: "32",
    Tone.WARN: "33",
    Tone.FAIL: "31",
}

#: Of one note; the whole text is in `--json`.
_NOTE_LINES = 6


@dataclass(frozen=True, slots=True)
class Heading:
    """Of a column; numbers stand on the right. Where there is no room, the lowest `rank` goes first; None stays."""

    title: str
    right: bool = False
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Cells, and optionally a sentence that stands below them."""

    cells: tuple[Piece, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """Where lines go. `width` None: nothing is cut, because no person looks at the edge of it."""

    colour: bool
    width: int | None
    instead: Mapping[int, str]

    def line(self, *pieces: Piece) -> None:
        """Print one line now. Pieces from elsewhere have been cleaned."""
        print("".join(self.painted(piece) for piece in pieces).translate(self.instead).rstrip(), flush=True)

    def painted(self, piece: Piece) -> str:
        """The piece as it is printed here."""
        text, tone = (piece, Tone.TEXT) if isinstance(piece, str) else piece
        code = _COLOURS.get(tone) if self.colour else None
        return f"\x1b[{code}m{text}\x1b[0m" if code and text else text

    def fact(self, label: str, text: str) -> None:
        """`label    what is known`, in one line: a path or a command, to be copied."""
        self.line((label.ljust(_LABEL), Tone.DIM), text)

    def sentence(self, label: str, text: str, *, lead: str = "", tone: Tone = Tone.TEXT) -> None:
        """The same for words, which are wrapped. The beginning `lead` of the text has the `tone`."""
        first, *more = self.wrapped(text, indent=_LABEL) or [""]
        rest = first.lstrip().removeprefix(lead)
        self.line((label.ljust(_LABEL), Tone.DIM), (lead, tone), rest)
        for line in more:
            self.line(line)

    def table(self, headings: Sequence[Heading], rows: Sequence[Row]) -> None:
        """Aligned columns; the last one takes the rest of the line and is cut there."""
        widths = [
            max(cell_len(heading.title), *(cell_len(_text(row.cells[number])) for row in rows))
            for number, heading in enumerate(headings)
        ]
        kept = self._kept(headings, widths)
        headings, widths = [headings[at] for at in kept], [widths[at] for at in kept]
        self.line((self._columns(headings, [heading.title for heading in headings], widths), Tone.DIM))
        for row in rows:
            self._row(headings, Row(tuple(row.cells[at] for at in kept), row.note), widths)

    def _kept(self, headings: Sequence[Heading], widths: Sequence[int]) -> list[int]:
        """The columns for which there is room."""
        kept = list(range(len(headings)))
        ranked = sorted((rank, at) for at, heading in enumerate(headings) if (rank := heading.rank) is not None)
        for _, at in ranked:
            if self.width is None or sum(widths[each] + len(_GAP) for each in kept) - len(_GAP) <= self.width:
                break
            kept.remove(at)
        return kept

    def _row(self, headings: Sequence[Heading], row: Row, widths: Sequence[int]) -> None:
        pieces: list[Piece] = []
        left = self.width
        for number, cell in enumerate(row.cells):
            width = widths[number]
            if number == len(headings) - 1 and left is not None:
                width = min(width, max(left, 1))
            text = fit(_text(cell), width, right=headings[number].right)
            pieces += [(text, _tone(cell)), _GAP]
            left = None if left is None else left - width - len(_GAP)
        self.line(*pieces[:-1])
        for line in self.wrapped(row.note, indent=4):
            self.line((line, Tone.DIM))

    def _columns(self, headings: Sequence[Heading], texts: Sequence[str], widths: Sequence[int]) -> str:
        cells = (fit(text, width, right=h.right) for h, text, width in zip(headings, texts, widths, strict=True))
        line = _GAP.join(cells).rstrip()
        return line if self.width is None else cut(line, self.width)

    def wrapped(self, text: str, indent: int) -> list[str]:
        """The lines of a sentence within the width; one line when there is none."""
        if not text:
            return []
        space = " " * indent
        if self.width is None:
            return [space + text]
        lines = textwrap.wrap(text, max(20, self.width - indent), max_lines=_NOTE_LINES, placeholder=" …")
        return [space + line for line in lines]


def screen_for(*, plain: bool) -> Screen:
    """What stdout can show, and what the person wants of it."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    dumb = os.environ.get("TERM") == "dumb"
    known = terminal or os.environ.get("COLUMNS", "").isdigit()
    return Screen(
        colour=terminal and not plain and not dumb and not os.environ.get("NO_COLOR"),
        width=max(20, shutil.get_terminal_size((80, 24)).columns) if known else None,
        instead=glyphs_for(os.environ, plain=plain).instead,
    )


def note(text: str) -> None:
    """One line on stderr about something that is no error."""
    if sys.stderr is not None:
        print(f"crew-tui: {clean(text)}", file=sys.stderr, flush=True)


def _text(piece: Piece) -> str:
    return piece if isinstance(piece, str) else piece[0]


def _tone(piece: Piece) -> Tone | Ink:
    return Tone.TEXT if isinstance(piece, str) else piece[1]
