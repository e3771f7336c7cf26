"""How long a place without data stays empty before it says that something is being read."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

#: Data that comes at once must not flash a message.
_LOADING_S = 0.15


class Patience:
    """`lost`: whoever asked has waited for long enough to be told."""

    def __init__(self, set_timer: Callable[[float, Callable[[], None]], Timer], tell: Callable[[], None]) -> None:
        """:param tell: paints what is being read."""
        self.lost = False
        self._set_timer = set_timer
        self._tell = tell
        self._timer: Timer | None = None

    def begin(self) -> None:
        """Something was asked for."""
        self.lost = False
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._set_timer(_LOADING_S, self._lose)

    def _lose(self) -> None:
        self.lost = True
        self._tell()
