"""A modal screen that takes every key itself, in the order in which they were pressed."""

from __future__ import annotations

from abc import abstractmethod
from typing import Generic, TypeVar

from textual import events
from textual.screen import ModalScreen

from crew_tui.palette import Palette, palette_of

T = TypeVar("T")


class TypingScreen(ModalScreen[T | None], Generic[T]):
    """Keys may come faster than they are worked on, also while the screen is still being made or left.

    No widget has the focus, so that all of them reach `press` through one queue; none is given to a field that is no
    longer, or not yet, the one that was meant. What was pressed after the key that left the screen goes to the next.
    """

    AUTO_FOCUS = ""

    def __init__(self) -> None:
        super().__init__()
        self._left = False

    @property
    def palette(self) -> Palette:
        """That of the theme that the program has now."""
        return palette_of(self.app.current_theme)

    @abstractmethod
    def press(self, key: str, character: str | None) -> None:
        """Work on one key. `character` is what it writes, if anything."""

    def paste(self, text: str) -> None:
        """Work on what the terminal pasted."""

    def leave(self, result: T | None) -> None:
        """Dismiss, once."""
        if not self._left:
            self._left = True
            self.dismiss(result)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if self._left:
            self.app.post_message(events.Key(event.key, event.character))
        else:
            self.press(event.key, event.character if event.is_printable else None)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if not self._left:
            self.paste(event.text)
