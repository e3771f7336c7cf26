"""Every place of the dashboard, how one comes there by keys, and what can be pressed there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.situation import Region
from tests.acceptance.stage import Stage, name_of


@dataclass(frozen=True)
class Place:
    """`keys` lead there from the list of runs; `filled`: what was read for it stands there."""

    name: str
    keys: tuple[str, ...]
    filled: Callable[[str], bool] = lambda text: True


def says(*words: str) -> Callable[[str], bool]:
    """One of them."""
    return lambda text: any(word in text for word in words)


def much(text: str) -> bool:
    """Between the borders stands more than a word or two."""
    inner = "".join(text.splitlines()[1:-2])
    return sum(character not in " │┃" for character in inner) > 24


#: Where the keys of the table work. What fills them is in the runs of `written_runs` and of pi-crew's form.
PLACES = (
    Place("runs", ()),
    Place("agents", ("1",), says("01_")),
    Place("progress", ("2",), says("run.", "task.")),
    Place("mail", ("3",), says("outbox", "No mail")),
    Place("output", ("4",), says("has seen it", "Done.", "printed")),
    Place("health", ("5",)),
    Place("plan", ("7",)),
    Place("graph", ("8",), says("01_")),
    Place("status", ("s",), much),
    Place("summary", ("u",), much),
    Place("artifacts", ("a",), says("results/", "brought")),
    Place("manifest", ("i",), says("runId")),
    Place("agents-text", ("d",), says("01_")),
    Place("agent-events", ("e",), much),
    Place("raw-output", ("o",), much),
    Place("transcript", ("v",), much),
    Place("replay", ("P",), says("#")),
    Place("resources", ("T",), says("default")),
    Place("alerts", ("!",)),
)

#: Screens that take every key themselves.
MODALS = (
    Place("help", ("?",), says("Esc close")),
    Place("palette", (":",), says("command")),
    Place("menu", ("x",), says("menu")),
    Place("filter", ("/",), says("filter")),
    Place("new run", ("n",), says("new run")),
)

#: What leaves the dashboard, or gives the terminal to another program.
LEAVING = frozenset({Action.QUIT, Action.EDITOR, Action.PAGER, Action.SHELL})


async def go(stage: Stage, place: Place, *, patience_s: float | None = None) -> bool:
    """From wherever one is; False if nothing leads there with the run that is selected.

    :param patience_s: of a run of which it is not known what fills its screens: how long something may take.
    """
    await home(stage)
    for key in place.keys:
        if stage.app.main.keymap.find(name_of(key), keyed(stage).situation()) is None:
            return False
        await stage.press(key)
    if patience_s is None:
        await stage.until(lambda: place.filled(stage.text()), f"{place.name} filled")
    else:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while not place.filled(stage.text()):
                    await stage.app.something()
        await stage.settled()
    return True


async def home(stage: Stage) -> None:
    """To the list of runs, with nothing over it, nothing filtered, marked or zoomed; the selected run stays."""
    main = stage.app.main
    for _ in range(16):
        now = main.situation()
        if not stage.covers and now.region is Region.RUNS and not (now.filtered or now.marked or now.zoomed):
            await stage.until(lambda: main.situation().run is not None, "the selected run read")
            return
        await stage.press("escape")
    raise AssertionError(f"Esc does not lead to the runs\n{stage.text()}")


def keyed(stage: Stage) -> KeyedScreen:
    screen = stage.app.screen
    assert isinstance(screen, KeyedScreen), screen
    return screen


def usable(stage: Stage) -> Sequence[Key]:
    """The entries of the key table that would do something here and now, those that leave the dashboard left out."""
    screen = keyed(stage)
    return [entry for entry in screen.keymap.available(screen.situation()) if entry.action not in LEAVING]


def where(stage: Stage) -> tuple[object, Region]:
    return stage.app.screen, stage.app.main.place


async def visit_everything(stage: Stage, *, patience_s: float | None = None) -> list[str]:
    """Go to each place and press every key that does something there; the names of the places.

    A key that opens the same screen from everywhere is pressed in one place. `patience_s`: see `go`.
    """
    visited, opening = [], set[Key]()
    for place in (*PLACES, *MODALS):
        if not await go(stage, place, patience_s=patience_s):
            continue
        visited.append(place.name)
        if place in MODALS:
            await stage.press(*"theme", "down", "down", "up", "pagedown", "pageup", "tab", "left", "backspace")
            continue
        there = where(stage)
        for entry in usable(stage):
            if entry in opening:
                continue
            if where(stage) != there:
                await go(stage, place, patience_s=patience_s)
                there = where(stage)
            covers = stage.covers
            await stage.press(entry.keys[0])
            if stage.covers > covers:
                opening.add(entry)
    await home(stage)
    return visited
