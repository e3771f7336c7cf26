"""What the tabs of the selected run share: the run's head, its border, and what stands there without a run."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.message import Message

from crew_core.observe.slices import NO_RUN, NO_TASKS, RunSlice, SliceName, SliceState, TasksSlice
from crew_tui.actions import Action
from crew_tui.lines import Column, Line, indented
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.run_head import run_head, without_run
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.panes.tab_line import badges_of, tab_at, tab_line
from crew_tui.panes.timeline import known_until
from crew_tui.quantities import moment
from crew_tui.situation import Region
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.outside.copying import Copyable

T = TypeVar("T")


class DetailPane(LivePane):
    """A tab. Subclasses give the body; what they show besides run and tasks they name in `SHOWS`."""

    class TabPressed(Message):
        """The mouse was pressed on the name of a tab."""

        def __init__(self, tab: Region) -> None:
            super().__init__()
            self.tab = tab

    TAB: ClassVar[Region]
    SELECTABLE: ClassVar[bool] = False
    SHOWS: ClassVar[frozenset[SliceName]] = frozenset()
    #: The columns of its rows, as far as they are known before there are any; none where it has no rows.
    LAYOUT: ClassVar[tuple[Column, ...]] = ()

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, selectable=self.SELECTABLE, **options)  # type: ignore[arg-type]
        self.run = NO_RUN
        self.tasks = NO_TASKS
        self._slices: dict[SliceName, object] = {}
        self._head: tuple[Line, ...] = ()

    def take(self, changes: Mapping[SliceName, object]) -> None:
        """New versions of slices; those that this tab does not show are passed over."""
        mine = {name: each for name, each in changes.items() if name in self.SHOWS}
        run, tasks = changes.get(SliceName.RUN, self.run), changes.get(SliceName.TASKS, self.tasks)
        assert isinstance(run, RunSlice)
        assert isinstance(tasks, TasksSlice)
        new = {name: each for name, each in mine.items() if each is not self._slices.get(name)}
        if run is self.run and tasks is self.tasks and not new:
            return
        if run.path != self.run.path:
            self._slices.clear()
            self.forget()
        self.run, self.tasks = run, tasks
        self._slices |= mine
        self.rebuild()

    def slice(self, kind: type[T], name: SliceName) -> T | None:
        """The newest version of one of `SHOWS`; None until there is one for this run."""
        found = self._slices.get(name)
        return found if isinstance(found, kind) else None

    def forget(self) -> None:
        """Another run is selected: nothing kept for the former one is of use."""

    @property
    def filtered(self) -> bool:
        """Something is left out at the person's wish; Esc takes the wish back."""
        return False

    def unfilter(self) -> None:
        """Show everything again."""

    @property
    def folded(self) -> bool | None:
        """Whether the selected line is folded; None where it has nothing to fold."""
        return None

    def offers(self) -> frozenset[Action]:
        """The actions that this tab itself can carry out now."""
        return frozenset()

    def perform(self, action: Action) -> bool:
        """Carry out one of `offers`; False for every other action."""
        return False

    @property
    def chosen_task(self) -> str:
        """The task that actions on a task are about; empty for none."""
        return self.selected if self.SELECTABLE else ""

    def copyables(self) -> tuple[Copyable, ...]:
        """What of the selected line is worth copying, besides what the run and the task have to offer."""
        return ()

    @abstractmethod
    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        """What scrolls."""

    def compose_view(self, frame: Frame) -> View:
        frame = self._counted(frame)
        # As far from the border as lines with room for the cursor.
        indented = replace(frame, width=max(0, frame.width - 2))
        head = run_head(self.run, self.tasks, self.TAB, indented)
        if not self.run.shown:
            return View(without_run(self.run, frame, self.LAYOUT), head=self._same(head), title=self._title())
        inner = self.body(self.run, self.tasks, frame)
        head = (*head, *self.body_head(self.run, self.tasks, indented))
        below = self.below(frame.height - 2 - len(head) - len(inner.body), frame)
        body = (*inner.body, *below) if below else inner.body
        faded = self.run.state is SliceState.STALE
        return replace(inner, body=body, head=self._same(head), title=self._title(), faded=faded)

    def unheaded(self, frame: Frame) -> View:
        """What the tab itself says of a run, without the head that all tabs have."""
        frame = self._counted(frame)
        inner = self.body(self.run, self.tasks, frame)
        head = self.body_head(self.run, self.tasks, frame)
        return replace(inner, head=indented(head))

    def _counted(self, frame: Frame) -> Frame:
        """Times as they are told of this run."""
        as_of = moment(self.run.as_of)
        now = as_of.timestamp() if as_of else frame.now.timestamp()
        until = known_until(self.run.run, self.run.live, self.tasks.tasks, now)
        return frame.of_run(self.run.run).counted_to(min(until, now))

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        """Lines of the tab's own that stay above what scrolls."""
        return ()

    def below(self, rows: int, frame: Frame) -> tuple[Line, ...]:
        """Lines behind the body, where so many `rows` of the page would stay empty."""
        return ()

    def _same(self, head: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines painted before, wherever the new ones say the same."""
        former = dict(enumerate(self._head))
        self._head = tuple(
            former[row] if row in former and former[row].pieces == each.pieces else each
            for row, each in enumerate(indented(head))
        )
        return self._head

    def head_clicked(self, row: int, cell: int) -> None:
        width = max(0, self.inner_width - 2)
        badges = badges_of(self.run, self.tasks, self._moment().glyphs)
        if row < len(self._head) and self._head[row].pieces[1:] == tab_line(self.TAB, width, badges).pieces:
            tab = tab_at(cell - 1, self.TAB, width, badges)
            if tab is not None:
                self.post_message(self.TabPressed(tab))

    def _title(self) -> str:
        return self.run.path.name[-SHORT_ID:] if self.run.path else "no run"
