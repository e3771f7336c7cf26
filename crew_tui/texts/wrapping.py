"""Long lines broken into rows of a screen, at spaces where there are any; nothing but such a space is left out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len, split_graphemes

from crew_tui.lines import Piece

Pieces = tuple[Piece, ...]

Span = tuple[int, int]


def spans(text: str, width: int) -> list[Span]:
    """Where each row of a clean text begins and ends. At least one row; of a width of nothing just one."""
    if width < 1 or (len(text) <= width and text.isascii()):
        return [(0, len(text))]
    if text.isascii():
        return _ascii_spans(text, width)
    if len(text) <= width and cell_len(text) <= width:
        return [(0, len(text))]
    return _grapheme_spans(text, width)


def _ascii_spans(text: str, width: int) -> list[Span]:
    found: list[Span] = []
    start = 0
    while len(text) - start > width:
        # Words that are longer than half a row are broken: a path must not leave the rest of a row empty.
        space = text.rfind(" ", start + width // 2, start + width + 1)
        if space > start:
            found.append((start, space))
            start = space + 1
        else:
            found.append((start, start + width))
            start += width
    found.append((start, len(text)))
    return found


def _grapheme_spans(text: str, width: int) -> list[Span]:
    found: list[Span] = []
    start = used = 0
    space = -1
    used_at_space = 0
    for begin, end, cells in split_graphemes(text)[0]:
        if used + cells > width:
            if text[begin:end] == " " and begin > start:
                found.append((start, begin))
                start, used, space = end, 0, -1
                continue
            if space > start and used_at_space >= width // 2:
                found.append((start, space))
                start, used = space + 1, used - used_at_space - 1
            elif begin > start:
                found.append((start, begin))
                start, used = begin, 0
            space = -1
        if text[begin:end] == " ":
            space, used_at_space = begin, used
        used += cells
    found.append((start, len(text)))
    return found


def broken(pieces: Pieces, width: int) -> Sequence[Pieces]:
    """The rows of a line of clean pieces."""
    text = "".join(text for text, _ in pieces)
    rows = spans(text, width)
    return [pieces] if len(rows) == 1 else [between(pieces, start, end) for start, end in rows]


def between(pieces: Pieces, start: int, end: int) -> Pieces:
    """The part of a line from one character to another, each in its own tone."""
    kept: list[Piece] = []
    at = 0
    for text, tone in pieces:
        cut = text[max(0, start - at) : max(0, end - at)]
        if cut:
            kept.append((cut, tone))
        at += len(text)
        if at >= end:
            break
    return tuple(kept)
