"""A program with a text and keys: E and | open the file of the first argument, $ a shell, y copies."""

from __future__ import annotations

import fcntl
import sys
import termios
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from crew_tui.outside.clipboard import copy
from crew_tui.outside.editor import open_in_editor
from crew_tui.outside.pager import open_in_pager
from crew_tui.outside.shell import open_shell


class Outside(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("E", "editor"),
        Binding("W", "editor(True)"),
        Binding("vertical_line", "pager"),
        Binding("dollar_sign", "shell"),
        Binding("y", "copy"),
        Binding("q", "quit"),
    ]

    def compose(self) -> ComposeResult:
        yield Static("the dashboard")
        yield Static("", id="said", markup=False)

    def _say(self, told: str) -> None:
        self.query_one("#said", Static).update(f"said: {told or 'nothing'}")

    def action_editor(self, own: bool = False) -> None:
        self._say(open_in_editor(self, Path(sys.argv[1]), own=own))

    def action_pager(self) -> None:
        self._say(open_in_pager(self, Path(sys.argv[1])))

    def action_shell(self) -> None:
        self._say(open_shell(self, Path(sys.argv[1]).parent, "team_7"))

    def action_copy(self) -> None:
        self._say(copy(self, Path(sys.argv[1]).read_text()))


if __name__ == "__main__":
    # The terminal of a session of its own, as a person's shell gives it: Ctrl-C is a signal then.
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    Outside().run()
