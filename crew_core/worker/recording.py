"""The files that grow while an agent works: every byte, in order, also over a disk that is full for a while."""

from __future__ import annotations

from pathlib import Path

from crew_core.store.fs import Fs


class GrowingFile:
    """Append-only. What could not be written is kept and tried again; while it is kept nothing new may be read."""

    def __init__(self, fs: Fs, path: Path) -> None:
        """:raises OSError: it could not be opened."""
        self._fs = fs
        self._fd = fs.open_append(path)
        self._size = fs.fstat(self._fd).st_size
        self._pending = b""

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return self._size

    @property
    def pending(self) -> bool:
        return bool(self._pending)

    def append(self, data: bytes) -> None:
        """:raises OSError: not all of it could be written; ``flush`` goes on where it stopped."""
        self._pending += data
        self.flush()

    def flush(self) -> None:
        """:raises OSError: there is still no room."""
        if not self._pending:
            return
        try:
            self._fs.write(self._fd, self._pending)
        except OSError:
            written = self._fs.fstat(self._fd).st_size - self._size
            self._pending = self._pending[written:]
            self._size += written
            raise
        self._size += len(self._pending)
        self._pending = b""

    def give_up(self) -> int:
        """Drop what could not be written; returns how many bytes are lost."""
        lost, self._pending = len(self._pending), b""
        return lost

    def sync(self) -> None:
        self._fs.fsync(self._fd)

    def close(self) -> None:
        self._fs.close(self._fd)
