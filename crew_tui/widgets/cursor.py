"""The selected line of a list, held by its key: rows may come, go and move, the selection stays what it is."""

from __future__ import annotations

from crew_tui.lines import Rows


class Cursor:
    """`row` is only where `key` was found last; when the key is gone, the nearest selectable line takes over."""

    def __init__(self) -> None:
        self.key = ""
        self.row = 0

    def find(self, body: Rows) -> None:
        if 0 <= self.row < len(body) and self.key and body[self.row].key == self.key:
            return
        for row, each in enumerate(body):
            if self.key and each.key == self.key:
                self.row = row
                return
        self.row = self._nearest(body) if len(body) else 0
        self.key = body[self.row].key if len(body) else ""

    def _nearest(self, body: Rows) -> int:
        last = len(body) - 1
        start = max(0, min(self.row, last))
        below = next((row for row in range(start, last + 1) if body[row].key), None)
        above = next((row for row in range(start, -1, -1) if body[row].key), None)
        if below is None:
            return start if above is None else above
        return below

    def move(self, by: int, body: Rows) -> bool:
        """Over `by` selectable lines, as far as there are any; False if the cursor stays."""
        rows = [row for row, each in enumerate(body) if each.key]
        if not rows or self.row not in rows:
            return False
        place = max(0, min(rows.index(self.row) + by, len(rows) - 1))
        moved = rows[place] != self.row
        self.row = rows[place]
        self.key = body[self.row].key
        return moved
