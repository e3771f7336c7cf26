"""A program with one screen that covers everything, as the dashboard opens it; it remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from crew_tui.actions import Action
from crew_tui.glyphs import UNICODE, Glyphs
from crew_tui.keymap.table import DEFAULT
from crew_tui.outside.copying import Copyable
from crew_tui.palette import palette_of
from crew_tui.panes.frame import Frame
from crew_tui.panes.standing import Standing
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.text import TextScreen
from crew_tui.texts.source import TextSource
from crew_tui.theme_files import themes
from tests.tui.builders import LINK, frame
from tests.tui.grid import grid

#: Nothing that a test waits for takes so long, however busy the machine is.
_PATIENCE_S = 30.0

_LOOK_S = 0.05


class Cover(App[None]):
    """`done` are the actions that the screen left to the program; BACK closes the screen."""

    CSS = "#header, #footer { height: 1; }"
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self, make: Callable[[Cover], KeyedScreen], glyphs: Glyphs = UNICODE, theme: str = "crew-dark"
    ) -> None:
        super().__init__()
        for each in themes():
            self.register_theme(each)
        self.theme = theme
        self.glyphs = glyphs
        self._make = make
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.done: list[Action] = []
        self.copied: list[Copyable] = []
        self.edited: list[Path] = []
        self.texts: list[TextSource] = []
        #: What threads tell does not come: screens are loading for ever.
        self.deaf = False
        self.link = LINK

    def on_mount(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.shown = self._make(self)
        self.push_screen(self.shown)

    def dress(self) -> tuple[Any, ...]:
        """What every screen is given first."""
        return palette_of(self.current_theme), self.glyphs, self._moment, self._perform

    def _moment(self) -> Frame:
        return frame(glyphs=self.glyphs, standing=Standing(("acme-api", "cfc0cf97"), link=self.link))

    def _perform(self, action: Action) -> None:
        self.done.append(action)
        if action is Action.BACK:
            self.pop_screen()

    def run_soon(self, callback: Callable[[], None]) -> None:
        """As the dashboard's, from any thread."""
        if self._loop is not None and not self._loop.is_closed() and not self.deaf:
            self._loop.call_soon_threadsafe(partial(self.call_later, self._take, callback))

    def _take(self, callback: Callable[[], None]) -> None:
        callback()
        self._told.set()

    def copy(self, copyables: Sequence[Copyable]) -> None:
        self.copied.extend(copyables)
        self._told.set()

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for what threads tell until it holds, and until it has been painted."""
        async with asyncio.timeout(_PATIENCE_S):
            while not condition():
                self._told.clear()
                # Screens that come and go tell nobody: they are looked at from time to time.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._told.wait(), _LOOK_S)
        settled = asyncio.Event()
        self.screen.call_after_refresh(settled.set)
        await settled.wait()

    def lines(self) -> list[str]:
        """What stands on the screen below its first line, without the blanks at the right edge."""
        return [line.rstrip() for line in grid(self.screen)[1:]]

    def text(self) -> str:
        return "\n".join(self.lines())


@asynccontextmanager
async def covered(
    make: Callable[[Cover], KeyedScreen],
    size: tuple[int, int] = (80, 24),
    glyphs: Glyphs = UNICODE,
    theme: str = "crew-dark",
) -> AsyncIterator[tuple[Cover, Pilot[None]]]:
    """The screen is open and has been painted once. `size` is what there is below its first line."""
    app = Cover(make, glyphs, theme)
    async with app.run_test(size=(size[0], size[1] + 1)) as pilot:
        await pilot.pause()
        yield app, pilot


def text_screen(source: TextSource) -> Callable[[Cover], TextScreen]:
    return lambda app: TextScreen(
        source,
        *app.dress(),
        keymap=DEFAULT,
        run_soon=app.run_soon,
        copy=app.copy,
        edit=app.edited.append,
        page=app.edited.append,
    )


@asynccontextmanager
async def reading(
    source: TextSource, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE
) -> AsyncIterator[tuple[Cover, TextScreen, Pilot[None]]]:
    """A text is open, and read to its end."""
    async with covered(text_screen(source), size, glyphs) as (app, pilot):
        screen = app.shown
        assert isinstance(screen, TextScreen)
        pane = screen.pane
        await app.until(lambda: pane.progress is not None and pane.progress.complete and first_row_is_read(screen))
        yield app, screen, pilot


def first_row_is_read(screen: TextScreen) -> bool:
    """What is in sight has come."""
    pane = screen.pane
    if pane.progress is None or not pane.progress.rows:
        return True
    return all(pane.rows.is_read(row) for row in range(pane._first, min(pane._first + pane.page, pane.progress.rows)))
