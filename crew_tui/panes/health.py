"""Whether the workers of the selected run live, and what every verdict about it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from rich.cells import cell_len

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Grade, HealthSlice, Worker
from crew_tui.activity import activity
from crew_tui.grades import HEALTHY_S, STALE_S, WARN_S, beat_age, grade
from crew_tui.lines import (
    BLANK,
    Column,
    Kept,
    Line,
    Tone,
    columns,
    endless,
    indented,
    paragraph,
    ruled,
    text_line,
)
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.evidence import why_lines
from crew_tui.panes.frame import Frame
from crew_tui.panes.health_head import coordinator_line, grade_sign, workers_lines
from crew_tui.panes.not_understood import not_understood, not_understood_lines
from crew_tui.panes.task_use import cost_of, model_of, tokens_of
from crew_tui.quantities import UNKNOWN, age, elapsed, moment, running_for
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.view import View

_GRADE = 8
_BEAT = 7
_TODO = 17


def what_to_do(of: Grade, run: RunSlice, frame: Frame, *, asked: bool = False) -> str:
    """Only what a key does here; nothing where nothing can be done from here."""
    if run.fixed or frame.read_only or endless(frame.width):
        return UNKNOWN
    if run.live is Liveness.INTERRUPTED:
        return "R resume the run"
    match of:
        case Grade.STARTING | Grade.HEALTHY:
            return "B answer it" if asked else UNKNOWN
        case Grade.WARN:
            return "wait"
        case Grade.STALE | Grade.DEAD | Grade.MISSING:
            return "c cancel the task"


def worker_line(worker: Worker, doing: str, used: Used, todo: str, frame: Frame, *, widest: int) -> Line:
    found = grade(worker, frame.now)
    sign = grade_sign(found, frame.glyphs)
    silent = beat_age(worker, frame.now)
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(worker.task_id), widest),
            Column(str(worker.pid) if worker.pid is not None else UNKNOWN, 7, Tone.DIM, right=True, priority=3),
            Column(running_for(silent) if silent is not None else UNKNOWN, _BEAT, right=True),
            Column(sign.word, _GRADE, sign.tone),
            Column(doing, 12, grows=True, priority=2),
            *used.columns(),
            Column(todo, _TODO, Tone.TEXT, priority=1),
        ),
        frame.width,
        key=worker.task_id,
    )


#: Of the rows while nothing is known of them.
COMING = (
    Column("", 1),
    Column("", 8),
    Column("", 7, right=True, priority=3),
    Column("", _BEAT, right=True),
    Column("", _GRADE),
    Column("", 12, grows=True, priority=2),
    Column("", _TODO, priority=1),
)


@dataclass(frozen=True, slots=True)
class Used:
    """Which model a worker's agent asks, and what it has used; `shown`: there are columns for that."""

    shown: bool
    model: str = "model"
    tokens: str = "tokens"
    cost: str = "cost"

    def columns(self) -> tuple[Column, ...]:
        if not self.shown:
            return ()
        return (
            Column(self.model, 17, Tone.DIM, priority=6),
            Column(self.tokens, 6, Tone.DIM, right=True, priority=5),
            Column(self.cost, 8, Tone.DIM, right=True, priority=5),
        )


def _used_by(task: Task | None, *, shown: bool) -> Used:
    return Used(shown, clean(model_of(task)), tokens_of(task), cost_of(task)) if task else Used(shown, "", "", "")


def _heading(frame: Frame, widest: int, used: Used) -> Line:
    return columns(
        (
            Column("", 1),
            Column("task", widest, Tone.DIM),
            Column("pid", 7, Tone.DIM, right=True, priority=3),
            Column("beat", _BEAT, Tone.DIM, right=True),
            Column("grade", _GRADE, Tone.DIM),
            Column("doing", 12, Tone.DIM, grows=True, priority=2),
            *used.columns(),
            Column("what to do", _TODO, Tone.DIM, priority=1),
        ),
        frame.width,
    )


