"""One tab alone on a screen, with a clock that the test moves."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Generic, TypeVar

from textual.app import App, ComposeResult

from crew_core.observe.slices import SliceName
from crew_tui.glyphs import UNICODE
from crew_tui.palette import palette_of
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.theme_files import themes
from tests.tui.builders import NOW, frame
from tests.tui.grid import grid

PaneT = TypeVar("PaneT", bound=DetailPane)


class OneTab(App[None], Generic[PaneT]):
    """`pane.take` what it is to show; `texts` is what stands on screen."""

    def __init__(self, kind: type[PaneT], **frame_options: Any) -> None:
        super().__init__()
        self.now = NOW
        self._options = frame_options
        self.pane = kind(palette_of(themes()[0]), frame_options.get("glyphs", UNICODE), self._moment, id="tab")

    def _moment(self) -> Frame:
        return frame(**{"now": self.now, **self._options})

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.focus()

    def tick(self, now: datetime) -> None:
        """The clock goes on."""
        self.now = now
        self.pane.rebuild()

    def show(self, **slices: object) -> None:
        self.pane.take({SliceName(name): each for name, each in slices.items()})

    def texts(self) -> list[str]:
        return [row.rstrip() for row in grid(self.screen)]
