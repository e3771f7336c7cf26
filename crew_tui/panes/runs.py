"""The list of runs: what needs the person first, then what is active, then what has ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crew_core.observe.slices import RunRow, RunsSlice, SliceState
from crew_tui.grouping import Group, days_of, group_of
from crew_tui.lines import BLANK, Kept, Line, Tone, line, text_line
from crew_tui.panes.conditions import conditions, loading
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.panes.run_line import SHORT_ID, Form, run_line, run_sign
from crew_tui.panes.run_list import Listed, RunList
from crew_tui.panes.run_rows import RunRows, Section, group_sections
from crew_tui.panes.run_title import Counts, runs_title
from crew_tui.quantities import age, elapsed
from crew_tui.sorting import Sort
from crew_tui.text import clean
from crew_tui.widgets.keyed_cursor import KeyedCursor
from crew_tui.widgets.strip_pane import View

if TYPE_CHECKING:
    from crew_tui.filtering.row_filter import RowFilter
    from crew_tui.screens.prompt import Suggestion

#: Ages are compared in whole seconds: within one, what the filter leaves stays.
_CHOICE_HOLDS = timedelta(seconds=1)

__all__ = ["SHORT_ID", "Group", "RunsPane", "group_of", "run_sign", "runs_lines"]


def runs_lines(
    shown: RunsSlice,
    frame: Frame,
    kept: Kept[Line],
    *,
    runs: RunList | None = None,
    filter_text: str = "",
    marks: frozenset[str] = frozenset(),
) -> RunRows:
    """Headings and rows; unchanged ones are the same objects as before.

    :param runs: order and choice, kept from one call to the next; without it, all runs in the default order.
    :param filter_text: what the choice was made by, for the person.
    :param marks: keys of marked runs.
    """
    runs = RunList() if runs is None else runs
    runs.take(shown.rows)
    narrower = replace(frame, width=frame.width - 1)
    told = [line((" ", Tone.TEXT), *each.pieces) for each in conditions(shown.state, shown.problems, narrower)]
    sections = [Section(_same("conditions", told, kept), 0, 0)]
    if not len(runs):
        waiting = shown.state is SliceState.LOADING
        empty = loading(frame, "runs") if waiting else _no_runs(frame, shown.roots)
        sections.append(Section(_same("empty", empty, kept), 0, 0))
    elif not runs.shown:
        sections.append(Section(_same("empty", _none_matches(filter_text, frame), kept), 0, 0))
    sections += group_sections(runs.shown, runs.sort, days_of(frame.now, frame.zone), kept)
    hidden = shown.total - len(shown.rows)
    if hidden > 0:
        more = text_line(f" {hidden} older runs not listed", Tone.DIM)
        sections.append(Section(_same("more", [more], kept), 0, 0))
    form = Form(frame.width, frame.glyphs, runs.several_projects, runs.some_foreign)
    return RunRows(runs, sections, partial(_line_of, frame=frame, form=form, marks=marks, kept=kept))


def _line_of(listed: Listed, *, frame: Frame, form: Form, marks: frozenset[str], kept: Kept[Line]) -> Line:
    row = listed.row
    since = age(elapsed(row.finished_at or row.created_at, None, frame.now))
    marked = listed.key in marks
    return kept.get(listed.key, (row, since, marked, form), partial(run_line, row, since, marked, form))


def _same(name: str, lines: Sequence[Line], kept: Kept[Line]) -> tuple[Line, ...]:
    """The lines painted before, wherever the new ones say the same."""
    return tuple(kept.get((name, number), (each.pieces,), partial(_itself, each)) for number, each in enumerate(lines))


def _itself(made: Line) -> Line:
    return made


def _no_runs(frame: Frame, roots: Sequence[Path]) -> tuple[Line, ...]:
    how = "Start one with n." if not frame.read_only else "Read-only: start one elsewhere."
    looked = [text_line(f" {clean(str(root))}", Tone.DIM) for root in roots]
    return (
        BLANK,
        text_line(" No runs here yet."),
        text_line(f" {how}", Tone.DIM),
        BLANK,
        *((text_line(" Looked in", Tone.DIM), *looked) if looked else ()),
    )


def _none_matches(filter_text: str, frame: Frame) -> tuple[Line, ...]:
    return (
        BLANK,
        text_line(" No run matches"),
        text_line(f" {clean(filter_text)}", Tone.ACCENT),
        text_line(" Esc clears the filter.", Tone.DIM),
    )


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
        marks = frozenset(self._marks)
        rows = runs_lines(self.runs, frame, self._kept, runs=self._list, filter_text=text, marks=marks)
        if self.runs.state is SliceState.LOADING:
            return View(rows, title="runs")
        hidden = sum(not self._list.shows(key) for key in self._marks) if self._filter else 0
        counts = Counts(self.runs.total, len(self._list.shown), len(self._marks), hidden)
        return View(rows, title=runs_title(counts, self.sort, text, frame))

    def has(self, run_dir: Path) -> bool:
        """It is among the runs, listed or left out."""
        return self._list.find(str(run_dir)) is not None

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
