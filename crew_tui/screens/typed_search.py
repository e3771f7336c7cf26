"""A search that is typed over what it is in: its matches are shown while it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Protocol

from textual.app import App
from textual.screen import Screen

from crew_tui.texts.searching import NoPattern, pattern_of


def ask_search(
    app: App[Any],
    before: str,
    look_for: Callable[[str], str],
    *,
    go_back: Callable[[], None],
    answered: Callable[[], None] = lambda: None,
) -> None:
    """Ask for a pattern.

    :param before: what was searched for so far; it is again when nothing else is asked for after all.
    :param look_for: searches from now on; what is said of it if that cannot be.
    :param go_back: to where one was, when nothing else is asked for.
    :param answered: called at the end, whichever it is.
    """
    from crew_tui.screens.prompt import Prompt

    def asked(text: str | None) -> None:
        look_for(before if text is None else text)
        if text is None:
            go_back()
        answered()

    app.push_screen(Prompt("/", before, changed=look_for, kind="search"), asked)


class Searched(Protocol):
    """A pane that marks matches."""

    def begin_search(self) -> None: ...

    def end_search(self) -> None: ...

    def look_for(self, pattern: re.Pattern[str] | None, /) -> None: ...


class TypedSearch:
    """Lives as long as its screen. What was found for another `number` is of a former search."""

    def __init__(
        self, screen: Screen[None], pane: Searched, search: Callable[[int, re.Pattern[str] | None], None]
    ) -> None:
        """:param search: has the text searched, for this number; None: for nothing more."""
        self._screen = screen
        self._pane = pane
        self._search = search
        self._typed = ""
        self.number = 0

    def ask(self) -> None:
        self._pane.begin_search()
        ask_search(self._screen.app, self._typed, self.look_for, go_back=self._pane.end_search)

    def look_for(self, typed: str) -> str:
        """Search for it; what is said of it if that cannot be."""
        if typed == self._typed:
            return ""
        try:
            pattern = pattern_of(typed) if typed else None
        except NoPattern as error:
            return str(error)
        self._typed = typed
        self.number += 1
        self._pane.look_for(pattern)
        self._search(self.number, pattern)
        return ""
