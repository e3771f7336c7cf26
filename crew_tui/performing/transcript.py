"""The transcript of a task."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from crew_tui.actions import Action
from crew_tui.performing.look import chosen_task, open_text
from crew_tui.performing.outside import copy_one_of, edit_file, page_file

if TYPE_CHECKING:
    from crew_core.observe.transcript_index import Key
    from crew_tui.app import Dashboard


def open_transcript(
    app: Dashboard, task_id: str, *, attempt: int | None = None, line: tuple[Key, int] | None = None
) -> None:
    """Of the newest attempt, at its end, where nothing else is given; `line`: see `TranscriptScreen`."""
    from crew_tui.screens.transcript import TranscriptScreen

    app.push_screen(
        TranscriptScreen(
            lambda: (app.main.detail.run, app.main.detail.tasks),
            task_id,
            *app.dress(),
            keymap=app.keymap,
            run_soon=app.link.run_soon,
            open_text=partial(open_text, app),
            copy=partial(copy_one_of, app),
            edit=partial(edit_file, app),
            page=partial(page_file, app),
            attempt=attempt,
            line=line,
        )
    )


def _transcript(app: Dashboard) -> None:
    task = chosen_task(app)
    if task is None:
        app.notify_briefly("no agent was started in this run yet")
    else:
        open_transcript(app, task.id)


TRANSCRIPT: dict[Action, Callable[[Dashboard], object]] = {Action.TRANSCRIPT: _transcript}