def health_lines(
    shown: HealthSlice | None, run: RunSlice, tasks: TasksSlice, frame: Frame, kept: Kept[Line]
) -> tuple[Line, ...]:
    """One line for each worker; unchanged ones are the same objects as before."""
    if shown is None or shown.state is SliceState.LOADING:
        return loading(frame, "signs of life", COMING)
    if shown.state is SliceState.ERROR:
        return (text_line(" Signs of life cannot be read.", Tone.FAIL),)
    said = indented(conditions(shown.state, (), frame))
    if not shown.workers:
        return (*said, *_nobody(tasks.tasks, frame))
    known = {task.id: task for task in tasks.tasks}
    widest = min(max(8, *(cell_len(worker.task_id) for worker in shown.workers)), max(8, frame.width // 4))
    at_work = (known.get(worker.task_id) for worker in shown.workers)
    shown_use = any(each.spent for task in at_work if task is not None for each in task.attempts)
    lines = [*said, kept.get("", (widest, frame.width, shown_use), partial(_heading, frame, widest, Used(shown_use)))]
    for worker in shown.workers:
        found = grade(worker, frame.now)
        task = known.get(worker.task_id)
        doing = _doing(worker, found, task, tasks, frame)
        silent = beat_age(worker, frame.now)
        beat = running_for(silent) if silent is not None else ""
        todo = what_to_do(found, run, frame, asked=task is not None and task.open_ask is not None)
        used = _used_by(task, shown=shown_use)
        made_from = (worker, found, beat, doing, todo, used, widest, frame.width, frame.glyphs)
        make = partial(worker_line, worker, doing, used, todo, frame, widest=widest)
        lines.append(kept.get(worker.task_id, made_from, make))
    kept.forget_all_but({"", *(worker.task_id for worker in shown.workers)})
    if run.fixed or frame.read_only:
        lines.append(text_line(f" {_why_nothing(run)}", Tone.DIM))
    return tuple(lines)


def _doing(worker: Worker, found: Grade, task: Task | None, tasks: TasksSlice, frame: Frame) -> str:
    """As its status says, else as its task does; of one that gives no sign of life only what it said itself."""
    said = clean(worker.doing)
    if said or task is None or found in (Grade.DEAD, Grade.MISSING):
        return said
    return activity(task, tasks.reasons.get(task.id, ""), frame.now)


def _why_nothing(run: RunSlice) -> str:
    if run.foreign:
        return "It was started elsewhere: nothing can be done to it from here."
    if run.newer:
        return "Of a newer crew-tui: nothing can be done to it from here."
    return "Read-only: nothing can be done to it from here."


def _nobody(tasks: Sequence[Task], frame: Frame) -> tuple[Line, ...]:
    # A task that was skipped has had no worker.
    worked = (task for task in tasks if task.status is not TaskStatus.SKIPPED)
    ended = [(at, task) for task in worked if (at := moment(task.finished_at)) is not None]
    lines = [text_line(" No running workers.")]
    if ended:
        last = max(ended, key=lambda each: each[0])[1]
        since = age(elapsed(last.finished_at, None, frame.now))
        ago = "just now" if since == "now" else f"{since} ago"
        said = f"The last one to end was {clean(last.id)}, {last.status.value} {ago}."
        lines += paragraph(said, frame.width, Tone.DIM, most=2)
    return tuple(lines)


class HealthPane(DetailPane):
    """Tab 5. The selection is a task with a worker, or a line of evidence."""

    TAB = Region.HEALTH
    LAYOUT = COMING
    SELECTABLE = True
    SHOWS = frozenset({SliceName.HEALTH})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._kept: Kept[Line] = Kept()
        self._why: Kept[tuple[Line, ...]] = Kept()

    def forget(self) -> None:
        self._kept, self._why = Kept(), Kept()

    @property
    def chosen_task(self) -> str:
        health = self._health
        known = {worker.task_id for worker in health.workers} if health else set()
        return self.selected if self.selected in known else ""

    @property
    def _health(self) -> HealthSlice | None:
        return self.slice(HealthSlice, SliceName.HEALTH)

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        health = self._health
        if health is None or health.state is SliceState.LOADING:
            return ()
        runner = coordinator_line(health, run, frame)
        rule = ruled(frame.glyphs.rule, frame.width)
        return (*workers_lines(health.workers, frame), *((runner,) if runner else ()), *rule)

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        note = f"warn {HEALTHY_S:.0f}s {frame.glyphs.dot} stale {WARN_S:.0f}s {frame.glyphs.dot} dead {STALE_S:.0f}s"
        health = self._health
        why = self._why.get(
            Region.HEALTH,
            (run.path, run.live, run.evidence, run.doubts, tasks.doubts, health and health.evidence, frame.width),
            partial(why_lines, run, tasks, health, frame),
        )
        if health is None or health.state is SliceState.LOADING:
            # The cursor is to be on the first worker as soon as there is one.
            why = tuple(Line(each.pieces) for each in why)
        counts = not_understood(tasks.tasks)
        strange = self._why.get("", (counts, frame.width), partial(not_understood_lines, counts, frame.width))
        return View((*health_lines(health, run, tasks, frame, self._kept), *strange, BLANK, *why), note=note)
