"""A tab whose lines can be filtered in the filter language."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from crew_tui.panes.detail import DetailPane

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.matching import Matches
    from crew_tui.filtering.row_filter import RowFilter
    from crew_tui.screens.prompt import Suggestion

R = TypeVar("R")


class FilteredPane(DetailPane, Generic[R]):
    """Subclasses say what their rows are, and leave out those that `matches` does not want."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
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
