"""The line between the list of runs and the selected one: it goes where the mouse pulls it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crew_tui.screens.main import MainScreen


class Splitter:
    """Both borders that meet there can be taken hold of."""

    def __init__(self, main: MainScreen) -> None:
        self._main = main
        self._held = False

    def take(self, x: int, y: int) -> bool:
        """The button went down there, in cells of the terminal; whether the line was hit."""
        main = self._main
        edge = main.runs.region.right
        beside = main.runs.display and main.detail.display
        self._held = beside and edge - 1 <= x <= edge and main.runs.region.y <= y < main.runs.region.bottom
        if self._held:
            main.capture_mouse()
        return self._held

    def pull(self, x: int) -> None:
        if self._held:
            self._main.resize_runs(x + 1 - self._main.runs.region.width)

    def let_go(self) -> None:
        if self._held:
            self._held = False
            self._main.release_mouse()
