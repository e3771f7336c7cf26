"""Why the agent's output is not read: no room on the disk, or more of it than the step may print."""

from __future__ import annotations

from crew_core.model.attempt import PauseCause
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.worker.stream import Stream


class Pausing:
    """A full disk pauses until there is room; a cap for good: only an end ends it."""

    def __init__(self, stream: Stream, cap_bytes: int) -> None:
        self._stream = stream
        self._cap_bytes = cap_bytes
        self.cause: PauseCause | None = None

    def look(self) -> bool:
        """Try again what the disk refused; True when the cause is another than before."""
        self._stream.flush()
        return self._change(self._present())

    def wait_for_room(self) -> bool:
        """The last words find no room; True when that is news."""
        return self._change(PauseCause.STORAGE_FULL)

    def _present(self) -> PauseCause | None:
        if self._stream.pending:
            return PauseCause.STORAGE_FULL
        return PauseCause.OUTPUT_CAP if self._stream.output_bytes >= self._cap_bytes else None

    def _change(self, cause: PauseCause | None) -> bool:
        if cause is self.cause:
            return False
        self.cause = cause
        kind = Kind.RESUMED if cause is None else Kind.PAUSED
        self._stream.record([AgentEvent(kind=kind, text=cause or "")])
        return True
