"""The transcript of a task."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.performing.look import chosen_task, open_text

if TYPE_CHECKING:
    from crew_tui.app import Dashboard


def open_transcript(app: Dashboard, task_id: str) -> None:
    from crew_tui.run_texts import agent_events_source

    task = next(each for each in app.main.detail.tasks.tasks if each.id == task_id)
    open_text(app, agent_events_source(app.main.detail.run, task, app.moment().zone))


def _transcript(app: Dashboard) -> None:
    task = chosen_task(app)
    if task is None:
        app.notify_briefly("no agent was started in this run yet")
    else:
        open_transcript(app, task.id)


TRANSCRIPT: dict[Action, Callable[[Dashboard], object]] = {Action.TRANSCRIPT: _transcript}
