"""Esc: one step back, and what it takes back first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.app import Dashboard


def step_back(app: Dashboard) -> None:
    """Messages, the filter, marks, the zoom, then to the runs; on a screen that covers the main one: close it."""
    main = app.main
    if main.told:
        main.told = False
        app.clear_notifications()
    elif app.screen is not main:
        app.pop_screen()
    elif main.place is Region.RUNS and main.runs.filtered:
        main.runs.unfilter()
    elif main.place is not Region.RUNS and main.detail.filtered:
        main.detail.unfilter()
    elif main.runs.marked_rows:
        main.runs.clear_marks()
    elif main.zoomed:
        main.zoom(False)
    else:
        main.go_to(Region.RUNS)
