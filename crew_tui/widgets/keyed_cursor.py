"""A cursor for lists that know where a key stands: no line is made only to find the selected one."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from crew_tui.lines import Rows
from crew_tui.widgets.cursor import Cursor


@runtime_checkable
class KeyedRows(Rows, Protocol):
    """Rows whose keys can be looked up."""

    def place_of(self, key: str) -> int | None:
        """The row that has `key`."""

    def key_at(self, row: int) -> str:
        """Empty for a line that cannot be selected."""

    def beside(self, row: int, by: int) -> int:
        """The selectable row `by` such rows further, or the last one on the way there."""


class KeyedCursor(Cursor):
    def find(self, body: Rows) -> None:
        if not isinstance(body, KeyedRows):
            super().find(body)
            return
        place = body.place_of(self.key) if self.key else None
        if place is None:
            place = self._nearest(body) if len(body) else 0
            self.key = body.key_at(place) if len(body) else ""
        self.row = place

    def move(self, by: int, body: Rows) -> bool:
        if not isinstance(body, KeyedRows):
            return super().move(by, body)
        if not 0 <= self.row < len(body) or not body.key_at(self.row):
            return False
        place = body.beside(self.row, by)
        moved = place != self.row
        self.row, self.key = place, body.key_at(place)
        return moved
