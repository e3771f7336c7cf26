"""A FIFO beside a maildir that wakes its reader.

Only a hint: a ring may be lost, so every reader also looks at its maildir on a bounded timer.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

_RINGS_AT_ONCE = 4096


class Doorbell:
    """The reader's end. Give `fileno()` to a selector; on readable, `drain()`, then read the maildir."""

    def __init__(self, path: Path, fds: tuple[int, ...]) -> None:
        self._path = path
        self._fds = fds

    @classmethod
    def create_and_open(cls, path: Path) -> Doorbell:
        """Make the FIFO when missing and open it.

        Where no FIFO can be made, the bell is `silent`, not an error.
        """
        try:
            fd = _open_fifo(path)
        except OSError:
            # A pipe that nobody can ring: the reader's code stays one, and its timer does the work.
            return cls(path, os.pipe())
        return cls(path, (fd,))

    @property
    def silent(self) -> bool:
        """True when nobody can ring it, because this file system has no FIFOs."""
        return len(self._fds) > 1

    def fileno(self) -> int:
        return self._fds[0]

    def drain(self) -> bool:
        """Take all rings so far; True if there were any. Never blocks."""
        if self.silent:
            return False
        rung = False
        while True:
            try:
                rung = bool(os.read(self._fds[0], _RINGS_AT_ONCE)) or rung
            except BlockingIOError:
                return rung

    def close(self) -> None:
        """Close our end; the FIFO stays for the next reader."""
        fds, self._fds = self._fds, ()
        for fd in fds:
            os.close(fd)


def ring(path: Path) -> bool:
    """Wake the reader of the FIFO at `path`; False when there is no FIFO or nobody reads it.

    Never blocks or fails.
    """
    try:
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        if not stat.S_ISFIFO(os.fstat(fd).st_mode):
            return False
        os.write(fd, b"!")
    except BlockingIOError:
        # Full of rings that nobody took yet: the reader will wake.
        return True
    except OSError:
        return False
    finally:
        os.close(fd)
    return True


def _open_fifo(path: Path) -> int:
    try:
        os.mkfifo(path, 0o600)
    except FileExistsError:
        if not stat.S_ISFIFO(os.lstat(path).st_mode):
            raise
    # Read and write, so that the last writer's leaving is not an end of file that makes a selector spin.
    return os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
