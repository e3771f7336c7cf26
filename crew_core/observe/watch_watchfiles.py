"""Watching with watchfiles: for systems without inotify, and on request."""

from __future__ import annotations

import os
import threading
from collections.abc import Set
from pathlib import Path

# Documented by watchfiles as the way to use its backend directly: only here the watch stands when the call returns.
from watchfiles._rust_notify import RustNotify

from crew_core.observe.watcher import NO_HINTS, Backend, CannotWatch, Hints

#: Milliseconds between its looks at its own queue, and at most how long it gathers. Measured: with these a change is
#: told after 11 ms (p50); with its defaults a directory with new names is silent for 1.6 s.
_STEP_MS = 5
_DEBOUNCE_MS = 20

#: Milliseconds after which it gives an empty answer; it looks at its stop event by itself.
_NEVER_MS = 0


class WatchfilesWatcher:
    """watchfiles cannot add a path, so another set of directories is another watch, in a thread of its own."""

    backend = Backend.WATCHFILES

    def __init__(self) -> None:
        self._directories: frozenset[Path] = frozenset()
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._paths: set[Path] = set()
        self._woken = False
        self._failure: str | None = None

    def watch(self, directories: Set[Path]) -> Set[Path]:
        there = frozenset(directory for directory in directories if os.path.isdir(directory))
        if there != self._directories:
            self._restart(there)
        return self._directories

    def _restart(self, directories: frozenset[Path]) -> None:
        """The new watch stands before the former one ends: nothing falls between them."""
        former, self._stop = self._stop, threading.Event()
        self._directories = frozenset()
        try:
            # watchfiles raises what Rust's notify said as FileNotFoundError, PermissionError or an error of its own.
            notify = RustNotify([str(path) for path in directories], False, False, 0, False, True)
        except FileNotFoundError:
            # One of them went just now: nothing is watched, and the next look brings us here again.
            return
        except Exception as error:
            raise CannotWatch(f"watchfiles: {error}") from error
        finally:
            former.set()
        self._directories = directories
        threading.Thread(target=self._follow, args=(notify, self._stop), name="watchfiles", daemon=True).start()

    def _follow(self, notify: RustNotify, stop: threading.Event) -> None:
        """In its own thread, until another watch takes its place."""
        with notify:
            while not stop.is_set():
                try:
                    found = notify.watch(_DEBOUNCE_MS, _STEP_MS, _NEVER_MS, stop)
                except Exception as error:
                    # It has no type of its own; whatever it is, this backend is of no use any more.
                    self._tell(set(), str(error))
                    return
                if isinstance(found, set):
                    self._tell({Path(path) for _, path in found})

    def _tell(self, paths: set[Path], failure: str | None = None) -> None:
        with self._changed:
            self._paths |= paths
            self._failure = self._failure or failure
            self._changed.notify()

    def wait(self, timeout_s: float | None) -> Hints:
        with self._changed:
            self._changed.wait_for(lambda: self._paths or self._woken or self._failure, timeout_s)
            if self._failure is not None:
                raise CannotWatch(f"watchfiles: {self._failure}")
            self._woken = False
            paths, self._paths = self._paths, set()
        return Hints(frozenset(paths)) if paths else NO_HINTS

    def wake(self) -> None:
        with self._changed:
            self._woken = True
            self._changed.notify()

    def close(self) -> None:
        self._stop.set()
        self._directories = frozenset()
