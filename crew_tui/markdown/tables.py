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
_GAP = 2

Cell = Pieces


def table_rows(heading: Sequence[Cell], rows: Sequence[Sequence[Cell]], width: int, glyphs: Glyphs) -> list[Pieces]:
    """The heading, a rule, and the rows."""
    widths = _widths([heading, *rows], width)
    made = list(_row(heading, widths))
    made.append(_between(((glyphs.rule * cells, Tone.DIM),) for cells in widths))
    for row in rows:
        made += _row(row, widths)
    return made


def _widths(rows: Sequence[Sequence[Cell]], width: int) -> list[int]:
    columns = max((len(row) for row in rows), default=0)
    wanted = [max((_cells(row[at]) for row in rows if at < len(row)), default=1) or 1 for at in range(columns)]
    room = width - _GAP * (columns - 1)
    while sum(wanted) > room and max(wanted, default=0) > _NARROWEST:
        widest = max(range(columns), key=wanted.__getitem__)
        second = max((cells for at, cells in enumerate(wanted) if at != widest), default=_NARROWEST)
        over = sum(wanted) - room
        wanted[widest] = max(wanted[widest] - over, min(second, wanted[widest] - 1), _NARROWEST)
    return wanted


def _cells(cell: Cell) -> int:
    return sum(cell_len(text) for text, _ in cell)


def _row(row: Sequence[Cell], widths: Sequence[int]) -> Iterable[Pieces]:
    parts = [broken(row[at], cells) if at < len(row) else [()] for at, cells in enumerate(widths)]
    for pieces in zip_longest(*parts, fillvalue=()):
        yield _between(_padded(cell, cells) for cell, cells in zip(pieces, widths, strict=True))


def _padded(cell: Cell, cells: int) -> Pieces:
    used = _cells(cell)
    if used > cells:
        return ((fit("".join(text for text, _ in cell), cells), Tone.TEXT),)
    return (*cell, (" " * (cells - used), Tone.TEXT))


def _between(cells: Iterable[Pieces]) -> Pieces:
    made: list[Piece] = []
    for cell in cells:
        made += [*([(" " * _GAP, Tone.TEXT)] if made else []), *cell]
    return tuple(made)
