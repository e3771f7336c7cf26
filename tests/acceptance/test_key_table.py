"""Key table: each key that is advertised somewhere does something there that a person sees; none is dead."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from crew_core.ops.scopes import Scope
from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import MAIN, Key
from crew_tui.keymap.table import DEFAULT
from crew_tui.situation import TABS, Region
from tests.acceptance.stage import Stage, playing, watched
from tests.acceptance.walk import PLACES, Place, go, home, usable
from tests.acceptance.written_runs import completed, failed, interrupted

#: Where one may be in a list or on a time line when a key is pressed: at an end of it, some keys have nothing to do.
_FROM = ((), ("G",), ("g",), ("j",), ("+", "+", "right"), ("t", "+", "+", "right"), ("/", "t", "h", "e", "enter"))

#: What a thread does; it is waited for.
_BY_A_THREAD = frozenset({Action.COPY, Action.WRAP})

_COVERS = {place.name for place in PLACES} - {region.value for region in (Region.RUNS, *TABS)}

#: Longer than a line.
LONG = "\n".join(["guard the division, " * 12] * 3)

#: What the same files show again is the same.
_NOT_SEEN = frozenset({Action.RELOAD})


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_each_advertised_key_does_something(place: Place, tmp_path: Path) -> None:
    """What is the same in every tab is tried from the list of runs, and from each of them in the torture."""
    same = place.name not in _COVERS and place.name != Region.RUNS
    await none_is_dead(place, tmp_path, lambda entry: not (same and entry.scope >= MAIN and entry.group != Group.MOVE))


@pytest.mark.torture
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
async def test_each_does_everywhere(place: Place, tmp_path: Path) -> None:
    await none_is_dead(place, tmp_path, lambda entry: True)


async def none_is_dead(place: Place, tmp_path: Path, wanted: Callable[[Key], bool]) -> None:
    root = tmp_path / "runs"
    for write in (interrupted, failed, completed):
        run = write(root, says=LONG)
    scopes = (Scope("acme", lambda: (root,)), Scope("all", lambda: (root, tmp_path)))
    async with playing(watched(scopes, select=run.path, start_in=tmp_path), size_for(place), toasts=True) as stage:
        await home(stage)
        await go(stage, place)
        advertised = [entry for entry in usable(stage) if entry.action not in _NOT_SEEN and wanted(entry)]
        assert advertised
        arrive = partial(go_anew, stage, place, run.path)
        dead = [entry.action.value for entry in advertised if not await works(entry, stage, arrive)]
        assert not dead, f"dead: {dead}"


def size_for(place: Place) -> tuple[int, int]:
    """So low that there is something to scroll to; where texts are read so narrow that some lines are too long."""
    if place.name in _COVERS:
        return (60, 11 if place.name == "replay" else 9)
    return (200, 12 if place.name == "graph" else 13)


async def go_anew(stage: Stage, place: Place, run: Path) -> None:
    """To the place, with the run selected."""
    await home(stage)
    stage.app.main.select_when_seen(run)
    await go(stage, place)


async def works(entry: Key, stage: Stage, arrive: Callable[[], Awaitable[None]]) -> bool:
    """It does something from at least one starting point of the place."""
    # What a thread reads may be there only the second time.
    for start in (*_FROM, *_FROM):
        await arrive()
        await stage.press(*start)
        stage.app.clear_notifications()
        await stage.settled()
        if entry in usable(stage):
            before = stage.picture()
            await stage.press(entry.keys[0])
            if entry.action in _BY_A_THREAD:
                await stage.until(lambda seen=before: stage.picture() != seen, entry.says)
            if stage.picture() != before:
                return True
    return False


def test_every_action_has_a_place_and_a_key() -> None:
    assert {entry.action for entry in DEFAULT.entries} == set(Action)
