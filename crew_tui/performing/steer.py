"""Actions that change runs: asked first, then carried out in a thread, then told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.observe.slices import RunRow
from crew_tui.actions import Action
from crew_tui.questions import Question, question, question_of_many
from crew_tui.requests import Target, request, start_request
from crew_tui.screens.confirm import GUARD_S, Confirm
from crew_tui.situation import can_end, can_resume, can_retry

if TYPE_CHECKING:
    from crew_tui.app import Dashboard
    from crew_tui.screens.new_run import Wish

_TASK_ACTIONS = frozenset({Action.CANCEL_TASK, Action.STOP_TASK, Action.RETRY_TASK})

_FIT: dict[Action, Callable[[RunRow], bool]] = {
    Action.CANCEL_RUN: can_end,
    Action.STOP_RUN: can_end,
    Action.RETRY_RUN: can_retry,
    Action.RESUME_RUN: can_resume,
}


def _ask(app: Dashboard, action: Action) -> None:
    now = app.main.situation()
    marked = [row for row in now.marked if _FIT.get(action, can_end)(row)]
    if marked and action not in _TASK_ACTIONS:
        targets = [Target(row.path) for row in marked]
        asked = question_of_many(action, targets, left_out=len(now.marked) - len(marked))
    else:
        task_id = now.task.id if now.task and action in _TASK_ACTIONS else None
        targets = [Target(Path(app.main.runs.selected), task_id)]
        asked = question(action, targets[0], now.tasks)
    _confirm(app, asked, partial(_carry_out, app, action, targets))


def _confirm(app: Dashboard, asked: Question, carry_out: Callable[[], None]) -> None:
    def answered(yes: bool | None) -> None:
        if yes:
            app.notify_briefly(f"{asked.title.rstrip('?')}: asked")
            carry_out()

    screen = Confirm(
        asked.title,
        asked.consequences,
        yes=asked.yes,
        safe=asked.safe,
        guard_s=GUARD_S if app.guard_s is None else app.guard_s,
        names=asked.names,
        typed=asked.typed,
    )
    app.push_screen(screen, answered)


def _carry_out(app: Dashboard, action: Action, targets: list[Target]) -> None:
    for target in targets:
        app.steering.carry_out(request(action, target))
    app.main.runs.clear_marks()


def _new_run(app: Dashboard) -> None:
    from crew_tui.screens.new_run import NewRun

    app.push_screen(NewRun(app.start_in, app.planner), partial(_start, app))


def _start(app: Dashboard, wish: Wish | None) -> None:
    if wish is not None:
        app.notify_briefly("starting a run")
        app.steering.carry_out(start_request(wish, app.start_in, app.main.select_when_seen))


STEER: dict[Action, Callable[[Dashboard], object]] = {
    Action.NEW_RUN: _new_run,
    **{action: partial(lambda action, app: _ask(app, action), action) for action in (*_TASK_ACTIONS, *_FIT)},
}
