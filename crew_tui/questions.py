"""What the person is asked before an action: which objects, what happens to them, what is the safe way out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_tui.actions import Action
from crew_tui.quantities import plural
from crew_tui.requests import Target

_MOST_NAMES = 4

#: From so many runs on the answer has to be typed.
_TYPED_FROM = 3


@dataclass(frozen=True, slots=True)
class Question:
    """Shown by the confirm screen. `names`: what it is about; `typed`: the word that has to be typed, if any."""

    title: str
    consequences: str
    yes: str
    safe: str
    names: tuple[str, ...] = ()
    typed: str = ""


def question(action: Action, target: Target, tasks: Sequence[Task]) -> Question:
    running = [task for task in tasks if task.status is TaskStatus.RUNNING]
    keep = "keep it running" if running else "keep it"
    again = [task for task in tasks if task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)]
    match action:
        case Action.CANCEL_RUN:
            told = (
                f"Ended now: {_named(running)}. Waiting tasks never start.\n"
                "Results so far are kept; t runs the rest again."
            )
            return Question(f"Cancel {target.name}?", told, "cancel it", keep)
        case Action.STOP_RUN:
            told = (
                f"Interrupted, ended after 2 s: {_named(running)}.\nWaiting tasks never start. Results so far are kept."
            )
            return Question(f"Stop {target.name}?", told, "stop it", keep)
        case Action.CANCEL_TASK:
            now = "It is not started" if _queued(target, tasks) else "Its worker ends now"
            told = f"{now}. Tasks that need its result are skipped."
            return Question(f"Cancel {target.name}?", told, "cancel it", "keep it")
        case Action.STOP_TASK:
            now = "Its program is interrupted, gets 2 s, then ends"
            now = "It is not started" if _queued(target, tasks) else now
            told = f"{now}. Tasks that need its result are skipped."
            return Question(f"Stop {target.name}?", told, "stop it", "keep it")
        case Action.RETRY_RUN:
            because = "it" if len(again) == 1 else "them"
            told = f"Run again: {_named(again)}, with what was skipped because of {because}."
            return Question(f"Retry {target.name}?", told, "run again", "leave it")
        case Action.RETRY_TASK:
            told = "It runs again, with what was skipped because of it."
            return Question(f"Retry {target.name}?", told, "run again", "leave it")
        case _:
            told = "A coordinator takes it up where it stands. Finished tasks are not run again."
            return Question(f"Resume {target.name}?", told, "resume it", "leave it")


def _queued(target: Target, tasks: Sequence[Task]) -> bool:
    return any(task.id == target.task_id and task.status is TaskStatus.QUEUED for task in tasks)


#: For each action on runs what is told, the answer and the way out, of one run and of several.
_ONE = {
    Action.CANCEL_RUN: ("Its workers end now. Results so far are kept.", "cancel it", "keep it running"),
    Action.STOP_RUN: ("Its agents are interrupted and ended after 2 s.", "stop it", "keep it running"),
    Action.RETRY_RUN: ("What failed or was cancelled in it runs again.", "run again", "leave it"),
    Action.RESUME_RUN: ("A coordinator takes it up where it stands.", "resume it", "leave it"),
}
_MANY = {
    Action.CANCEL_RUN: ("Their workers end now. Results so far are kept.", "cancel them", "keep them running"),
    Action.STOP_RUN: ("Their agents are interrupted and ended after 2 s.", "stop them", "keep them running"),
    Action.RETRY_RUN: ("What failed or was cancelled in them runs again.", "run again", "leave them"),
    Action.RESUME_RUN: ("Coordinators take them up where they stand.", "resume them", "leave them"),
}
_VERBS = {
    Action.CANCEL_RUN: "Cancel",
    Action.STOP_RUN: "Stop",
    Action.RETRY_RUN: "Retry",
    Action.RESUME_RUN: "Resume",
}


def question_of_many(action: Action, targets: Sequence[Target], *, left_out: int) -> Question:
    """The one question before something is done to all marked runs that it can be done to."""
    several = len(targets) > 1
    told, yes, safe = (_MANY if several else _ONE)[action]
    what = plural(len(targets), "run") if several else targets[0].name
    return Question(
        f"{_VERBS[action]} {what}?",
        f"{told}{_left(left_out)}",
        yes,
        safe,
        names=tuple(target.run_dir.name for target in targets),
        typed="yes" if len(targets) >= _TYPED_FROM else "",
    )


def _left(count: int) -> str:
    """What is said of the marked runs that it cannot be done to."""
    if count == 0:
        return ""
    if count == 1:
        return "\n1 other marked run is left as it is: this cannot be done to it."
    return f"\n{count} other marked runs are left as they are: this cannot be done to them."


def _named(tasks: Sequence[Task]) -> str:
    """How many, and the first of them by name."""
    if not tasks:
        return "nothing that runs"
    names = ", ".join(task.id for task in tasks[:_MOST_NAMES])
    more = f" and {len(tasks) - _MOST_NAMES} more" if len(tasks) > _MOST_NAMES else ""
    return f"{plural(len(tasks), 'task')} ({names}{more})"
