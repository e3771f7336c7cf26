"""What agent programs keep on disk about their own work, read as it grows, and never written."""

from __future__ import annotations

import glob
import logging
from pathlib import Path
from typing import Protocol

from crew_core.agents.lines import Lines
from crew_core.agents.protocol import LinesRecord, TableRecord
from crew_core.worker.state_dir import directory_of

_LOG = logging.getLogger(__name__)

_PIECE = 1 << 20

#: A program that writes keeps a reader waiting no longer than this, in seconds.
_PATIENCE_S = 0.2


class OwnRecords:
    """All records of one attempt. What cannot be read is empty; the log says why, once."""

    def __init__(self) -> None:
        self._readers: dict[LinesRecord | TableRecord, _Reader] = {}
        self._told: set[str] = set()

    def new(self, record: LinesRecord | TableRecord) -> list[bytes]:
        """What came to it since it was read last."""
        reader = self._readers.get(record)
        if reader is None:
            reader = _LinesReader(record) if isinstance(record, LinesRecord) else _TableReader(record)
            self._readers[record] = reader
        try:
            return reader.new()
        except Exception as error:
            # Another program's files: whatever they hold, its work goes on.
            if str(error) not in self._told:
                self._told.add(str(error))
                _LOG.warning("the program's own record cannot be read: %s", error)
            return []


class _Reader(Protocol):
    def new(self) -> list[bytes]: ...


class _LinesReader:
    def __init__(self, record: LinesRecord) -> None:
        self._pattern = f"{glob.escape(str(directory_of(record.files)))}/{record.files.path}"
        self._mark = record.mark
        self._files: dict[str, _GrownFile] = {}

    def new(self) -> list[bytes]:
        found: list[bytes] = []
        for path in sorted(glob.glob(self._pattern)):
            found += self._files.setdefault(path, _GrownFile(Path(path), self._mark)).new()
        return found


class _GrownFile:
    """One file of lines. A file that was replaced or cut is read from its beginning."""

    def __init__(self, path: Path, mark: bytes) -> None:
        self._path = path
        self._mark = mark
        self._inode = self._at = 0
        self._lines = Lines()

    def new(self) -> list[bytes]:
        found: list[bytes] = []
        with self._path.open("rb") as file:
            now = self._path.stat()
            if now.st_ino != self._inode or now.st_size < self._at:
                self._inode, self._at, self._lines = now.st_ino, 0, Lines()
            file.seek(self._at)
            while piece := file.read(_PIECE):
                self._at += len(piece)
                found += [line.data for line in self._lines.feed(piece) if self._mark in line.data and not line.cut]
        return found


class _TableReader:
    def __init__(self, record: TableRecord) -> None:
        self._path = directory_of(record.file) / record.file.path
        self._query = record.query
        self._arguments = record.arguments
        self._newest = 0

    def new(self) -> list[bytes]:
        if not self._path.exists():
            return []
        # Not every Python has it, and few programs need it.
        import sqlite3

        connection = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)
        try:
            rows = connection.execute(self._query, (*self._arguments, self._newest)).fetchall()
        finally:
            connection.close()
        self._newest = max((number for number, _ in rows), default=self._newest)
        return [str(text).encode("utf-8", "replace") for _, text in rows]
