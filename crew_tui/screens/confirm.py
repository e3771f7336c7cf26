"""A question before something that cannot be undone: y does it, everything else does not."""

from __future__ import annotations

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from crew_tui.text import clean

#: A key that is held down for the list must not answer the question that opens under it.
GUARD_S = 0.25


class Confirm(ModalScreen[bool]):
    """Dismisses with True only after `y`. `safe` says what happens otherwise."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n,escape,q,enter", "answer(False)", show=False),
    ]

    def __init__(self, question: str, consequences: str, *, yes: str, safe: str, guard_s: float = GUARD_S) -> None:
        super().__init__()
        self._question = clean(question)
        self._consequences = clean(consequences, single_line=False)
        self._yes = yes
        self._safe = safe
        self._guard_s = guard_s
        self._opened = time.monotonic()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box") as box:
            box.border_title = Content(self._question)
            yield Static(self._consequences, markup=False)
            yield Static(self._keys(), classes="keys")

    def _keys(self) -> Content:
        key = "bold $warning"
        return Content.assemble("\n", ("y", key), f" {self._yes}    ", ("n", key), " ", ("Esc", key), f" {self._safe}")

    def action_answer(self, yes: bool) -> None:
        if time.monotonic() - self._opened >= self._guard_s:
            self.dismiss(yes)
