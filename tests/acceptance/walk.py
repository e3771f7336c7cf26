"""Every place of the dashboard, how one comes there by keys, and what can be pressed there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.situation import Region
from tests.acceptance.stage import Stage


@dataclass(frozen=True)
class Place:
    """`keys` lead there from the list of runs; `filled`: what was read for it stands there."""

    name: str
    keys: tuple[str, ...]
    filled: Callable[[str], bool] = lambda text: True


def says(*words: str) -> Callable[[str], bool]:
    return lambda text: all(word in text for word in words)


#: Where the keys of the table work.
PLACES = (
    Place("runs", ()),
    Place("agents", ("1",), says("01_look")),
    Place("progress", ("2",), says("#")),
    Place("mail", ("3",), says("leader")),
    Place("output", ("4",), says("has seen it")),
    Place("health", ("5",)),
    Place("plan", ("7",)),
    Place("graph", ("8",), says("01_look")),
    Place("status", ("s",), lambda text: len(text) > 400),
    Place("summary", ("u",)),
    Place("artifacts", ("a",), says("results/")),
    Place("manifest", ("i",), says("runId")),
    Place("agents-text", ("d",), says("01_look")),
    Place("agent-events", ("e",), says("started")),
    Place("raw-output", ("o",), says("transcript.raw")),
    Place("transcript", ("v",), lambda text: len(text) > 400),
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
)

#: What leaves the dashboard, or gives the terminal to another program.
LEAVING = frozenset({Action.QUIT, Action.EDITOR, Action.SHELL})


async def go(stage: Stage, place: Place) -> None:
    """From wherever one is."""
    await home(stage)
    await stage.press(*place.keys)
    await stage.until(lambda: place.filled(stage.text()), f"{place.name} filled")


async def home(stage: Stage) -> None:
    """To the list of runs, with nothing over it, nothing filtered, marked or zoomed; the selected run stays."""
    main = stage.app.main
    for _ in range(16):
        now = main.situation()
        if not stage.covers and now.region is Region.RUNS and not (now.filtered or now.marked or now.zoomed):
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
