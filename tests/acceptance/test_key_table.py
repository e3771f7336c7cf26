"""Key table: each key that is advertised somewhere does something there that a person sees; none is dead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from crew_core.ops.scopes import Scope
from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.keymap.table import DEFAULT
from crew_tui.situation import TABS, Region
from tests.acceptance.stage import Stage, playing, watched
from tests.acceptance.walk import PLACES, Place, go, home, usable
from tests.acceptance.written_runs import completed, failed, interrupted

#: Where one may be in a list or on a time line when a key is pressed: at an end of it, some keys have nothing to do.
_FROM = ((), ("G",), ("g",), ("j",), ("+", "+", "right"), ("t", "+", "+", "right"), ("/", "t", "h", "e", "enter"))

_COVERS = {place.name for place in PLACES} - {region.value for region in (Region.RUNS, *TABS)}

#: Longer than a line.
LONG = "\n".join(["guard the division, " * 12] * 3)

#: What the same files show again is the same.
_NOT_SEEN = frozenset({Action.RELOAD})


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_each_advertised_key_does_something(place: Place, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    for write in (interrupted, failed, completed):
        run = write(root, says=LONG)
    scopes = (Scope("acme", lambda: (root,)), Scope("all", lambda: (root, tmp_path)))
    async with playing(watched(scopes, select=run.path, start_in=tmp_path), size_for(place), toasts=True) as stage:
        await stage.sees("01_look")
        await go(stage, place)
        advertised = [entry for entry in usable(stage) if entry.action not in _NOT_SEEN]
        assert advertised
        arrive = partial(go_anew, stage, place, run.path)
        dead = [entry.action.value for entry in advertised if not await works(entry, stage, arrive)]
        assert not dead, f"dead: {dead}"


def size_for(place: Place) -> tuple[int, int]:
    """So low that there is something to scroll to."""
    return (200, {"replay": 11, "graph": 12}.get(place.name, 9 if place.name in _COVERS else 13))


async def go_anew(stage: Stage, place: Place, run: Path) -> None:
    """To the place, with the run selected."""
    await home(stage)
    stage.app.main.select_when_seen(run)
    await go(stage, place)


async def works(entry: Key, stage: Stage, arrive: Callable[[], Awaitable[None]]) -> bool:
    """It does something from at least one starting point of the place."""
    for start in _FROM:
        await arrive()
        await stage.press(*start)
        stage.app.clear_notifications()
        await stage.settled()
        if entry in usable(stage):
            before = stage.picture()
            await stage.press(entry.keys[0])
            if await changes(stage, before):
                return True
    return False


async def changes(stage: Stage, before: str) -> bool:
    """Something else stands on the screen, at once or as soon as a thread has brought it."""
    for _ in range(6):
        if stage.picture() != before:
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(stage.app.something(), 0.05)
    return False


def test_every_action_has_a_place_and_a_key() -> None:
    assert {entry.action for entry in DEFAULT.entries} == set(Action)
