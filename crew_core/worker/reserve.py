"""Room on the disk that is taken early, so that the last words fit when there is none left."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crew_core.store.fs import Fs

_LOG = logging.getLogger(__name__)

#: Room for a result with its longest lists, twice (temporary file and old one).
RESERVED_BYTES = 65_536


class Reserve:
    """A file of zeros that is removed when its room is needed."""

    def __init__(self, fs: Fs, path: Path) -> None:
        self._fs = fs
        self._path = path

    def take(self) -> None:
        """As much as there is; what could not be had is said in the log."""
        error = self._take()
        if error is not None:
            _LOG.warning("not all room reserved: %s", error)

    def _take(self) -> OSError | None:
        try:
            fd = self._fs.create_exclusive(self._path)
        except OSError as error:
            return error
        try:
            self._fs.write(fd, bytes(RESERVED_BYTES))
        except OSError as error:
            return error
        finally:
            self._fs.close(fd)
        return None

    def release(self) -> None:
        try:
            self._fs.unlink(self._path)
        except OSError:
            # Never made, or given back already.
            return

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Its room, for something that gives back about as much as it takes."""
        self.release()
        try:
            yield
        finally:
            # What it took is less than what is reserved, and no news.
            self._take()
