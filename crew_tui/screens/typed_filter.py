"""A filter that is typed over the list that it is of: it holds while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from crew_tui.screens.prompt import Prompt

if TYPE_CHECKING:
    from textual.app import App

    from crew_tui.screens.prompt import Suggestion


class Filtered(Protocol):
    """A pane that shows only the rows that match."""

    @property
    def query_text(self) -> str: ...

    def filter_by(self, text: str, /) -> str: ...

    def suggestions(self, text: str, at: int, /) -> Sequence[Suggestion]: ...


def ask_filter(app: App[Any], pane: Filtered, kind: str, changed: Callable[[], None]) -> None:
    """
    :param kind: filters of the same kind typed before come with Up and Down.
    :param changed: called when it has been typed, or it stays as it was.
    """
    before = pane.query_text

    def answered(text: str | None) -> None:
        pane.filter_by(before if text is None else text)
        changed()

    app.push_screen(
        Prompt("filter", before, changed=pane.filter_by, suggestions=pane.suggestions, kind=f"filter-{kind}"), answered
    )
