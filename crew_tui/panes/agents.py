"""The tasks of the selected run with who works on each, what it does and for how long."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from rich.cells import cell_len, split_graphemes

from crew_core.model.state import Task
from crew_core.observe.slices import RunSlice, SliceState, TasksSlice
from crew_tui.activity import activity, needs_attention
from crew_tui.glyphs import Glyphs, Sign, sign_of
from crew_tui.lines import BLANK, Column, Kept, Line, Tone, columns, endless, indented, paragraph, text_line
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.live_output import LEAST_ROWS, live_output
from crew_tui.panes.task_use import NOTHING_TOLD, cost_of, model_of, tokens_of
from crew_tui.panes.took import Took, task_time
from crew_tui.quantities import plural
from crew_tui.situation import Region
from crew_tui.text import ELLIPSIS, clean
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.of_tasks import AskedTask

#: Words of statuses; a doubt adds its mark.
_WORD = 9
_AGENT = 12
_PROGRAM = 8
#: Models have this much room, or less where what an agent does needs it.
_MODEL, _NARROW_MODEL, _WIDE = 17, 13, 100
_TOKENS = 5
_COST = 8

#: The least room for ids, and the most as a part of the width.
_LEAST_ID, _MOST_ID = 8, 4


def task_sign(task: Task, glyphs: Glyphs, *, doubted: bool = False) -> Sign:
    """`doubted`: something speaks against what is recorded; the record stands there, with a question mark."""
    sign = sign_of(task.status, glyphs)
    if task.asks:
        sign = Sign(glyphs.attention, "asks you", Tone.WARN)
    elif needs_attention(task):
        sign = Sign(glyphs.attention, sign.word, Tone.WARN)
    return Sign(sign.shape, f"{sign.word}?", Tone.WARN) if doubted else sign


def task_words(task: Task, shown: TasksSlice, frame: Frame) -> str:
    """What speaks against its record, else what it does; with the attempt when it is not the first."""
    doubt = shown.doubts.get(task.id)
    doing = clean(doubt.says) if doubt else activity(task, shown.reasons.get(task.id, ""), frame.known)
    again = f"try {task.retries_spent + 1}" if task.retries_spent and task.open_ask is None else ""
    return f" {frame.glyphs.dot} ".join(part for part in (again, doing) if part)


#: Of the rows while nothing is known of them.
COMING = (
    Column("", 1),
    Column("", _LEAST_ID),
    Column("", _WORD),
    Column("", _AGENT, priority=2),
    Column("", 14, grows=True, priority=1),
    Column("", 6, right=True),
)


@dataclass(frozen=True, slots=True)
class AgentColumns:
    """Which columns there are, and the room of those that need not be wide: the same for every row. 0: left out."""

    widest: int
    word: int
    programs: bool
    models: int
    tokens: bool
    costs: int


def columns_for(shown: TasksSlice, width: int) -> AgentColumns:
    """A column without anything in it is left out; the program matters only where there are several."""
    metered = [task for task in shown.tasks if any(each.spent or each.usage for each in task.attempts)]
    costs = [cost_of(task) for task in metered]
    longest = _longest(clean(task.id) for task in shown.tasks)
    models = _longest(map(model_of, shown.tasks))
    return AgentColumns(
        widest=min(max(_LEAST_ID, longest), max(_LEAST_ID, width // _MOST_ID)),
        word=_WORD + 1 if shown.doubts else _WORD,
        programs=len({task.program for task in shown.tasks if task.program}) > 1,
        models=models if endless(width) else min(models, _MODEL if width >= _WIDE else _NARROW_MODEL),
        tokens=bool(metered) or any(task.agent_progress and task.agent_progress.tokens for task in shown.tasks),
        costs=min(_longest(costs), _COST) if any(cost not in NOTHING_TOLD for cost in costs) else 0,
    )


def _end_of(model: str, cells: int) -> str:
    """Models of one family differ at their ends. If it can be, what is left begins with a whole part of the name."""
    if cell_len(model) <= cells:
        return model
    begin, room = len(model), cells - 1
    for start, _, wide in reversed(split_graphemes(model)[0]):
        if wide > room:
            break
        begin, room = start, room - wide
    end = model[begin:]
    whole = end if model[begin - 1] == "-" else end.partition("-")[2]
    return ELLIPSIS + (whole or end)


def _longest(texts: Iterable[str]) -> int:
    return max(map(cell_len, texts), default=0)


def task_line(task: Task, said: str, time: str, frame: Frame, layout: AgentColumns, *, doubted: bool) -> Line:
    sign = task_sign(task, frame.glyphs, doubted=doubted)
    said_tone = Tone.WARN if doubted else Tone.DIM if task.status.ended else Tone.TEXT
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(task.id), layout.widest),
            Column(sign.word, layout.word, sign.tone),
            # Where models are known, they say more than the names of agents, which are mostly those of the tasks.
            Column(clean(task.agent), _AGENT, Tone.DIM, priority=4 if layout.models else 2),
            *((Column(clean(task.program), _PROGRAM, Tone.DIM, priority=5),) if layout.programs else ()),
            *(
                (Column(_end_of(clean(model_of(task)), layout.models), layout.models, Tone.DIM, priority=4),)
                if layout.models
                else ()
            ),
            Column(said, 14, said_tone, grows=True, priority=1),
            *((Column(tokens_of(task), _TOKENS, Tone.DIM, right=True, priority=3),) if layout.tokens else ()),
            *((Column(cost_of(task), layout.costs, Tone.DIM, right=True, priority=2),) if layout.costs else ()),
            Column(time, 6, Tone.DIM, right=True),
        ),
        frame.width,
        key=task.id,
    )


def agents_lines(
    shown: TasksSlice,
    frame: Frame,
    kept: Kept[Line],
    why: str = "",
    *,
    task_time: Callable[[Task, datetime], str] = task_time,
) -> tuple[Line, ...]:
    """One line a task, in the order of the workflow; unchanged ones are the same objects as before.

    `why` is what is known of why there is none. `task_time`: how long each has taken up to a moment, in words.
    """
    if shown.state is SliceState.LOADING and not shown.tasks:
        return loading(frame, "tasks", COMING)
    if not shown.tasks:
        return (BLANK, *_nobody(shown, frame, clean(why)))
    layout = columns_for(shown, frame.width)
    lines = [*indented(conditions(shown.state, (), frame))]
    for task in shown.tasks:
        doubted = task.id in shown.doubts
        said, time = task_words(task, shown, frame), task_time(task, frame.known)
        made_from = (task, said, time, layout, doubted, frame.width, frame.glyphs)
        make = partial(task_line, task, said, time, frame, layout, doubted=doubted)
        lines.append(kept.get(task.id, made_from, make))
    kept.forget_all_but({task.id for task in shown.tasks})
    return tuple(lines)


def _nobody(shown: TasksSlice, frame: Frame, why: str) -> tuple[Line, ...]:
    if shown.state is SliceState.ERROR:
        return (text_line(" Its tasks cannot be read.", Tone.FAIL),)
    said = f"No agents were started: {why}" if why else "No tasks: the run has not begun."
    return paragraph(said, frame.width, Tone.DIM, most=3)


class AgentsPane(FilteredPane["AskedTask"]):
    """Tab 1. The selection is a task's id."""

    TAB = Region.AGENTS
    SELECTABLE = True
    LAYOUT = COMING

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._opened = ""
        self.forget()

    def forget(self) -> None:
        self._roomy = False
        self._kept: Kept[Line] = Kept()
        self._kept_output: Kept[Line] = Kept()
        self._took = Took()

    def schema(self) -> Schema[AskedTask]:
        from crew_tui.filtering.of_tasks import TASKS

        return TASKS

    def all_rows(self) -> Sequence[AskedTask]:
        from crew_tui.filtering.of_tasks import asked_tasks

        return asked_tasks(self.tasks, self._counted(self._moment()).until)

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        wanted = self.matches(frame.now)
        if wanted is not None and tasks.tasks:
            chosen = tuple(asked.task for asked in self.all_rows() if wanted(asked))
            note = f"{clean(self.query_text)}: {len(chosen)} of {len(tasks.tasks)}"
            if not chosen:
                said = f" None of {plural(len(tasks.tasks), 'task')} is left: Esc shows all."
                return View((BLANK, text_line(said, Tone.DIM)), note=note)
            return View(self._lines(msgspec.structs.replace(tasks, tasks=chosen), frame), note=note)
        over = run.run is not None and run.run.status.ended
        return View(self._lines(tasks, frame, run.why if over else ""))

    def _lines(self, shown: TasksSlice, frame: Frame, why: str = "") -> tuple[Line, ...]:
        return agents_lines(shown, frame, self._kept, why, task_time=self._took.task_time)

    # Below the list: the selected task

    def below(self, rows: int, frame: Frame) -> tuple[Line, ...]:
        self._roomy, self._opened = rows >= LEAST_ROWS, self.selected
        task = next((task for task in self.tasks.tasks if task.id == self.selected), None)
        if task is None:
            return ()
        return live_output(task, frame, rows, self._kept_output, self.tasks.reasons.get(task.id, ""))

    def show(self, view: View) -> None:
        super().show(view)
        # Which task is selected may be known only now.
        self._open_selected()

    def move(self, by: int) -> None:
        super().move(by)
        self._open_selected()

    def select(self, key: str) -> None:
        super().select(key)
        self._open_selected()

    def _open_selected(self) -> None:
        if self._roomy and self.selected != self._opened:
            self._opened = self.selected
            self.rebuild()
