"""Painting without delay what comes after a pause."""

from __future__ import annotations

import time

from textual import events
from textual.screen import UPDATE_PERIOD, Screen, ScreenResultType


class LeadingEdge(Screen[ScreenResultType]):
    """Textual paints at the next tick of a 60 Hz clock: a key that is pressed in quiet waits for it, half a tick on
    average. Here the first change is painted at once; what follows within a tick waits for it as before.
    """

    #: When it was painted last, on the monotonic clock.
    _painted_at = 0.0

    def _on_idle(self, event: events.Idle) -> None:  # type: ignore[override]
        """Called before that of `Screen`, which starts the clock if there is still something to paint."""
        if self._has_to_paint() and time.monotonic() - self._painted_at >= UPDATE_PERIOD:
            self._on_timer_update()

    def _on_timer_update(self) -> None:
        if self._has_to_paint():
            self._painted_at = time.monotonic()
        super()._on_timer_update()

    def _has_to_paint(self) -> bool:
        return bool(self._layout_required or self._repaint_required or self._scroll_required or self._dirty_widgets)
