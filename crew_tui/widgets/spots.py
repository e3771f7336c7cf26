"""Places in a list of entries of several rows each, of which most are not made yet: arithmetic, no widget."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Spot(NamedTuple):
    """A row of an entry."""

    entry: int
    row: int


Height = Callable[[int], int]

START = Spot(0, 0)


def below(spot: Spot, by: int, count: int, height: Height) -> Spot:
    """`by` rows further, or the last row of the last entry."""
    entry, row = spot
    row += by
    while entry < count and row >= (tall := height(entry)):
        row -= tall
        entry += 1
    return Spot(entry, row) if entry < count else Spot(count - 1, height(count - 1) - 1)


def above(spot: Spot, by: int, height: Height) -> Spot:
    """`by` rows back, or the first row of the first entry."""
    entry, row = spot
    row -= by
    while row < 0 and entry:
        entry -= 1
        row += height(entry)
    return Spot(entry, max(0, row))


def last_top(page: int, count: int, height: Height) -> Spot:
    """The first row of the last page."""
    if not count:
        return START
    return above(Spot(count - 1, height(count - 1) - 1), max(0, page - 1), height)


def from_top(top: Spot, page: int, count: int, height: Height) -> list[Spot]:
    """The rows of the page that begins at `top`."""
    found: list[Spot] = []
    entry, row = top
    while entry < count and len(found) < page:
        stop = min(height(entry), row + page - len(found))
        found += (Spot(entry, each) for each in range(row, stop))
        entry, row = entry + 1, 0
    return found
