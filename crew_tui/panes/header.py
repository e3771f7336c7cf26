"""The panes of the first line: that of the main screen, and that of the screens over it."""

from __future__ import annotations

from dataclasses import replace

from crew_core.observe.slices import LinkSlice, RunsSlice
from crew_tui.lines import Line
from crew_tui.panes.frame import Frame
from crew_tui.panes.header_line import header_line
from crew_tui.panes.live import LivePane
from crew_tui.panes.standing import Standing, counts_of
from crew_tui.widgets.view import View


class _FirstLine(LivePane):
    """One line, never focused."""

    can_focus = False

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, bordered=False, id="header", **options)  # type: ignore[arg-type]

    def _shown(self, made: Line) -> View:
        return self.view if self.view.body and self.view.body[0].pieces == made.pieces else View((made,))


class HeaderPane(_FirstLine):
    """Keeps how everything stands."""

    def __init__(self, *args: object, scope: str) -> None:
        super().__init__(*args)
        self.standing = Standing((scope, "runs"))

    def go_to_scope(self, scope: str) -> None:
        self._take(crumbs=(scope, *self.standing.crumbs[1:]))

    def take_runs(self, runs: RunsSlice) -> None:
        self._take(counts=counts_of(runs))

    def take_link(self, link: LinkSlice) -> None:
        self._take(link=link)

    def take_unread(self, number: int) -> None:
        """How many alerts nobody has read."""
        if number != self.standing.unread:
            self._take(unread=number)

    def lead_to(self, *crumbs: str) -> None:
        """The path to what is looked at, below the project."""
        if crumbs != self.standing.crumbs[1:]:
            self._take(crumbs=(self.standing.crumbs[0], *crumbs))

    def _take(self, **changes: object) -> None:
        self.standing = replace(self.standing, **changes)  # type: ignore[arg-type]
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        return self._shown(header_line(self.standing, frame))


class CoverHeader(_FirstLine):
    """The same as on the main screen, which says how everything stands, and what this screen is."""

    def __init__(self, *args: object, crumb: str, of_run: bool) -> None:
        super().__init__(*args)
        self._crumb = crumb
        self._of_run = of_run

    def compose_view(self, frame: Frame) -> View:
        standing = frame.standing or Standing(())
        if not self._of_run:
            standing = replace(standing, crumbs=standing.crumbs[:1])
        return self._shown(header_line(standing, frame, self._crumb))
