"""The whole dashboard without a terminal: press keys, wait for what comes of them, read every frame."""

from __future__ import annotations

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual import events
from textual.keys import _character_to_key, _get_unicode_name_from_key
from textual.screen import Screen
from textual.strip import Strip

from crew_core.observe.watcher import Backend
from crew_core.ops.scopes import Scope, scope_of_directories
from crew_tui.app import Dashboard
from crew_tui.store_link import MakeSource, Publish, Source, StoreLink, observing
from tests.tui.builders import NOW, ROOT
from tests.tui.dashboard import PLANNER, opened_with
from tests.tui.grid import grid, strips

#: Nothing that a test waits for takes so long, however busy the machine is.
PATIENCE_S = 30.0

#: Now, for these tests: shortly after the runs of `written_runs` and of `tests.observe.picrew.written`.
LATER = datetime(2026, 5, 15, 16, 40, 22, tzinfo=UTC)

#: Turns of the loop in which nothing happens, after which nothing will: no handler hands on more often in silence.
_QUIET_TURNS = 8


class WatchedDashboard(Dashboard):
    """Counts its frames, and lets a test look at each in the moment in which it is painted."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.frames = 0
        self.on_frame: Callable[[], None] = lambda: None
        self._happened = asyncio.Event()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, renderable)
        self.frames += 1
        self.on_frame()
        self._happened.set()

    async def something(self) -> None:
        """Until another frame has been painted."""
        self._happened.clear()
        await self._happened.wait()


def name_of(key: str) -> str:
    """Textual's name of a character; names stay as they are."""
    return _character_to_key(key) if len(key) == 1 and not key.isalnum() else key


class Stage:
    """A dashboard that is running."""

    def __init__(self, app: WatchedDashboard) -> None:
        self.app = app

    def type(self, *keys: str) -> None:
        """Keys as a terminal hands them over, by name or character, without waiting for anything."""
        driver = self.app._driver
        assert driver is not None
        for key in keys:
            name = name_of(key)
            try:
                character: str | None = unicodedata.lookup(_get_unicode_name_from_key(name))
            except KeyError:
                character = name if len(name) == 1 else None
            event = events.Key(name, character)
            event.set_sender(self.app)
            driver.send_message(event)

    async def press(self, *keys: str) -> None:
        """One key after the other, each when everything that the former one caused is done and painted."""
        for key in keys:
            self.type(key)
            await self.settled()

    async def settled(self) -> None:
        """Nothing is left to be done on the loop, and what was done is painted. Threads may still be at work."""
        quiet = 0
        while quiet < _QUIET_TURNS:
            await asyncio.sleep(0)
            if self.app.failure is not None:
                raise self.app.failure
            if self.app._exit:
                return
            quiet = 0 if self._busy() else quiet + 1

    def _busy(self) -> bool:
        if any(pump.message_queue_size for pump in (self.app, *self.app._registry)):
            return True
        screen = self.app.screen
        unpainted = screen._layout_required or screen._repaint_required or screen._dirty_widgets or screen._callbacks
        if unpainted and screen.is_current:
            # As the pilot does: not to wait for the time of the next frame.
            screen._on_timer_update()
        return bool(unpainted)

    async def until(self, true: Callable[[], object], what: str = "") -> None:
        """Wait for what threads bring, frame by frame."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.settled()
                while not true():
                    try:
                        await asyncio.wait_for(self.app.something(), 0.05)
                    except TimeoutError:
                        await self.settled()
        except TimeoutError:
            raise AssertionError(f"never: {what or true}; on the screen:\n{self.text()}") from None

    async def sees(self, words: str) -> None:
        await self.until(lambda: words in self.text(), repr(words))

    def lines(self) -> list[str]:
        return grid(self.app.screen)

    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.lines())

    def strips(self) -> list[Strip]:
        return strips(self.app.screen)

    def picture(self) -> str:
        """What stands on the screen with its colours: different whenever a person would see a difference."""
        return "\n".join("".join(f"{segment.style}|{segment.text}" for segment in strip) for strip in self.strips())

    @property
    def covers(self) -> int:
        """Screens above the main one."""
        return len(self.app.screen_stack) - 2


@asynccontextmanager
async def playing(
    app: WatchedDashboard, size: tuple[int, int] = (120, 40), *, toasts: bool = False
) -> AsyncIterator[Stage]:
    """The dashboard runs and its first run is selected, if there is one."""
    async with app.run_test(size=size, notifications=toasts):
        stage = Stage(app)
        await stage.settled()
        yield stage


def over(*directories: Path, **options: Any) -> WatchedDashboard:
    """Over real files, through the real observer, as `monitor` shows them."""
    return watched((scope_of_directories(directories),), **{"read_only": True, **options})


def over_own(root: Path, **options: Any) -> WatchedDashboard:
    """Over the runs of a project that one may steer."""
    return watched((Scope("acme", lambda: (root,)),), **options)


def scripted(source: Callable[[Publish], Source], **options: Any) -> WatchedDashboard:
    """Over slices that the test makes, at their moment."""
    scopes = (Scope("acme-api", lambda: (ROOT,)),)
    return watched(scopes, **{"make_source": source, "clock": lambda: NOW, "planner": PLANNER, **options})


def watched(
    scopes: Sequence[Scope], *, make_source: MakeSource | None = None, backend: str = Backend.AUTO, **options: Any
) -> WatchedDashboard:
    """`backend`: how the real observer is to notice changes."""
    given: dict[str, Any] = {"clock": lambda: LATER, "zone": UTC, "guard_s": 0.0}
    link = StoreLink(scopes, make_source or observing(scopes, backend))
    opening, rest = opened_with({**given, **options})
    return WatchedDashboard(link, opening, **rest)
