"""The filter of one list: what was typed, what is said about it, which rows it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

from crew_tui.filtering.fields import Schema
from crew_tui.filtering.matching import Matches, matcher, timed
from crew_tui.filtering.parsing import parse
from crew_tui.filtering.suggesting import completed, suggestions

if TYPE_CHECKING:
    from crew_tui.screens.prompt import Suggestion

R = TypeVar("R")


class RowFilter(Generic[R]):
    """Immutable: another text makes another filter. Without a complete term it lets every row through."""

    def __init__(self, schema: Schema[R], text: str = "") -> None:
        self.schema = schema
        self.text = text
        self.query = parse(text, schema)
        #: Rows match or cease to match just because time goes by.
        self.timed = timed(self.query, schema)

    def __bool__(self) -> bool:
        """Some rows may be left out."""
        return bool(self.query)

    def matcher(self, now: datetime) -> Matches[R] | None:
        """The predicate at a moment; None when all rows match."""
        return matcher(self.query, self.schema, now) if self.query else None

    def chosen(self, rows: Sequence[R], now: datetime) -> Sequence[R]:
        """The rows that match, the very same sequence when all do because nothing is asked."""
        matches = self.matcher(now)
        return rows if matches is None else tuple(row for row in rows if matches(row))

    def note(self, shown: int, total: int) -> str:
        """What is missing in the text, else what it has come to."""
        faults = self.query.faults
        return faults[0].says if faults else f"{shown} of {total}" if self.query else ""

    def suggestions(self, text: str, at: int, rows: Sequence[R]) -> Sequence[Suggestion]:
        """For the prompt: how `text` may go on at its caret."""
        from crew_tui.screens.prompt import Suggestion

        return [Suggestion(each, *completed(text, at, each)) for each in suggestions(text, at, self.schema, rows)]
