"""The wish of somebody outside that this process comes to its end."""

from __future__ import annotations

import os
import signal
from types import FrameType


class Interruption:
    """``asked`` turns true with SIGINT or SIGTERM; whoever works looks at it and ends with what there is.

    ``fileno`` becomes readable at every signal, also at the end of a child: what waits, waits for it too.
    """

    def __init__(self) -> None:
        self.asked = False
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)

    def install(self) -> None:
        """Called once, from the main thread."""
        signal.signal(signal.SIGINT, self._ask)
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGCHLD, self._notice)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)

    def fileno(self) -> int:
        return self._read

    def drain(self) -> None:
        """Make ``fileno`` quiet until the next signal."""
        try:
            while os.read(self._read, 4096):
                pass
        except BlockingIOError:
            return

    def _ask(self, signum: int, frame: FrameType | None) -> None:
        self.asked = True

    def _notice(self, signum: int, frame: FrameType | None) -> None:
        """Only its wake-up counts."""
