"""The cursor of a list whose keys are known without its lines: nothing is made to find or move it."""

from __future__ import annotations

from collections.abc import Sequence

from crew_tui.lines import Rows
from crew_tui.widgets.cursor import Cursor


class OrderedCursor(Cursor):
    """Each key has one line, in the order that was laid down. Lines without a key may stand behind one of them."""

    def __init__(self) -> None:
        super().__init__()
        self._order: Sequence[str] = ()
        self._places: dict[str, int] = {}
        self._place = 0
        self._parted_at = 0
        self._parted_by = 0

    def lay(self, order: Sequence[str], *, behind: str = "", lines: int = 0) -> None:
        """The keys from now on; `lines` without a key stand behind the line of one."""
        if order is not self._order:
            self._order = order
            self._places = {key: place for place, key in enumerate(order)}
        self._parted_at, self._parted_by = self._places.get(behind, len(order)), lines

    def find(self, body: Rows) -> None:
        place = self._places.get(self.key)
        self._stand_at(max(0, min(self._place, len(self._order) - 1)) if place is None else place)

    def move(self, by: int, body: Rows) -> bool:
        before = self.key
        self._stand_at(max(0, min(self._place + by, len(self._order) - 1)))
        return self.key != before

    def _stand_at(self, place: int) -> None:
        self._place = place
        self.key = self._order[place] if self._order else ""
        self.row = place + (self._parted_by if place > self._parted_at else 0)
