"""How long agents have worked on a task: one measure wherever it stands."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from crew_core.model.state import Task
from crew_tui.lines import Kept
from crew_tui.panes.timeline import RUNNING, Times, times_of
from crew_tui.quantities import UNKNOWN, duration, running_for


def worked_s(times: Times, until: float) -> float | None:
    """Over all its attempts, without the waiting between them; None before the first. `until`: seconds since 1970."""
    return times.seconds(RUNNING, until) if any(span.kind in RUNNING for span in times.spans) else None


def took_words(times: Times, until: float) -> str:
    """Empty before the first attempt. `until`: seconds since 1970."""
    seconds = worked_s(times, until)
    if seconds is None:
        return ""
    return duration(seconds) if times.task.status.ended else running_for(seconds)


class Took:
    """Of the tasks of a run: each is looked through once, until it changes."""

    def __init__(self) -> None:
        self._kept: Kept[Times] = Kept()

    def task_time(self, task: Task, until: datetime) -> str:
        times = self._kept.get(task.id, (task,), partial(times_of, task, None))
        return took_words(times, until.timestamp()) or UNKNOWN


def task_time(task: Task, until: datetime) -> str:
    """`until`: the last moment of which anything is known."""
    return Took().task_time(task, until)
