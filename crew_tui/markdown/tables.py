"""A table: columns as wide as what is in them, or as there is room for; long cells take several rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich.cells import cell_len

from crew_tui.glyphs import Glyphs
from crew_tui.lines import Piece, Tone
from crew_tui.text import fit
from crew_tui.texts.wrapping import Pieces, broken

#: Narrower columns show nothing that could be read.
_NARROWEST = 6

#: Cells between columns; fewer where a cell, or at least a word, is whole by that.
_GAPS = (2, 1)

Cell = Pieces


def table_rows(heading: Sequence[Cell], rows: Sequence[Sequence[Cell]], width: int, glyphs: Glyphs) -> list[Pieces]:
    """The heading, a rule, and the rows."""
    every = [heading, *rows]
    whole, words = _cells_wanted(every), _longest_words(every)
    gap = next((gap for wanted in (whole, words) for gap in _GAPS if _total(wanted, gap) <= width), _GAPS[-1])
    widths = _shrunk(whole, words, width, gap)
    widths = _shrunk(widths, [_NARROWEST] * len(widths), width, gap)
    made = list(_row(heading, widths, gap))
    made.append(_between((((glyphs.rule * cells, Tone.DIM),) for cells in widths), gap))
    for row in rows:
        made += _row(row, widths, gap)
    return made


def _cells_wanted(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """For each column, so that each of its cells is one row."""
    return [max(map(_cells, column)) or 1 for column in _columns(rows)]


def _longest_words(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """For each column, so that no word of it is broken."""
    return [
        max((cell_len(word) for cell in column for word in _text(cell).split()), default=1) for column in _columns(rows)
    ]


def _columns(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    count = max((len(row) for row in rows), default=0)
    return [[row[at] for row in rows if at < len(row)] for at in range(count)]


def _total(widths: Sequence[int], gap: int) -> int:
    return sum(widths) + gap * (len(widths) - 1)


def _shrunk(widths: Sequence[int], least: Sequence[int], width: int, gap: int) -> list[int]:
    """The widest first, none below its least, until all fit or nothing more can be done."""
    made = list(widths)
    while (over := _total(made, gap) - width) > 0:
        wide = [at for at, cells in enumerate(made) if cells > least[at]]
        if not wide:
            break
        widest = max(wide, key=made.__getitem__)
        second = max((made[at] for at in wide if at != widest), default=least[widest])
        made[widest] = max(made[widest] - over, min(second, made[widest] - 1), least[widest])
    return made


def _text(cell: Cell) -> str:
    return "".join(text for text, _ in cell)


def _cells(cell: Cell) -> int:
    return sum(cell_len(text) for text, _ in cell)


def _row(row: Sequence[Cell], widths: Sequence[int], gap: int) -> Iterable[Pieces]:
    parts = [broken(row[at], cells) if at < len(row) else [()] for at, cells in enumerate(widths)]
    for pieces in zip_longest(*parts, fillvalue=()):
        yield _between((_padded(cell, cells) for cell, cells in zip(pieces, widths, strict=True)), gap)


def _padded(cell: Cell, cells: int) -> Pieces:
    used = _cells(cell)
    if used > cells:
        return ((fit(_text(cell), cells), Tone.TEXT),)
    return (*cell, (" " * (cells - used), Tone.TEXT))


def _between(cells: Iterable[Pieces], gap: int) -> Pieces:
    made: list[Piece] = []
    for cell in cells:
        made += [*([(" " * gap, Tone.TEXT)] if made else []), *cell]
    return tuple(made)
