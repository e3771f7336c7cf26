"""The tasks of the selected run as a graph: where the time went, and how they depend on each other."""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial

from rich.cells import cell_len

from crew_core.model.state import Task
from crew_core.observe.slices import Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import PlanSlice
from crew_tui.actions import Action
from crew_tui.lines import BLANK, MARK, Column, Kept, Line, Rows, Tone, columns, line, text_line
from crew_tui.panes.agents import task_sign
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.graph_drawing import Drawing, Label, cropped, draw
from crew_tui.panes.graph_tasks import Graph, GraphReader
from crew_tui.panes.time_axis import Axis, Outlook, axis_for, panned, zoomed
from crew_tui.panes.timeline import extent, gate_of
from crew_tui.panes.timeline_bars import axis_marks
from crew_tui.panes.timeline_rows import CRITICAL, TimelineRows, bar_start, room_for
from crew_tui.quantities import duration, plural
from crew_tui.situation import Region
from crew_tui.text import clean, cut
from crew_tui.widgets.ordered_cursor import OrderedCursor
from crew_tui.widgets.view import View

#: Beyond these a drawing is a tangle, and a list says more.
MOST_NODES = 40
LEAST_WIDTH = 60

#: Room for an id in the drawing.
_LONGEST = 20

#: Cells that an arrow key moves the drawing by.
_PAN = 8

_MINUTE_S = 60

#: Lines of a pane that are not its body's, at most.
_HEAD = 12


def node_label(task: Task, frame: Frame, *, critical: bool, doubted: bool = False) -> Label:
    """A doubt puts a question mark behind the shape."""
    sign = task_sign(task, frame.glyphs, doubted=doubted)
    name = (cut(clean(task.id), _LONGEST), Tone.ACCENT if critical else Tone.TEXT)
    mark = (f" {CRITICAL}",) if critical else ()
    shape = f"{sign.shape}{frame.glyphs.unknown if doubted else ''} "
    return Label(((shape, sign.tone), name, *((each, Tone.ACCENT) for each in mark)))


def drawing_of(graph: Graph, critical: Sequence[str], frame: Frame, doubted: Container[str] = ()) -> Drawing:
    """The dependencies as they are now."""
    chain = frozenset(critical)
    labels = {
        name: node_label(task, frame, critical=name in chain, doubted=name in doubted)
        for name, task in graph.tasks.items()
    }
    return draw(graph.layout, labels, critical)


def drawing_lines(
    drawing: Drawing, graph: Graph, first: int, frame: Frame, kept: Kept[Line], *, keyed: bool = True
) -> tuple[Line, ...]:
    """The rows of a drawing from its cell `first` on; unchanged ones are the same objects as before."""
    lines = []
    for name, row in zip(graph.layout.order, drawing.rows, strict=True):
        pieces = ((MARK, Tone.DIM), *cropped(row, first, max(0, frame.width - 2)))
        key = name if keyed else ""
        lines.append(kept.get((name, keyed), (pieces,), partial(Line, pieces, key)))
    return tuple(lines)


def list_line(task: Task, frame: Frame, *, widest: int, critical: bool, doubted: bool = False) -> Line:
    """In place of a drawing: the task with what it waits for."""
    sign = task_sign(task, frame.glyphs, doubted=doubted)
    after = f"after {', '.join(map(clean, task.depends_on))}" if task.depends_on else ""
    return columns(
        (
            Column(sign.shape, 1, sign.tone),
            Column(clean(task.id), widest, Tone.ACCENT if critical else Tone.TEXT),
            Column(CRITICAL if critical else "", 1, Tone.ACCENT),
            Column(sign.word, 10, sign.tone, priority=1),
            Column(after, 12, Tone.DIM, grows=True, priority=2),
        ),
        frame.width,
        key=task.id,
    )


