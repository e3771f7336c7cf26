"""The graph of a run as linear text: each task with when it began, how long it took and why, and what it waits for."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from crew_core.observe.slices import RunSlice, TasksSlice
from crew_core.observe.tab_slices import PlanSlice
from crew_tui.lines import Column, Line, Tone, columns, text_line
from crew_tui.panes.agents import task_sign
from crew_tui.panes.frame import Frame
from crew_tui.panes.graph_tasks import Graph, GraphReader
from crew_tui.panes.timeline import gate_of, known_until
from crew_tui.panes.timeline_rows import note_words
from crew_tui.panes.took import took_words
from crew_tui.text import clean


def graph_lines(run: RunSlice, tasks: TasksSlice, plan: object, frame: Frame) -> Iterator[Line]:
    """A line for each task, in the order of the workflow as far as dependencies allow."""
    approval = plan.approval if isinstance(plan, PlanSlice) else None
    graph = GraphReader().read(run, tasks, gate_of(approval))
    if not graph.order:
        yield text_line(" No tasks: there is nothing to draw.")
    until = known_until(run.run, run.live, tasks.tasks, frame.now.timestamp())
    critical = frozenset(graph.critical(until))
    widest = max((cell_len(clean(name)) for name in graph.order), default=1)
    for name in graph.order:
        yield _task_line(name, graph, tasks, until, frame, widest=widest, critical=name in critical)


def _task_line(
    name: str, graph: Graph, tasks: TasksSlice, until: float, frame: Frame, *, widest: int, critical: bool
) -> Line:
    task, times = graph.tasks[name], graph.times[name]
    sign = task_sign(task, frame.glyphs, doubted=name in tasks.doubts)
    after = ", ".join(map(clean, task.depends_on))
    why = (
        "longest chain" if critical else "",
        note_words(times, tasks, until, frame),
        f"after {after}" if after else "",
    )
    return columns(
        (
            Column(sign.shape, 1),
            Column(clean(name), widest),
            Column(sign.word, 10),
            Column(frame.time(task.started_at), 8),
            Column(took_words(times, until), 6, right=True),
            Column(f" {frame.glyphs.dot} ".join(part for part in why if part), 1, Tone.DIM, grows=True),
        ),
        frame.width,
    )
