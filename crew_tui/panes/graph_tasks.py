"""The tasks of a run as its graph shows them: who waits for whom, how long each took, which chain took longest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from crew_core.model.state import Task
from crew_core.observe.slices import RunSlice, TasksSlice
from crew_tui.lines import Kept
from crew_tui.panes.critical_path import critical_path
from crew_tui.panes.graph_layout import Layout, in_order, layered
from crew_tui.panes.timeline import RUNNING, Gate, Times, ready_times, times_of


@dataclass(frozen=True, slots=True)
class Graph:
    """What does not depend on the moment. ``order`` is that of the workflow, as far as dependencies allow."""

    tasks: Mapping[str, Task]
    layout: Layout
    order: tuple[str, ...]
    times: Mapping[str, Times]

    def critical(self, until: float) -> tuple[str, ...]:
        """What runs counts up to `until`."""
        seconds = {name: each.seconds(RUNNING, until) for name, each in self.times.items() if each.spans}
        return critical_path(self.order, self.layout.after, seconds)


class GraphReader:
    """Makes the graph of the newest slices; what did not change is not made again."""

    def __init__(self) -> None:
        self._edges: tuple[tuple[str, tuple[str, ...]], ...] = ()
        self._layout = Layout((), {}, {})
        self._order: tuple[str, ...] = ()
        self._times: Kept[Times] = Kept()
        self._made_from: tuple[object, object, object] = (None, None, None)
        self._graph = Graph({}, self._layout, (), {})

    def read(self, run: RunSlice, tasks: TasksSlice, gate: Gate | None = None) -> Graph:
        if self._made_from[0] is run.run and self._made_from[1] is tasks.tasks and self._made_from[2] == gate:
            return self._graph
        self._made_from = (run.run, tasks.tasks, gate)
        known = {task.id: task for task in tasks.tasks}
        edges = tuple((task.id, task.depends_on) for task in known.values())
        if edges != self._edges:
            self._edges = edges
            self._layout = layered(tuple(known), dict(edges))
            self._order = in_order(self._layout, tuple(known))
        self._graph = Graph(known, self._layout, self._order, self._spans(run, known, gate))
        return self._graph

    def _spans(self, run: RunSlice, tasks: Mapping[str, Task], gate: Gate | None) -> Mapping[str, Times]:
        ready = ready_times(run.run, tuple(tasks.values()), self._layout.after)
        self._times.forget_all_but(set(tasks))
        return {
            name: self._times.get(name, (task, ready[name], gate), partial(times_of, task, ready[name], gate))
            for name, task in tasks.items()
        }
