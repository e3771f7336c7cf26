"""The signal that says that the terminal has another size, taken one at a time."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType

Handler = Callable[[int, FrameType | None], object]


def take_in_order() -> None:
    """Let the present handler of SIGWINCH never run within itself.

    Textual's reads the size and then tells it. A second signal in between would be told before the first: the older
    size would be the last one heard of, and stay on the screen.
    """
    handler = signal.getsignal(signal.SIGWINCH)
    if callable(handler):
        signal.signal(signal.SIGWINCH, _InOrder(handler))


class _InOrder:
    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._busy = self._again = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self._busy:
            self._again = True
            return
        while True:
            self._busy, self._again = True, False
            self._handler(number, frame)
            self._busy = False
            # Also what came after the handler had returned and before it was no longer busy.
            if not self._again:
                return
