"""Actions that only change what is looked at: moving, tabs, regions, zoom."""

from __future__ import annotations

from collections.abc import Callable

from crew_tui.actions import Action
from crew_tui.screens.main import MainScreen
from crew_tui.situation import Region

_STEPS: dict[Action, Callable[[MainScreen], object]] = {
    Action.UP: lambda main: main.pane.move(-1),
    Action.DOWN: lambda main: main.pane.move(1),
    Action.PAGE_UP: lambda main: main.pane.move_pages(-1),
    Action.PAGE_DOWN: lambda main: main.pane.move_pages(1),
    Action.HOME: lambda main: main.pane.move_home(),
    Action.END: lambda main: main.pane.move_end(),
    Action.OPEN_RUN: lambda main: main.go_to(main.tab),
    Action.TAB_AGENTS: lambda main: main.go_to(Region.AGENTS),
    Action.TAB_PROGRESS: lambda main: main.go_to(Region.PROGRESS),
    Action.TAB_OUTPUT: lambda main: main.show_output(None),
    Action.OPEN_OUTPUT: lambda main: main.show_output(main.agents.selected or None),
    # There are two: forwards and backwards are the same.
    Action.NEXT_REGION: lambda main: main.go_to(_other(main)),
    Action.PREVIOUS_REGION: lambda main: main.go_to(_other(main)),
    Action.FOLLOW: lambda main: main.pane.follow(not main.pane.following),
    Action.ZOOM: lambda main: main.zoom(not main.zoomed),
}


def _other(main: MainScreen) -> Region:
    return main.tab if main.place is Region.RUNS else Region.RUNS


def navigate(main: MainScreen, action: Action) -> bool:
    """Carry out `action` if it is one of these."""
    step = _STEPS.get(action)
    if step is None:
        return False
    step(main)
    return True
