"""Saying that we live and what is new: ``status.json``, then the coordinator's bell."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import msgspec

from crew_core.model.attempt import AttemptSpec, PauseCause, WorkerStatus
from crew_core.store.clock import Clock
from crew_core.store.doorbell import ring
from crew_core.store.fs import Fs, write_replace
from crew_core.worker.reserve import Reserve

_LOG = logging.getLogger(__name__)


class Heartbeat:
    """Beats when it is time, and when there is something to tell."""

    def __init__(
        self, spec: AttemptSpec, path: Path, fs: Fs, clock: Clock, reserve: Reserve, *, abandoned: Callable[[], bool]
    ) -> None:
        """``abandoned`` says whether the attempt's directory is gone: what lies in its place is not written to."""
        self._every_s = spec.heartbeat_s
        self._bell = Path(spec.bell_path)
        self._path = path
        self._fs = fs
        self._clock = clock
        self._reserve = reserve
        self._abandoned = abandoned
        self._refused = False
        self.due_at = float("-inf")

    def beat(self, reason: str, look: Callable[[], WorkerStatus]) -> None:
        """``look`` is asked only when it beats. ``reason`` is empty when there is nothing to tell but life."""
        now = self._clock.monotonic()
        if not reason and now < self.due_at:
            return
        self.due_at = now + self._every_s
        if self._abandoned():
            return
        status = look()
        if not self._write(status) and status.pause is PauseCause.STORAGE_FULL:
            # That there is no room must be said, room or not.
            with self._reserve.lent():
                self._write(status)
        if reason:
            ring(self._bell)

    def _write(self, status: WorkerStatus) -> bool:
        try:
            write_replace(self._fs, self._path, msgspec.json.encode(status))
        except OSError as error:
            # The same as a heartbeat that is late: the process table says who lives.
            if not self._refused:
                _LOG.warning("status not written: %s", error)
            self._refused = True
            return False
        self._refused = False
        return True
