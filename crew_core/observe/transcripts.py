"""Normalized transcripts: the events of an attempt, whole or as they are appended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.layout import RunLayout

_decode = msgspec.json.Decoder(AgentEvent).decode


def attempts_of(run_dir: Path, task_id: str) -> list[int]:
    """Numbers of the attempts that have a directory, in order."""
    root = RunLayout(run_dir).attempts / task_id
    try:
        return sorted(int(entry.name) for entry in root.iterdir() if entry.name.isdigit())
    except FileNotFoundError:
        return []


def event_of(line: bytes) -> AgentEvent:
    """The event of one line; what is not understood is kept as ``raw``."""
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return AgentEvent(kind=Kind.RAW, text=line.decode("utf-8", "replace"))


class LineTail:
    """Complete lines appended to one file since the last call; a half-written one waits.

    ``start_at`` skips the beginning: reading then begins behind the next newline. A file that was replaced
    or cut short is read anew, and ``restarts`` says so.
    """

    def __init__(self, path: Path, start_at: int = 0) -> None:
        self.path = path
        self._offset = max(0, start_at)
        self._skip_partial = start_at > 0
        self._inode: int | None = None
        self.restarts = 0

    def read_new(self, limit_bytes: int | None = None, *, ended: bool = False) -> list[bytes]:
        """``ended``: nothing more is written; then what stands behind the last newline is a line as well.

        :raises OSError: it may not be read; a missing file is just empty.
        """
        try:
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                if self._inode not in (None, found.st_ino) or found.st_size < self._offset:
                    self.restarts += 1
                    self._offset, self._skip_partial = 0, False
                self._inode = found.st_ino
                file.seek(self._offset)
                data = file.read() if limit_bytes is None else file.read(limit_bytes)
        except FileNotFoundError:
            return []
        end = data.rfind(b"\n") + 1
        lines = data[:end].split(b"\n")[:-1]
        if ended and end < len(data) and limit_bytes is None:
            lines.append(data[end:])
            end = len(data)
        self._offset += end
        if self._skip_partial and lines:
            self._skip_partial = False
            lines = lines[1:]
        return lines


def read_transcript(run_dir: Path, task_id: str, n: int) -> Iterator[AgentEvent]:
    """All normalized events of an attempt, in fixed memory."""
    tail = LineTail(transcript_file(run_dir, task_id, n))
    while lines := tail.read_new(limit_bytes=1 << 24):
        for line in lines:
            yield event_of(line)


def transcript_file(run_dir: Path, task_id: str, n: int) -> Path:
    """The file of normalized events, one a line."""
    return RunLayout(run_dir).attempt(task_id, n).events


def raw_transcript(run_dir: Path, task_id: str, n: int) -> Path:
    """The file that holds every byte the agent printed."""
    return RunLayout(run_dir).attempt(task_id, n).transcript
