"""Whose output is shown: that of all agents, or of the selected one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.panes.output import OutputPane
from crew_tui.performing.look import chosen_task
from crew_tui.situation import Region

if TYPE_CHECKING:
    from crew_tui.app import Dashboard


def _turn(app: Dashboard) -> None:
    """Between all and one: the one from which one came, else the one selected in its tab, else what matters most."""
    main, pane = app.main, app.main.detail
    if not isinstance(pane, OutputPane):
        return
    before = pane.task_id
    if before is not None:
        main.show_output(None)
        pane.came_from = before
        return
    agents = main.details.get(Region.AGENTS)
    selected = pane.came_from or (agents.chosen_task if agents is not None else "")
    task = chosen_task(app)
    main.show_output(selected or (task.id if task is not None else None))


WHOSE_OUTPUT: dict[Action, Callable[[Dashboard], object]] = {Action.WHOSE_OUTPUT: _turn}
