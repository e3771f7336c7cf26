"""Which part of a long list is on screen: arithmetic on row numbers, no widget."""

from __future__ import annotations


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
