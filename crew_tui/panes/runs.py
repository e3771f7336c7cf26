"""The list of runs: what needs the person first, then what is active, then what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.observe.slices import RunRow, RunsSlice, SliceState
from crew_tui.lines import Kept, Line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.run_list import RunList
from crew_tui.panes.runs_view import Chosen, runs_view
from crew_tui.sorting import Sort
from crew_tui.widgets.keyed_cursor import KeyedCursor
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.row_filter import RowFilter
    from crew_tui.screens.prompt import Suggestion

#: Ages are compared in whole seconds: within one, what the filter leaves stays.
_CHOICE_HOLDS = timedelta(seconds=1)


class RunsPane(LivePane):
    """Shows the runs slice; the selection and the marks are runs' paths."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, selectable=True, **options)  # type: ignore[arg-type]
        self._cursor: KeyedCursor = KeyedCursor()
        self._kept: Kept[Line] = Kept()
        self._list = RunList()
        self._filter: RowFilter[RunRow] | None = None
        self._chosen_at = datetime.min.replace(tzinfo=UTC)
        #: The run that the person chose, while the filter leaves it out and `_instead` is selected.
        self._chosen = ""
        self._instead = ""
        self._marks: dict[str, Path] = {}
        self.runs = RunsSlice(SliceState.LOADING, (), 0, ())

    def take(self, runs: RunsSlice) -> None:
        if runs is self.runs:
            return
        self.runs = runs
        if self._list.take(runs.rows):
            self._marks = {key: path for key, path in self._marks.items() if self._list.find(key)}
            self._kept.forget_all_but({str(row.path) for row in runs.rows})
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        if self._filter and self._filter.timed and abs(frame.now - self._chosen_at) >= _CHOICE_HOLDS:
            self._choose(frame.now)
        text = str(self._filter.query) if self._filter else ""
        hidden = sum(not self._list.shows(key) for key in self._marks) if self._filter else 0
        chosen = Chosen(text, frozenset(self._marks), hidden)
        return runs_view(self.runs, frame, self._kept, self._list, chosen)

    def has(self, run_dir: Path) -> bool:
        """It is among the runs, listed or left out."""
        return self._list.find(str(run_dir)) is not None

    def select(self, key: str) -> None:
        """Also a run that the filter leaves out: then all are shown again."""
        if self._filter and self.has(Path(key)) and not self._list.shows(key):
            self.unfilter()
        super().select(key)

    # Filter

    @property
    def query_text(self) -> str:
        """The filter as it was typed; empty when there is none."""
        return self._filter.text if self._filter else ""

    @property
    def filtered(self) -> bool:
        return bool(self._filter)

    def filter_by(self, text: str) -> str:
        """Show only the runs that match; what is to be said about the text while it is typed."""
        from crew_tui.filtering.of_runs import RUNS
        from crew_tui.filtering.row_filter import RowFilter

        made = RowFilter(RUNS, text)
        self._set_filter(made)
        return made.note(len(self._list.shown), self.runs.total)

    def unfilter(self) -> None:
        """Show all runs again."""
        self._set_filter(None)

    def suggestions(self, text: str, at: int) -> Sequence[Suggestion]:
        """How a filter may go on."""
        from crew_tui.filtering.of_runs import RUNS
        from crew_tui.filtering.row_filter import RowFilter

        return RowFilter(RUNS).suggestions(text, at, self.runs.rows)

    def _set_filter(self, made: RowFilter[RunRow] | None) -> None:
        before = self.selected
        if before != self._instead:
            self._chosen = before
        self._filter = made
        self._choose(self._moment().now)
        self._select_shown()
        self.rebuild()
        self._settle(reveal=True)
        if self.selected != before:
            self.post_message(self.Selected(self, self.selected))

    def keep(self) -> None:
        """The person works with the selected run: without the filter it stays selected."""
        self._instead = ""

    def _choose(self, now: datetime) -> None:
        self._chosen_at = now
        self._list.want(self._filter.matcher(now) if self._filter else None)

    def _select_shown(self) -> None:
        """The run that the person chose if it is listed, else the first one."""
        shown = self._list.shown
        if self._list.shows(self._chosen):
            self._cursor.key, self._instead = self._chosen, ""
        else:
            self._cursor.key = self._instead = shown[0].key if shown else ""

    # Order

    @property
    def sort(self) -> Sort:
        return self._list.sort

    def set_sort(self, sort: Sort) -> None:
        self._list.sort_by(sort)
        self.rebuild()

    def sort_by_next(self) -> None:
        self.set_sort(self.sort.next())

    def reverse(self) -> None:
        self.set_sort(self.sort.turn())

    # Marks

    @property
    def marked(self) -> tuple[Path, ...]:
        """The marked runs, in the order in which they were marked; also those that the filter leaves out."""
        return tuple(self._marks.values())

    @property
    def marked_rows(self) -> tuple[RunRow, ...]:
        return tuple(found.row for key in self._marks if (found := self._list.find(key)))

    def toggle_mark(self) -> None:
        """Mark the selected run, or unmark it."""
        found = self._list.find(self.selected)
        if found is not None:
            if self._marks.pop(found.key, None) is None:
                self._marks[found.key] = found.row.path
            self.rebuild()

    def mark_all(self) -> None:
        """Mark all runs that are listed; unmark them if they all are."""
        shown = self._list.shown
        if all(each.key in self._marks for each in shown):
            for each in shown:
                del self._marks[each.key]
        else:
            self._marks |= {each.key: each.row.path for each in shown}
        self.rebuild()

    def clear_marks(self) -> None:
        if self._marks:
            self._marks.clear()
            self.rebuild()
