"""A search that is typed on a screen: its matches are shown while it is typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from textual.screen import Screen

from crew_tui.texts.searching import NoPattern, pattern_of


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
        from crew_tui.screens.prompt import Prompt

        before = self._typed
        self._pane.begin_search()

        def answered(text: str | None) -> None:
            self.look_for(before if text is None else text)
            if text is None:
                self._pane.end_search()

        self._screen.app.push_screen(Prompt("/", before, changed=self.look_for, kind="search"), answered)

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
