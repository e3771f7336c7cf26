"""Whether an entry of the key table would do something now, and why not if it would not."""

from __future__ import annotations

from crew_core.model.state import Task
from crew_tui.actions import Action, Group
from crew_tui.keymap.entry import MAIN, Key
from crew_tui.keymap.places import place_words
from crew_tui.situation import Situation

#: Done to the selected run or to the dashboard, whichever part of the main screen has the focus.
_OF_THE_MAIN_SCREEN = frozenset({Action.REPLAY, Action.RESOURCES})


#: Done to the agent of the selected task while it works.
_SPOKEN = frozenset({Action.MESSAGE_TASK, Action.INTERRUPT_TASK, Action.ANSWER_TASK, Action.ALLOW, Action.DENY})

OF_TASKS = frozenset({Action.CANCEL_TASK, Action.STOP_TASK, Action.RETRY_TASK}) | _SPOKEN


def in_place(entry: Key, now: Situation) -> bool:
    """It can be asked for by name here: where its key is, and for what is about a run anywhere on the main screen."""
    if now.region in entry.scope:
        return True
    about_run = entry.group is Group.STEER or entry.action in _OF_THE_MAIN_SCREEN
    return about_run and now.region in MAIN and bool(entry.scope & MAIN)


def why_not(entry: Key, now: Situation) -> str:
    """Why it cannot be done now; empty if it can."""
    if not in_place(entry, now):
        return f"only in {place_words(entry.scope)}"
    if entry.does(now):
        return ""
    if entry.of_parts and now.small:
        return "the terminal is too small"
    if entry.group is Group.STEER:
        return _steering(entry.action, now)
    if not now.run_known and not now.rows:
        return "no run is selected" if now.region in MAIN else "nothing is listed"
    return "not now"


def _steering(action: Action, now: Situation) -> str:
    if now.read_only:
        return "read-only"
    if not now.run_known:
        return "no run is selected"
    if now.foreign and not now.marked:
        return "the run is not ours to steer"
    if now.newer and not now.marked:
        return now.newer
    if action in OF_TASKS:
        return _of_task(action, now)
    if now.marked:
        return "no marked run allows it"
    if now.run is None:
        return "the run is still being read"
    match action:
        case Action.CANCEL_RUN | Action.STOP_RUN:
            return f"the run is {now.run.status}"
        case Action.RETRY_RUN:
            return "no task failed or was cancelled"
        case _:
            return f"the run is {now.run.status}"


def _of_task(action: Action, now: Situation) -> str:
    if now.task is None:
        return "no task is selected"
    if action in _SPOKEN:
        return _unspoken(action, now.task)
    return f"the task is {now.task.status}"


def _unspoken(action: Action, task: Task) -> str:
    attempt = task.current
    if attempt is None:
        return f"the task is {task.status}"
    if not attempt.takes:
        return f"{task.program} cannot be spoken to while it works"
    if action in (Action.ALLOW, Action.DENY):
        return "it asks for no permission"
    return "it asks nothing" if action is Action.ANSWER_TASK else f"{task.program} does not take that"
