"""The tasks of the selected run with who works on each, what it does and for how long."""

from __future__ import annotations

from functools import partial

from rich.cells import cell_len

from crew_core.model.state import Task
from crew_core.observe.slices import RunSlice, SliceState, TasksSlice
from crew_tui.activity import activity, needs_attention
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.quantities import count, duration, elapsed, running_for
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.strip_pane import View


def task_sign(task: Task, glyphs: Glyphs) -> Sign:
    sign = sign_of(task.status, glyphs)
    if needs_attention(task):
        return Sign(glyphs.attention, sign.word, Tone.WARN)
    return sign


def task_time(task: Task, frame: Frame) -> str:
    if task.started_at is None:
        return "–"
    if task.status.ended:
        return duration(elapsed(task.started_at, task.finished_at, frame.now))
    return running_for(elapsed(task.started_at, None, frame.now))


def task_line(task: Task, doing: str, time: str, frame: Frame, *, widest: int, counted: bool) -> Line:
    """`widest` is the room for ids; `counted`: some task has used tokens, so that there is a column for them."""
    sign = task_sign(task, frame.glyphs)
    tokens = task.agent_progress.tokens if task.agent_progress else 0
    again = f"try {task.retries_spent + 1}" if task.retries_spent else ""
    said = f" {frame.glyphs.dot} ".join(part for part in (again, doing) if part)
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(task.id), widest),
            Column(sign.word, 9, sign.tone),
            Column(clean(task.agent), 12, Tone.DIM, priority=2),
            Column(said, 14, Tone.DIM if task.status.ended else Tone.TEXT, grows=True, priority=1),
            *((Column(count(tokens) if tokens else "", 5, Tone.DIM, right=True, priority=3),) if counted else ()),
            Column(time, 6, Tone.DIM, right=True),
        ),
        frame.width,
        key=task.id,
    )


def agents_lines(shown: TasksSlice, frame: Frame, kept: Kept[Line]) -> tuple[Line, ...]:
    """One line a task, in the order of the workflow; unchanged ones are the same objects as before."""
    if shown.state is SliceState.LOADING and not shown.tasks:
        return loading(frame, "tasks")
    if not shown.tasks:
        return (BLANK, text_line(" No tasks: the run has not begun.", Tone.DIM))
    widest = min(max(8, *(cell_len(task.id) for task in shown.tasks)), max(8, frame.width // 4))
    counted = any(task.agent_progress and task.agent_progress.tokens for task in shown.tasks)
    lines = []
    for task in shown.tasks:
        doing = activity(task, shown.reasons.get(task.id, ""), frame.now)
        time = task_time(task, frame)
        made_from = (task, doing, time, widest, counted, frame.width, frame.glyphs)
        make = partial(task_line, task, doing, time, frame, widest=widest, counted=counted)
        lines.append(kept.get(task.id, made_from, make))
    kept.forget_all_but({task.id for task in shown.tasks})
    return tuple(lines)


class AgentsPane(DetailPane):
    """Tab 1. The selection is a task's id."""

    TAB = Region.AGENTS
    SELECTABLE = True

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._kept: Kept[Line] = Kept()

    def forget(self) -> None:
        self._kept = Kept()

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        return View(agents_lines(tasks, frame, self._kept))
