"""Keys that are pressed while the dashboard is still being loaded: kept as they were pressed, and not echoed."""

from __future__ import annotations

import sys
import termios
from contextlib import suppress

_INPUT, _LOCAL = 0, 3


class TypedAhead:
    """The terminal's line discipline would turn Enter into another key, and print what is typed over the screen."""

    def __init__(self) -> None:
        self._before: termios._AttrReturn | None = None

    def keep(self) -> None:
        """From now on. A terminal that refuses is left as it is."""
        with suppress(termios.error):
            self._before = termios.tcgetattr(sys.stdin.fileno())
            modes = termios.tcgetattr(sys.stdin.fileno())
            modes[_INPUT] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
            modes[_LOCAL] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
            termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, modes)

    def let_go(self) -> None:
        """The modes as they were; what was typed waits for whoever reads next."""
        before, self._before = self._before, None
        if before is not None:
            with suppress(termios.error):
                termios.tcsetattr(sys.stdin.fileno(), termios.TCSANOW, before)
