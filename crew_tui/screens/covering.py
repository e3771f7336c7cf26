"""A screen that covers the main one: under the same first line, so that one knows where one is and what is true."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult

from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.palette import Palette
from crew_tui.panes.footer import FooterPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.header import CoverHeader
from crew_tui.panes.live import LivePane
from crew_tui.screens.keyed import KeyedScreen

_MINUTE_S = 60.0


class CoveringScreen(KeyedScreen):
    """Has the first and the last line; what is between them is the subclass's, and most have one pane there."""

    pane: LivePane

    def __init__(  # noqa: PLR0917 - what every screen is given
        self,
        crumb: str,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        keymap: Keymap,
        *,
        of_run: bool = True,
    ) -> None:
        """:param crumb: what the screen is, in the first line; `of_run`: the run that is selected stands before it."""
        super().__init__(keymap, perform)
        self._moment = moment
        self.header = CoverHeader(palette, glyphs, moment, crumb=crumb, of_run=of_run)
        self.footer = FooterPane(palette, glyphs, moment, keymap=keymap, id="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        yield self.pane
        yield self.footer

    def on_mount(self) -> None:
        self._wait_for_the_minute()

    def _wait_for_the_minute(self) -> None:
        now = self._moment().now
        self.set_timer(_MINUTE_S - now.second - now.microsecond / 1e6, self._minute)

    def _minute(self) -> None:
        self.minute_passed()
        self._wait_for_the_minute()

    def minute_passed(self) -> None:
        """The clock says something else, and so may ages."""
        self.header.rebuild()
