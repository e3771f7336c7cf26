"""What a leader that is gone left in its pipes: read to the end, or cut when nothing makes room for it."""

from __future__ import annotations

from crew_core.model.attempt import PauseCause
from crew_core.worker.pausing import Pausing
from crew_core.worker.pump import Pump
from crew_core.worker.stopping import Stopping


class Draining:
    """A full disk is waited for, unless somebody wants the end now; over the output cap nothing more is read."""

    def __init__(self, pump: Pump, pausing: Pausing, stopping: Stopping, cap_bytes: int) -> None:
        self._pump = pump
        self._pausing = pausing
        self._stopping = stopping
        self._cap_bytes = cap_bytes
        #: Why some of its output was not read.
        self.cut: str | None = None

    def carry_on(self, now: float) -> None:
        """Called in each round once the leader is gone; ``now`` is seconds on the monotonic clock."""
        if not self._pump.open:
            return
        cause = self._pausing.cause
        if cause is None:
            self._pump.finish(now)
        elif cause is PauseCause.STORAGE_FULL and self._stopping.request is None:
            self._pump.wait()
        else:
            if self._pump.unread:
                self.cut = self._why_cut(cause)
            self._pump.close()

    def _why_cut(self, cause: PauseCause) -> str:
        if cause is PauseCause.OUTPUT_CAP:
            return f"its output was cut at {self._cap_bytes} bytes"
        return "its last output was not read: no room on the disk"
