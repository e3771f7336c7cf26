"""The lock that one coordinator holds for as long as it lives.

An OS lock (`flock`) on a file that is written in place and never renamed; it ends with its process, however
that ends. `flock` and not `lockf`, because a `lockf` lock is lost when any descriptor of the file is closed
in the process.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import msgspec

from crew_core.model.identity import ProcessIdentity
from crew_core.store.errors import LockHeld, LockLost, LocksUnsupported
from crew_core.store.fs import Fs, temporary_beside
from crew_core.store.locked_row import is_locked, read_row, write_row

#: `is_free` holds a shared lock for microseconds; taking the lock outlasts such a look.
_LOOKS_OUTLASTED = 5
_LOOK_S = 0.004


class LockRecord(msgspec.Struct, frozen=True, rename="camel"):
    """What the holder says of itself. `epoch` counts the coordinators of the run, `at` is ISO 8601."""

    identity: ProcessIdentity
    epoch: int
    at: str


class RunLock:
    """Held from `acquire` until `release` or the end of the process."""

    def __init__(self, fs: Fs, path: Path, fd: int) -> None:
        self._fs = fs
        self._path = path
        self._fd = fd
        opened = fs.fstat(fd)
        self._inode = (opened.st_dev, opened.st_ino)

    @classmethod
    def acquire(cls, path: Path, fs: Fs) -> RunLock:
        """Take the lock now. Read `read_holder(path)` for the last epoch before `write`.

        :raises LockHeld: another process has it. :raises LockLost: the file is replaced again and again.
        """
        for _ in range(_LOOKS_OUTLASTED):
            lock = cls(fs, path, fs.open_in_place(path))
            try:
                _lock_exclusively(lock._fd, path)
                # Somebody may have replaced the file between open and lock: then we hold a lock on nothing.
                lock.verify()
            except LockLost:
                fs.close(lock._fd)
                continue
            except BaseException:
                fs.close(lock._fd)
                raise
            return lock
        raise LockLost(path)

    @property
    def path(self) -> Path:
        return self._path

    def verify(self) -> None:
        """At each heartbeat.

        :raises LockLost: the path is not our file any more; stop at once and write nothing.
        """
        try:
            found = self._fs.stat(self._path)
        except FileNotFoundError:
            raise LockLost(self._path) from None
        if (found.st_dev, found.st_ino) != self._inode:
            raise LockLost(self._path)

    def write(self, record: LockRecord) -> None:
        """Say who holds it, durably."""
        write_row(self._fs, self._fd, record, durable=True)

    def release(self) -> None:
        """Let go; the file and its last record stay. A second call does nothing."""
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        # Unlock before close: a child that inherited the descriptor by mistake must not keep the lock.
        fcntl.flock(fd, fcntl.LOCK_UN)
        self._fs.close(fd)


def read_holder(path: Path) -> LockRecord | None:
    """What the present or last holder wrote; None when there is nothing readable."""
    return read_row(path, LockRecord)


def is_free(path: Path) -> bool:
    """True when nobody holds the lock at this moment. For senders of commands; takes nothing."""
    return not is_locked(path)


def locks_work(directory: Path, fs: Fs) -> bool:
    """Whether this file system refuses a lock to a second holder. Leaves nothing behind."""
    path = temporary_beside(directory / "locks")
    first = fs.create_exclusive(path)
    try:
        second = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            return _refuses_second(first, second)
        finally:
            os.close(second)
    finally:
        fs.close(first)
        fs.unlink(path)


def require_locks(directory: Path, fs: Fs) -> None:
    """:raises LocksUnsupported: runs in this directory can be watched only."""
    if not locks_work(directory, fs):
        raise LocksUnsupported(directory)


def _refuses_second(first: int, second: int) -> bool:
    try:
        fcntl.flock(first, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    try:
        fcntl.flock(second, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _lock_exclusively(fd: int, path: Path) -> None:
    for left in reversed(range(_LOOKS_OUTLASTED)):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left == 0:
                raise LockHeld(path, read_holder(path)) from None
            time.sleep(_LOOK_S)
        else:
            return
