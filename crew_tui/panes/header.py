"""The pane of the first line."""

from __future__ import annotations

from crew_core.observe.slices import LinkSlice, RunsSlice
from crew_tui.panes.frame import Frame
from crew_tui.panes.header_line import RunCounts, counts_of, header_line
from crew_tui.panes.live import LivePane
from crew_tui.widgets.view import View


class HeaderPane(LivePane):
    """One line, never focused."""

    can_focus = False

    def __init__(self, *args: object, scope: str, **options: object) -> None:
        super().__init__(*args, bordered=False, **options)  # type: ignore[arg-type]
        self.scope = scope
        self._counts = RunCounts()
        self._link: LinkSlice | None = None
        self._crumbs: tuple[str, ...] = ("runs",)
        self._unread = 0

    def take_runs(self, runs: RunsSlice) -> None:
        self._counts = counts_of(runs)
        self.rebuild()

    def take_link(self, link: LinkSlice) -> None:
        self._link = link
        self.rebuild()

    def take_unread(self, number: int) -> None:
        """How many alerts nobody has read."""
        if number != self._unread:
            self._unread = number
            self.rebuild()

    def lead_to(self, *crumbs: str) -> None:
        """The path to what is looked at, below the project."""
        if crumbs != self._crumbs:
            self._crumbs = crumbs
            self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        made = header_line((self.scope, *self._crumbs), self._counts, self._link, frame, unread=self._unread)
        return self.view if self.view.body and self.view.body[0].pieces == made.pieces else View((made,))
