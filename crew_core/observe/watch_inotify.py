"""Watching with Linux's inotify: at once, without a wake-up while nothing changes."""

from __future__ import annotations

import os
import select
from collections.abc import Set
from pathlib import Path

from inotify_simple import INotify, flags

from crew_core.observe.watcher import Backend, CannotWatch, Hints

#: Neither OPEN, ACCESS nor CLOSE_NOWRITE: our own reading would feed the queue. CLOSE_WRITE tells that the process
#: which held a lock file open is gone, however it ended.
_WANTED = (
    flags.MODIFY
    | flags.CLOSE_WRITE
    | flags.CREATE
    | flags.DELETE
    | flags.MOVED_FROM
    | flags.MOVED_TO
    | flags.DELETE_SELF
    | flags.MOVE_SELF
    | flags.ONLYDIR
    | flags.EXCL_UNLINK
)

_GONE = flags.IGNORED | flags.DELETE_SELF | flags.MOVE_SELF | flags.UNMOUNT


class InotifyWatcher:
    """One inotify instance, one watch for each directory, also where that has several names (links, bind mounts)."""

    backend = Backend.INOTIFY

    def __init__(self) -> None:
        try:
            self._inotify = INotify(nonblocking=True)
        except OSError as error:
            raise CannotWatch(error.errno, f"inotify: {error.strerror}") from error
        self._awake, self._waker = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._poll = select.poll()
        for fd in (self._inotify.fileno(), self._awake):
            self._poll.register(fd, select.POLLIN)
        self._by_directory: dict[Path, int] = {}
        self._by_watch: dict[int, set[Path]] = {}

    def watch(self, directories: Set[Path]) -> Set[Path]:
        for directory in self._by_directory.keys() - directories:
            self._forget(directory)
        for directory in directories - self._by_directory.keys():
            self._add(directory)
        return self._by_directory.keys() & directories

    def _add(self, directory: Path) -> None:
        try:
            watch = self._inotify.add_watch(directory, _WANTED)
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            return
        except OSError as error:
            raise CannotWatch(error.errno, f"inotify: {error.strerror}: {directory}") from error
        self._by_directory[directory] = watch
        self._by_watch.setdefault(watch, set()).add(directory)

    def _forget(self, directory: Path) -> None:
        watch = self._by_directory.pop(directory)
        names = self._by_watch[watch]
        names.remove(directory)
        if names:
            return
        del self._by_watch[watch]
        try:
            self._inotify.rm_watch(watch)
        except OSError:
            # The directory is gone, and its watch with it.
            return

    def wait(self, timeout_s: float | None) -> Hints:
        ready = dict(self._poll.poll(None if timeout_s is None else max(0.0, timeout_s) * 1000))
        if self._awake in ready:
            os.read(self._awake, 4096)
        return self._hints() if self._inotify.fileno() in ready else Hints()

    def _hints(self) -> Hints:
        paths: set[Path] = set()
        lost = False
        for event in self._inotify.read(timeout=0):
            lost = lost or bool(event.mask & flags.Q_OVERFLOW)
            for directory in tuple(self._by_watch.get(event.wd, ())):
                paths.add(directory / event.name if event.name else directory)
                if event.mask & _GONE:
                    self._forget(directory)
        return Hints(frozenset(paths), lost)

    def wake(self) -> None:
        try:
            os.write(self._waker, b"!")
        except BlockingIOError:
            # It is full of wake-ups that nobody took yet.
            return

    def close(self) -> None:
        self._inotify.close()
        os.close(self._awake)
        os.close(self._waker)