def list_lines(
    graph: Graph, critical: Sequence[str], frame: Frame, kept: Kept[Line], doubted: Container[str] = ()
) -> tuple[Line, ...]:
    widest = max((cell_len(clean(name)) for name in graph.order), default=1)
    widest = max(1, min(widest, _LONGEST, frame.width // 3))
    chain = frozenset(critical)
    lines = []
    for name in graph.order:
        task, marks = graph.tasks[name], (name in chain, name in doubted)
        make = partial(list_line, task, frame, widest=widest, critical=marks[0], doubted=marks[1])
        lines.append(kept.get((name, None), (task, marks, widest, frame.width, frame.glyphs), make))
    return tuple(lines)


def axis_line(axis: Axis, before: int, until: float | None, frame: Frame) -> Line:
    """The times of day above the bars, which begin `before` cells from the left."""
    return line((" " * before, Tone.DIM), (axis_marks(axis, frame.zone, until), Tone.DIM))


class GraphPane(DetailPane):
    """Tab 8. The selection is a task's id, in every form."""

    TAB = Region.GRAPH
    SELECTABLE = True
    #: Its approval: what waits for that is held.
    SHOWS = frozenset({SliceName.PLAN})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._cursor = self._ordered = OrderedCursor()
        self._timeline = True
        self._critical = True
        self.forget()

    def forget(self) -> None:
        self._reader = GraphReader()
        self._bars: Kept[Line] = Kept()
        self._nodes_kept: Kept[Line] = Kept()
        self._outlook = Outlook()
        self._axis: Axis | None = None
        #: The first moment that is drawn, and the last of which anything is known.
        self._extent = (0.0, 0.0)
        #: The first cell of the drawing that is in sight, and the last that can be; the task that was kept in sight.
        self._left = self._most_left = 0
        self._in_sight = ""

    # What it shows

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        if not self._timeline or self._axis is None or not tasks.tasks:
            return ()
        room = room_for(self._graph(run, tasks), frame.width + 2)
        until = self._extent[1] if run.live is Liveness.LIVE else None
        # One cell less: the head is indented by one.
        return (axis_line(self._axis, bar_start(room) - 1, until, frame),)

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        graph = self._graph(run, tasks)
        self._ordered.lay(graph.order)
        if not graph.order:
            if tasks.state is SliceState.LOADING:
                return View(loading(frame, "tasks"))
            return View((BLANK, text_line(" No tasks: there is nothing to draw.", Tone.DIM)))
        until = frame.known.timestamp()
        critical = graph.critical(until) if self._critical else ()
        if self._timeline:
            return self._timeline_view(graph, critical, tasks, frame, until=until, alive=run.live is Liveness.LIVE)
        if len(graph.order) > MOST_NODES or frame.width < LEAST_WIDTH:
            self._most_left = 0
            note = f"{plural(len(graph.order), 'task')}, as a list"
            return View(list_lines(graph, critical, frame, self._nodes_kept, tasks.doubts), note=note)
        return self._drawing_view(graph, critical, tasks, frame)

    def _graph(self, run: RunSlice, tasks: TasksSlice) -> Graph:
        plan = self.slice(PlanSlice, SliceName.PLAN)
        return self._reader.read(run, tasks, gate_of(plan.approval if plan else None))

    def _timeline_view(
        self, graph: Graph, critical: tuple[str, ...], tasks: TasksSlice, frame: Frame, *, until: float, alive: bool
    ) -> View:
        room = room_for(graph, frame.width)
        begin, end = extent(tuple(graph.times.values()), until)
        self._extent = (begin, until if alive else end)
        self._axis = axis = axis_for(begin, end, room.bar, self._outlook)
        self._bars.forget_all_but(set(graph.order))
        rows = TimelineRows(
            graph,
            tasks,
            frame,
            self._bars,
            axis=axis,
            room=room,
            until=until,
            critical=frozenset(critical),
            alive=alive,
        )
        below = self._below(graph, critical, tasks, frame)
        body: Rows = (*rows, BLANK, *below) if below else rows
        return View(body, note=f"a column is {_step_words(axis.step)}")

    def _below(self, graph: Graph, critical: tuple[str, ...], tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        """The dependencies too, where they fit as a whole."""
        count = len(graph.order)
        if not 1 < count <= MOST_NODES or 2 * count + 1 > frame.height - _HEAD:
            return ()
        drawing = drawing_of(graph, critical, frame, tasks.doubts)
        if drawing.width > frame.width - 2:
            return ()
        return drawing_lines(drawing, graph, 0, frame, self._nodes_kept, keyed=False)

    def _drawing_view(self, graph: Graph, critical: tuple[str, ...], tasks: TasksSlice, frame: Frame) -> View:
        drawing = drawing_of(graph, critical, frame, tasks.doubts)
        self._ordered.lay(graph.layout.order)
        self._ordered.find(())
        room = max(1, frame.width - 2)
        self._most_left = max(0, drawing.width - room)
        if self.selected != self._in_sight:
            self._in_sight = self.selected
            column = drawing.columns[self._ordered.row]
            self._left = max(min(self._left, column), column + _LONGEST - room)
        self._left = max(0, min(self._left, self._most_left))
        hidden = f"{self._left + room} of {drawing.width} columns" if self._most_left else ""
        return View(drawing_lines(drawing, graph, self._left, frame, self._nodes_kept), note=hidden)

    # What can be done with it

    def move(self, by: int) -> None:
        super().move(by)
        self._keep_in_sight()

    def select(self, key: str) -> None:
        super().select(key)
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        if not self._timeline and self.selected != self._in_sight:
            self.rebuild()

    def offers(self) -> frozenset[Action]:
        if not self.tasks.tasks:
            return frozenset()
        offered = {Action.GRAPH_FORM, Action.GRAPH_CRITICAL}
        if self._timeline:
            offered |= {Action.GRAPH_LEFT, Action.GRAPH_RIGHT, Action.GRAPH_IN, Action.GRAPH_OUT}
        elif self._most_left:
            offered |= {Action.GRAPH_LEFT, Action.GRAPH_RIGHT}
        return frozenset(offered)

    def perform(self, action: Action) -> bool:
        if action not in self.offers():
            return False
        match action:
            case Action.GRAPH_FORM:
                self._timeline = not self._timeline
            case Action.GRAPH_CRITICAL:
                self._critical = not self._critical
            case Action.GRAPH_LEFT:
                self._pan(-1)
            case Action.GRAPH_RIGHT:
                self._pan(1)
            case Action.GRAPH_IN:
                self._zoom(-1)
            case _:
                self._zoom(1)
        self.rebuild()
        return True

    def _pan(self, by: int) -> None:
        if not self._timeline:
            self._left = max(0, min(self._left + by * _PAN, self._most_left))
        elif self._axis is not None:
            self._outlook = panned(self._axis, by, *self._extent)

    def _zoom(self, by: int) -> None:
        if self._axis is not None:
            self._outlook = zoomed(self._axis, by, *self._extent)


def _step_words(seconds: float) -> str:
    return f"{seconds:g}s" if seconds < _MINUTE_S else duration(seconds)
