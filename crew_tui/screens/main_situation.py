"""What decides which keys of the dashboard do something now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crew_core.observe.slices import NO_RUN, Liveness
from crew_tui.actions import Action
from crew_tui.situation import Region, Situation

if TYPE_CHECKING:
    from crew_tui.screens.main import MainScreen


def situation_of(main: MainScreen, *, unread: bool, narrow: bool, read_only: bool) -> Situation:
    """:param unread: the selected run is still being read: nothing can be done to the former one.
    :param narrow: there is room for the list or the run, not for both."""
    in_runs = main.place is Region.RUNS
    detail, pane = main.detail, main.pane
    run = NO_RUN if unread else detail.run
    tasks = detail.tasks.tasks if run.shown else ()
    chosen = "" if in_runs else detail.chosen_task
    return Situation(
        region=main.place,
        tab=main.tab,
        run=run.run,
        run_known=bool(main.runs.selected),
        interrupted=run.live is Liveness.INTERRUPTED,
        tasks=tasks,
        task=next((task for task in tasks if task.id == chosen), None),
        # What the list says instead of runs is no row.
        rows=0 if in_runs and not pane.selected else len(pane.view.body),
        zoomed=main.zoomed and not main.small,
        narrow=narrow,
        small=main.small,
        read_only=read_only,
        messages=main.told,
        foreign=run.foreign,
        newer=run.newer,
        marked=main.runs.marked_rows,
        filtered=main.runs.filtered if in_runs else detail.filtered,
        folded=None if in_runs or unread else detail.folded,
        offers=_offers(main) | (frozenset() if in_runs else detail.offers()),
    )


def _offers(main: MainScreen) -> frozenset[Action]:
    known = {Action.COPY, Action.EDITOR, Action.SHELL} if main.runs.selected else set()
    return frozenset(known | ({Action.SCOPE} if main.several_scopes else set()))
