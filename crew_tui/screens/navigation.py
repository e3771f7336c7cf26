"""Actions that only change what is looked at on the main screen: moving, tabs, regions, zoom, order, marks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.situation import TABS, Region

if TYPE_CHECKING:
    from crew_tui.screens.main import MainScreen

_WIDER_BY = 4

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
    Action.TAB_MAIL: lambda main: main.go_to(Region.MAIL),
    Action.TAB_OUTPUT: lambda main: main.show_output(None),
    Action.TAB_HEALTH: lambda main: main.go_to(Region.HEALTH),
    Action.TAB_PLAN: lambda main: main.go_to(Region.PLAN),
    Action.TAB_GRAPH: lambda main: main.go_to(Region.GRAPH),
    Action.NEXT_TAB: lambda main: main.go_to(_beside(main.tab, 1)),
    Action.PREVIOUS_TAB: lambda main: main.go_to(_beside(main.tab, -1)),
    Action.OPEN_OUTPUT: lambda main: main.show_output(main.detail.chosen_task or None),
    # There are two: forwards and backwards are the same.
    Action.NEXT_REGION: lambda main: main.go_to(_other(main)),
    Action.PREVIOUS_REGION: lambda main: main.go_to(_other(main)),
    Action.FOLLOW: lambda main: main.pane.follow(not main.pane.following),
    Action.ZOOM: lambda main: main.zoom(not main.zoomed),
    Action.WIDER: lambda main: main.resize_runs(_WIDER_BY),
    Action.NARROWER: lambda main: main.resize_runs(-_WIDER_BY),
    Action.SORT: lambda main: main.runs.sort_by_next(),
    Action.REVERSE: lambda main: main.runs.reverse(),
    Action.MARK: lambda main: main.runs.toggle_mark(),
    Action.MARK_ALL: lambda main: main.runs.mark_all(),
}


def _other(main: MainScreen) -> Region:
    return main.tab if main.place is Region.RUNS else Region.RUNS


def _beside(tab: Region, by: int) -> Region:
    return TABS[(TABS.index(tab) + by) % len(TABS)]


def navigate(main: MainScreen, action: Action) -> bool:
    """Carry out `action` if it is one of these."""
    step = _STEPS.get(action)
    if step is None:
        return False
    step(main)
    return True
