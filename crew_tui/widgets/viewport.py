"""Which part of a long list is on screen: arithmetic on row numbers, no widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crew_tui.lines import Rows


def clamped(first: int, count: int, page: int) -> int:
    """`first` moved to where no row below the last one is shown, unless everything fits."""
    return max(0, min(first, count - page))


def revealing(first: int, row: int, count: int, page: int, top: int) -> int:
    """The nearest first row at which all from `top` to `row` is on screen."""
    if top < first:
        first = top
    elif row >= first + page:
        first = row - page + 1
    return clamped(first, count, page)


def seen_from(row: int, body: Rows, page: int) -> int:
    """The row that has to be seen with `row`: headings above the first line that can be selected belong to it."""
    alone = row < page and not any(body[above].key for above in range(min(row, len(body)) - 1, -1, -1))
    return 0 if alone else row


def blocks(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Rows in ascending order as (first, how many that follow each other): painted together they cost less."""
    first = 0
    for place, row in enumerate(rows):
        if place + 1 == len(rows) or rows[place + 1] != row + 1:
            yield rows[first], place + 1 - first
            first = place + 1
