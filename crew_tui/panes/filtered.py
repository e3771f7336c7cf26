"""A list whose lines can be filtered in the filter language: a tab, or what fills a screen."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from crew_tui.lines import BLANK, Line, Tone, text_line
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.live import LivePane
from crew_tui.text import clean

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.matching import Matches
    from crew_tui.filtering.row_filter import RowFilter
    from crew_tui.screens.prompt import Suggestion

R = TypeVar("R")


def none_matches(text: str) -> tuple[Line, ...]:
    """In place of rows, of which the filter leaves none."""
    return (BLANK, text_line(f" None matches {clean(text)}. Esc shows all.", Tone.DIM))


class FilteredList(LivePane, Generic[R]):
    """Subclasses say what their rows are, and leave out those that `matches` does not want."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._filter: RowFilter[R] | None = None

    @abstractmethod
    def schema(self) -> Schema[R]:
        """The fields that a filter may ask for."""

    @abstractmethod
    def all_rows(self) -> Sequence[R]:
        """What is chosen from."""

    def matches(self, now: datetime) -> Matches[R] | None:
        """The predicate of the moment; None when every row is shown."""
        return self._filter.matcher(now) if self._filter else None

    def chosen_rows(self, rows: Sequence[R]) -> Sequence[R]:
        """Those of the rows that are shown; the very same sequence when all are."""
        return self._filter.chosen(rows, self._moment().now) if self._filter else rows

    @property
    def query_text(self) -> str:
        """The filter as it was typed; empty when there is none."""
        return self._filter.text if self._filter else ""

    @property
    def filtered(self) -> bool:
        return bool(self._filter)

    def filter_by(self, text: str) -> str:
        """Show only the rows that match; what is to be said about the text while it is typed."""
        from crew_tui.filtering.row_filter import RowFilter

        made = RowFilter(self.schema(), text)
        self._filter = made or None
        self.rebuild()
        rows = self.all_rows()
        return made.note(len(made.chosen(rows, self._moment().now)), len(rows))

    def unfilter(self) -> None:
        self._filter = None
        self.rebuild()

    def suggestions(self, text: str, at: int) -> Sequence[Suggestion]:
        """How a filter may go on."""
        from crew_tui.filtering.row_filter import RowFilter

        return RowFilter(self.schema()).suggestions(text, at, self.all_rows())


class FilteredPane(FilteredList[R], DetailPane):
    """A tab that is such a list."""
