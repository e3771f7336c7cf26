"""What the three tabs of the selected run share: the run's head, its border, and what stands there without a run."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from crew_core.observe.slices import Liveness, RunSlice, SliceState, TasksSlice
from crew_tui.lines import Line, Tone, line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.run_head import run_head, without_run
from crew_tui.panes.runs import SHORT_ID
from crew_tui.situation import Region
from crew_tui.widgets.strip_pane import View

NO_RUN = RunSlice(SliceState.EMPTY, None, None, Liveness.UNKNOWN, "", (), None)
NO_TASKS = TasksSlice(SliceState.EMPTY, (), {})


class DetailPane(LivePane):
    """A tab. Subclasses give the body."""

    TAB: ClassVar[Region]
    SELECTABLE: ClassVar[bool] = False

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, selectable=self.SELECTABLE, **options)  # type: ignore[arg-type]
        self.run = NO_RUN
        self.tasks = NO_TASKS
        self._head: tuple[Line, ...] = ()

    def take_run(self, run: RunSlice) -> None:
        if run is not self.run:
            if run.path != self.run.path:
                self.forget()
            self.run = run
            self.rebuild()

    def take_tasks(self, tasks: TasksSlice) -> None:
        if tasks is not self.tasks:
            self.tasks = tasks
            self.rebuild()

    def forget(self) -> None:
        """Another run is selected: nothing kept for the former one is of use."""

    @abstractmethod
    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        """What scrolls."""

    def compose_view(self, frame: Frame) -> View:
        # As far from the border as lines with room for the cursor.
        indented = replace(frame, width=max(0, frame.width - 2))
        head = run_head(self.run, self.tasks.tasks, self.TAB, indented)
        if self.run.run is None:
            return View(without_run(self.run, frame), head=self._same(head), title=self._title())
        inner = self.body(self.run, self.tasks, frame)
        head = (*head, *self.body_head(self.run, self.tasks, indented))
        return replace(inner, head=self._same(head), title=self._title())

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        """Lines of the tab's own that stay above what scrolls."""
        return ()

    def _same(self, head: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines painted before, wherever the new ones say the same."""
        former = dict(enumerate(self._head))
        self._head = tuple(
            former[row] if row in former and former[row].pieces == each.pieces else each
            for row, each in enumerate(line((" ", Tone.TEXT), *each.pieces) for each in head)
        )
        return self._head

    def _title(self) -> str:
        return self.run.path.name[-SHORT_ID:] if self.run.path else "no run"
