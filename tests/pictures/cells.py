"""A screen as cells with the colours that a terminal would give them: what pictures are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import split_graphemes
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.screen import Screen

from tests.tui.grid import strips

Rgb = tuple[int, int, int]

#: The terminal that pictures are taken of, where a theme leaves the colours to it.
TERMINAL = TerminalTheme(
    background=(24, 24, 24),
    foreground=(222, 222, 222),
    normal=[
        (60, 60, 60),
        (224, 108, 117),
        (152, 195, 121),
        (229, 192, 123),
        (97, 175, 239),
        (198, 120, 221),
        (86, 182, 194),
        (200, 200, 200),
    ],
)

#: Of a dim text's own colour; the rest is background.
_DIM = 0.6


@dataclass(frozen=True, slots=True)
class Cell:
    """One grapheme, `cells` wide, at column `x`."""

    text: str
    x: int
    cells: int
    colour: Rgb
    background: Rgb
    bold: bool = False
    italic: bool = False
    underline: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A screen at one moment."""

    width: int
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def height(self) -> int:
        return len(self.rows)


def picture(screen: Screen[object]) -> Picture:
    """What `screen` shows now."""
    rows = tuple(tuple(_cells(line)) for line in strips(screen))
    return Picture(screen.size.width, rows)


def _cells(segments: Iterable[Segment]) -> Iterator[Cell]:
    x = 0
    for segment in segments:
        style = segment.style or Style()
        colour, background = _colours(style)
        for start, stop, cells in split_graphemes(segment.text)[0]:
            yield Cell(
                text=segment.text[start:stop],
                x=x,
                cells=cells,
                colour=colour,
                background=background,
                bold=bool(style.bold),
                italic=bool(style.italic),
                underline=bool(style.underline),
            )
            x += cells


def _colours(style: Style) -> tuple[Rgb, Rgb]:
    colour = _rgb(style.color, foreground=True)
    background = _rgb(style.bgcolor, foreground=False)
    if style.reverse:
        colour, background = background, colour
    if style.dim:
        colour = _between(background, colour, _DIM)
    return colour, background


def _rgb(colour: Color | None, *, foreground: bool) -> Rgb:
    red, green, blue = (colour or Color.default()).get_truecolor(TERMINAL, foreground=foreground)
    return red, green, blue


def _between(start: Rgb, end: Rgb, share: float) -> Rgb:
    red, green, blue = (round(one + (other - one) * share) for one, other in zip(start, end, strict=True))
    return red, green, blue
