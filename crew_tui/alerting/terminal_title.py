"""The title of the terminal while the dashboard is open: set at most once a second, and given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from crew_tui.alerting.sequences import POP_TITLE, PUSH_TITLE, title

#: Some terminals redraw their window for a new title.
APART_S = 1.0


class Timer(Protocol):
    def stop(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]


class TerminalTitle:
    """`write` sends to the terminal. Everything here runs on the loop, `restore` also after its end."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], datetime], later: Later) -> None:
        self._write = write
        self._clock = clock
        self._later = later
        self._pushed = False
        self._wanted = ""
        self._shown = ""
        self._shown_at: datetime | None = None
        self._waiting: Timer | None = None

    def show(self, text: str) -> None:
        """Now, or when a second has passed since the last one."""
        self._wanted = text
        if self._waiting is not None or text == self._shown:
            return
        past = (self._clock() - self._shown_at).total_seconds() if self._shown_at else APART_S
        if past >= APART_S:
            self._set()
        else:
            self._waiting = self._later(APART_S - past, self._set)

    def _set(self) -> None:
        self._waiting = None
        if self._wanted == self._shown:
            return
        push = "" if self._pushed else PUSH_TITLE
        self._pushed = True
        self._shown, self._shown_at = self._wanted, self._clock()
        self._write(push + title(self._shown))

    def suspend(self) -> None:
        """The terminal is somebody else's for a while."""
        taken = self.restore()
        if taken:
            self._write(taken)

    def resume(self) -> None:
        if self._wanted:
            self.show(self._wanted)

    def restore(self) -> str:
        """What gives the terminal its own title back; empty when it was never taken."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        taken, self._pushed = self._pushed, False
        self._shown, self._shown_at = "", None
        return POP_TITLE if taken else ""
