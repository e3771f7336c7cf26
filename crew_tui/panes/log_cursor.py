"""The selected entry of a log: nothing is made or gone through to find it or to move, however long the log is."""

from __future__ import annotations

from crew_tui.lines import Rows
from crew_tui.panes.log_rows import LogWindow
from crew_tui.widgets.cursor import Cursor


class LogCursor(Cursor):
    """Held by the number of the entry. When a filter leaves it out, the next one takes over until it is back."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        #: The key that stands for where the cursor has been put by itself.
        self._found = ""

    def find(self, body: Rows) -> None:
        if self.key and self.key != self._found:
            self._number = int(self.key)
        if isinstance(body, LogWindow) and len(body):
            self._stand_at(body, body.row_of(self._number))
        else:
            self.row, self.key = 0, ""
            self._found = ""

    def move(self, by: int, body: Rows) -> bool:
        if not isinstance(body, LogWindow) or not len(body):
            return False
        before = self.key
        self.go_to(body, body.beside(self.row, by))
        return self.key != before

    def go_to(self, body: LogWindow[object], row: int) -> None:
        self._number = body.number_at(row)
        self._stand_at(body, row)

    def _stand_at(self, body: LogWindow[object], row: int) -> None:
        self.row = row
        self.key = self._found = str(body.number_at(row))
