"""The files that grow while an agent works: every byte, in order, also over a disk that is full for a while."""

from __future__ import annotations

import logging
from pathlib import Path

from crew_core.store.fs import Fs

_LOG = logging.getLogger(__name__)


class GrowingFile:
    """Append-only. What the disk refuses is kept and tried again; while there is some nothing new may be read."""

    def __init__(self, fs: Fs, path: Path) -> None:
        """:raises OSError: it could not be opened."""
        self._fs = fs
        self._path = path
        self._fd = fs.open_append(path)
        self._size = fs.fstat(self._fd).st_size
        self._pending = b""
        self._refusal: OSError | None = None

    @property
    def size(self) -> int:
        """Bytes that the file system took."""
        return self._size

    @property
    def pending(self) -> int:
        """Bytes that it has not taken yet."""
        return len(self._pending)

    def append(self, data: bytes) -> None:
        waited = self.pending
        self._pending += data
        if not self.flush() and not waited:
            # Once, not at each try: the log lies on the same disk.
            _LOG.warning("%s: %s", self._path.name, self._refusal)

    def flush(self) -> bool:
        """Try to write what is kept; True when nothing is left."""
        if not self._pending:
            return True
        try:
            self._fs.write(self._fd, self._pending)
        except OSError as error:
            self._refusal = error
            written = self._fs.fstat(self._fd).st_size - self._size
            self._pending = self._pending[written:]
            self._size += written
            return False
        self._size += len(self._pending)
        self._pending = b""
        return True

    def give_up(self) -> int:
        """Drop what could not be written; returns how many bytes are lost."""
        lost, self._pending = len(self._pending), b""
        return lost

    def sync(self) -> None:
        """:raises OSError: what was written may be lost, and a second try would not say so."""
        self._fs.fsync(self._fd)

    def close(self) -> None:
        self._fs.close(self._fd)
