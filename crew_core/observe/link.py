"""How the store thread is told of changes: a watcher, or polling where that fails; and what a person knows of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Set
from datetime import UTC, datetime
from pathlib import Path

from crew_core.observe.slices import LinkSlice, LinkState, Problem
from crew_core.observe.watcher import EVERYTHING, Backend, CannotWatch, Hints, Watcher, open_watcher
from crew_core.store.clock import iso

_LOG = logging.getLogger(__name__)


class Link:
    """Belongs to the store thread; only ``wake`` may be called from others."""

    def __init__(self, backend: Backend, tell: Callable[[LinkSlice], None]) -> None:
        self._backend = backend
        self._tell = tell
        #: What a problem of ours is about.
        self.place = Path()
        self._troubles: tuple[Problem, ...] = ()
        #: Since when nothing is read any more; None while something is.
        self._stale_since: str | None = None
        self._watched: frozenset[Path] = frozenset()
        self._watcher: Watcher | None = None
        #: Held while the watcher is woken, put in place of another, or closed.
        self._lock = threading.Lock()

    def open(self) -> None:
        try:
            self._use(open_watcher(self._backend))
        except (CannotWatch, ImportError) as error:
            self._fall_back(error)

    def close(self) -> None:
        self._use(None)

    def wake(self) -> None:
        """End the present or the next ``wait``."""
        with self._lock:
            if self._watcher is not None:
                self._watcher.wake()

    def wait(self, timeout_s: float) -> Hints:
        assert self._watcher is not None
        try:
            return self._watcher.wait(max(0.0, timeout_s))
        except CannotWatch as error:
            self._fall_back(error)
            return EVERYTHING

    def watch(self, wanted: Set[Path]) -> frozenset[Path]:
        """Watch just these; returns those that are watched now and were not before."""
        assert self._watcher is not None
        try:
            watched = frozenset(self._watcher.watch(wanted))
        except CannotWatch as error:
            self._fall_back(error)
            watched = frozenset(self._watcher.watch(wanted))
        added, self._watched = watched - self._watched, watched
        return added

    def tell_stale(self, error: Exception) -> LinkSlice:
        """Nothing is read, until the next ``open``; what was told of that."""
        problem = Problem(self.place, f"reading stopped: {error}")
        self._stale_since = self._stale_since or iso(datetime.now(UTC))
        backend = self._watcher.backend if self._watcher else self._backend
        link = LinkSlice(backend, LinkState.STALE, self._stale_since, (problem,))
        self._tell(link)
        return link

    def _fall_back(self, error: Exception) -> None:
        """Polling works everywhere."""
        _LOG.warning("polling: %s", error)
        self._troubles = (Problem(self.place, f"changes are polled for: {error}"),)
        self._use(open_watcher(Backend.POLLING))

    def _use(self, watcher: Watcher | None) -> None:
        with self._lock:
            former, self._watcher = self._watcher, watcher
            if former is not None:
                former.close()
        self._watched = frozenset()
        if watcher is not None:
            self._stale_since = None
            state = LinkState.POLLING if watcher.backend is Backend.POLLING else LinkState.LIVE
            self._tell(LinkSlice(watcher.backend, state, None, self._troubles))
