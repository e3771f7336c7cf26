"""How changes on disk are noticed: three backends that all say only "this path may have changed"."""

from __future__ import annotations

import sys
from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Backend(StrEnum):
    """``auto`` is inotify on Linux and watchfiles elsewhere; polling where neither works."""

    AUTO = "auto"
    INOTIFY = "inotify"
    WATCHFILES = "watchfiles"
    POLLING = "polling"


class CannotWatch(OSError):
    """This backend does not work here, or not for so many directories: use another one."""


@dataclass(frozen=True, slots=True)
class Hints:
    """Paths that may have changed: entries of watched directories, or such a directory itself.

    ``everything``: hints may have been lost, so all of it may have changed.
    """

    paths: frozenset[Path] = frozenset()
    everything: bool = False

    def __or__(self, other: Hints) -> Hints:
        return Hints(self.paths | other.paths, self.everything or other.everything)

    def __bool__(self) -> bool:
        return self.everything or bool(self.paths)


NO_HINTS = Hints()
EVERYTHING = Hints(everything=True)


class Watcher(Protocol):
    """Owned by one thread; only ``wake`` may be called from others."""

    backend: Backend

    def watch(self, directories: Set[Path]) -> Set[Path]:
        """Watch just these, each without what is below it; returns those that are watched now.

        Missing and forbidden ones are not. What happens after the return is hinted at.

        :raises CannotWatch: there are too many, or the backend does not work.
        """

    def wait(self, timeout_s: float | None) -> Hints:
        """Block until something may have changed, ``wake`` was called, or the time is over.

        :raises CannotWatch: the backend does not work any more.
        """

    def wake(self) -> None:
        """End the present or the next ``wait``. From any thread."""

    def close(self) -> None: ...


def open_watcher(backend: Backend) -> Watcher:
    """A watcher of the kind that was asked for. Each backend is imported only when it is used.

    :raises CannotWatch: it does not work on this machine.
    """
    match backend:
        case Backend.AUTO:
            return open_watcher(Backend.INOTIFY if sys.platform == "linux" else Backend.WATCHFILES)
        case Backend.INOTIFY:
            from crew_core.observe.watch_inotify import InotifyWatcher

            return InotifyWatcher()
        case Backend.WATCHFILES:
            from crew_core.observe.watch_watchfiles import WatchfilesWatcher

            return WatchfilesWatcher()
        case Backend.POLLING:
            from crew_core.observe.watch_polling import PollingWatcher

            return PollingWatcher()
