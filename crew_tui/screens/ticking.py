"""When ages and the clock are painted anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.timer import Timer


def tick_after_s(now: datetime, *, alive: bool) -> float:
    """Each second while something runs; else when ages and the clock change: at the next full minute."""
    return 1.0 if alive else 60.0 - now.second - now.microsecond / 1e6


class Ticking:
    """Sets the one timer, anew when something begins or ceases to run."""

    def __init__(
        self,
        now: Callable[[], datetime],
        set_timer: Callable[[float, Callable[[], None]], Timer],
        tick: Callable[[], None],
    ) -> None:
        """:param set_timer: calls back once, after so many seconds.
        :param tick: paints what depends on the time."""
        self._now = now
        self._set_timer = set_timer
        self._tick = tick
        self._timer: Timer | None = None
        self._alive = False

    def go_on(self, *, alive: bool) -> None:
        """:param alive: something runs."""
        if self._timer is not None:
            if alive == self._alive:
                return
            self._timer.stop()
        self._alive = alive
        self._timer = self._set_timer(tick_after_s(self._now(), alive=alive), self._ticked)

    def _ticked(self) -> None:
        self._timer = None
        self._tick()
        self.go_on(alive=self._alive)
