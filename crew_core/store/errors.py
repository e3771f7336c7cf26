"""Everything that the store refuses or fails to do, as one tree.

* StoreError
  x Unreadable               what is on disk cannot be taken as it is; it is left untouched
    + Corrupt                 the bytes are damaged: show the rest, write nothing over it
    + NewerFormat             a newer crew-tui wrote it: open it read-only
    + TooLarge                more bytes than the caller was willing to take
  x JournalFailed            a journal write failed: stop the coordinator, start a new one
  x SequenceBroken           an event does not carry the next sequence number: a bug of the caller
  x LockError
    + LockHeld                somebody else holds it: send a command instead, or wait
    + LockLost                the lock file is not ours any more: stop at once, write nothing
    + LocksUnsupported        this file system has no working locks: watch only
  x UnsafePath               a name or path would leave its directory: refuse the request

A failing disk shows as the plain `OSError` of the system call (`ENOSPC`, `EIO`, `EMFILE`, ...) everywhere
except in the journal, where no later use may follow it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crew_core.store.lock import LockRecord


class StoreError(Exception):
    """Root of everything that the store raises on its own account."""


class Unreadable(StoreError):
    """What is at `path` cannot be used; it was not changed."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class Corrupt(Unreadable):
    """The bytes are damaged. Callers show what else they have and never overwrite the file with a default."""

    def __init__(self, path: Path, reason: str, offset: int = 0) -> None:
        super().__init__(path, reason)
        #: Byte at which the damage begins; 0 when the file as a whole is meant.
        self.offset = offset


class NewerFormat(Unreadable):
    """Written by a newer version. Callers may show it; they never write to that run."""

    def __init__(self, path: Path, version: int, ours: int) -> None:
        super().__init__(path, f"written by a newer crew-tui (format {version}, this is {ours})")
        self.version = version
        self.ours = ours

    @property
    def told(self) -> str:
        """For a person, without the path: what that means for the whole run."""
        return f"{self.reason}: it can be read, not changed"


class TooLarge(Unreadable):
    """The file holds more than the caller's limit. Callers set it aside and say so."""

    def __init__(self, path: Path, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(path, f"{size_bytes} bytes, more than the {limit_bytes} that are taken")
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class JournalFailed(StoreError):
    """A write or sync of the journal failed. What was gathered may or may not be on disk.

    The journal object refuses all later use. The coordinator stops; the next one opens the journal anew,
    which finds out what survived. The cause is the `OSError` of the failing call.
    """


class SequenceBroken(StoreError):
    """An event's `seq` is not the last one plus one. Nothing was written."""


class LockError(StoreError):
    """About the lock at `path`."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path


class LockHeld(LockError):
    """Another process holds the lock. `holder` is what it wrote there, or None when that cannot be read."""

    def __init__(self, path: Path, holder: LockRecord | None) -> None:
        super().__init__(path, "held by another process")
        self.holder = holder


class LockLost(LockError):
    """The file at the path is not the one that is locked: somebody removed or replaced it.

    Stop, write nothing.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, "the lock file was removed or replaced")


class LocksUnsupported(LockError):
    """The file system gives one lock to two holders, or none at all. Its runs can be watched, not written."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "file locks do not work here")


class UnsafePath(StoreError):
    """A name or path climbs out of its directory, passes a symbolic link, or has characters not allowed."""
