"""A question before something that cannot be undone: y does it, everything else does not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from crew_tui.screens.layout import is_small
from crew_tui.screens.typing import TypingScreen
from crew_tui.text import clean
from crew_tui.typed import Typed, pressed
from crew_tui.widgets.field import Field

#: A key that is held down for the list must not answer the question that opens under it.
GUARD_S = 0.25

#: Names that are listed; of more the number is enough.
_MOST_NAMES = 8


class Confirm(TypingScreen[bool]):
    """Dismisses with True only after `y`, or after the word `typed` and Enter. `safe` says what happens otherwise."""

    CSS: ClassVar[str] = """
    Confirm .box { background: $background; }
    Confirm .names { color: $text-muted; }
    Confirm Field { margin: 1 0 0 0; }
    Confirm .small { padding: 0 1; overflow-y: auto; scrollbar-size-vertical: 1; }
    Confirm .small .keys { display: none; }
    """

    def __init__(
        self,
        question: str,
        consequences: str,
        *,
        yes: str,
        safe: str,
        guard_s: float = GUARD_S,
        names: Sequence[str] = (),
        typed: str = "",
    ) -> None:
        """
        :param names: what it is done to, one to a line, when there are several.
        :param typed: the word that has to be typed; empty: `y` is enough.
        """
        super().__init__()
        self._question = clean(question)
        self._consequences = clean(consequences, single_line=False)
        self._yes = yes
        self._safe = safe
        self._guard_s = guard_s
        self._names = names
        self._word = typed
        self._typed = Typed()
        self._opened = time.monotonic()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._question)
            if self._names:
                yield Static(named(self._names), markup=False, classes="names")
            yield Static(self._consequences, markup=False)
            if self._word:
                yield Field(self.palette, f"type {self._word}:")
            yield Static(Content.assemble("\n", self._keys("    ")), classes="keys")

    def on_resize(self) -> None:
        """Where there is no room for all of it the keys stand in the frame: they are seen whatever is cut."""
        box = self.query_one(".box")
        small = is_small(self.app.size)
        box.set_class(small, "small")
        box.border_subtitle = self._keys(" ") if small else None

    def _keys(self, between: str) -> Content:
        key = "bold $warning"
        does = ("Enter", key) if self._word else ("y", key)
        no = (("Esc", key),) if self._word else (("n", key), " ", ("Esc", key))
        return Content.assemble(does, f" {self._yes}{between}", *no, f" {self._safe}")

    def press(self, key: str, character: str | None) -> None:
        if time.monotonic() - self._opened < self._guard_s:
            return
        if key == "escape":
            self.leave(False)
        elif self._word:
            self._press_word(key, character)
        elif key == "y":
            self.leave(True)
        elif key in ("n", "q", "enter"):
            self.leave(False)

    def _press_word(self, key: str, character: str | None) -> None:
        if key == "enter":
            right = self._typed.text.strip().casefold() == self._word.casefold()
            # An empty Enter is somebody who did not mean it; a wrong word is a slip of the finger.
            if right or not self._typed.text:
                self.leave(right)
            return
        now = pressed(self._typed, key, character)
        if now is not None:
            self._typed = now
            self.query_one(Field).show(now)


def named(names: Sequence[str]) -> str:
    """One name to a line, at most eight."""
    shown = [f"  {clean(name)}" for name in names[:_MOST_NAMES]]
    more = len(names) - _MOST_NAMES
    return "\n".join([*shown, *([f"  and {more} more"] if more > 0 else [])])
