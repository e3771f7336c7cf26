"""How long a program has said nothing, by the times that its session is told."""

from __future__ import annotations

#: A program that was sent something begins with it much sooner, however busy the machine is.
PATIENCE_S = 30.0


class Quiet:
    """``lasts`` is asked about once a second."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._since: float | None = None

    def broken(self) -> None:
        """It has said something."""
        self._since = None

    def lasts(self, now: float) -> bool:
        """Whether nothing was said for longer than there is patience."""
        if self._since is None:
            self._since = now
        return now - self._since > self._patience_s
