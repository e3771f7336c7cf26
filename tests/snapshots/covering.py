"""A screen that covers the main one: how it is made, and what it shows in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from crew_core.observe.slices import LinkSlice, LinkState
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.text import TextScreen
from crew_tui.screens.transcript import TranscriptScreen
from tests.tui.builders import ago
from tests.tui.cover_host import Cover, covered, first_row_is_read
from tests.tui.grid import styled_grid

#: May write into the directory that it gets, whose name must not be shown.
Make = Callable[[Cover, Path], KeyedScreen]


@dataclass(frozen=True, slots=True)
class Covering:
    """`shows` stands there before the `keys` are pressed, `then` in the end."""

    make: Make
    shows: str
    keys: tuple[str, ...] = ()
    then: str = ""


def for_ever(make: Make) -> Make:
    """The screen while what it waits for does not come."""

    def deaf(app: Cover, directory: Path) -> KeyedScreen:
        app.deaf = True
        return make(app, directory)

    return deaf


def out_of_date(make: Make) -> Make:
    """The screen while nothing new can be heard of what it shows."""

    def unheard(app: Cover, directory: Path) -> KeyedScreen:
        app.link = LinkSlice("inotify", LinkState.STALE, ago(23))
        return make(app, directory)

    return unheard


def denied(*_: object) -> NoReturn:
    """In place of what opens or reads something."""
    raise PermissionError(13, "Permission denied")


@asynccontextmanager
async def opened(covering: Covering, size: tuple[int, int], theme: str = "crew-dark") -> AsyncIterator[Cover]:
    """The screen has come to rest."""
    with TemporaryDirectory() as directory:
        below = (size[0], size[1] - 1)
        async with covered(lambda app: covering.make(app, Path(directory)), below, theme=theme) as (app, pilot):
            await app.until(lambda: covering.shows in app.text() and _is_read(app))
            await pilot.press(*covering.keys)
            await app.until(lambda: covering.then in app.text() and _is_read(app))
            before, now = "", styled_grid(app.screen)
            while now != before:
                await pilot.pause()
                before, now = now, styled_grid(app.screen)
            yield app


def _is_read(app: Cover) -> bool:
    """All that is in sight is there, laid out for this width."""
    screen = app.shown
    if app.deaf:
        return True
    match screen:
        case TextScreen():
            progress = screen.pane.progress
            return progress is not None and progress.complete and first_row_is_read(screen)
        case TranscriptScreen():
            pane = screen.pane
            return all(pane._rows.fresh(pane._state_of(spot.entry)) for spot in pane._spots if spot)
        case _:
            return True
