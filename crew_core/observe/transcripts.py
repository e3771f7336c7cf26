"""Normalized transcripts: the events of an attempt, whole or as they are appended."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.transcript_lines import overlong
from crew_core.store.layout import RunLayout

_decode = msgspec.json.Decoder(AgentEvent).decode

#: A longer line is not understood, only its beginning is told.
_LONGEST_LINE = 16 << 20


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
    except (ValueError, RecursionError):
        return AgentEvent(kind=Kind.RAW, text=line.decode("utf-8", "replace"))


def events_of(line: bytes) -> Sequence[AgentEvent]:
    """The same for what decodes lines of which each can hold several."""
    return (event_of(line),)


class LineTail:
    """Complete lines appended to one file since the last call; a half-written one waits.

    A file that was replaced or cut short is read anew.
    """

    def __init__(self, path: Path, start_at: int = 0) -> None:
        """:param start_at: where reading begins: where a line does."""
        self.path = path
        #: Behind the last line that was given.
        self.offset = start_at
        #: Of the file that was read last; None: there was none yet.
        self.inode: int | None = None
        #: How often the file has turned out to be another one.
        self.times_anew = 0

    def read_new(self, *, ended: bool = False) -> list[bytes]:
        """``ended``: nothing more is written; then what stands behind the last newline is a line as well.

        :raises OSError: it may not be read; a missing file is just empty.
        """
        return [line for _, line in self.read_placed(ended=ended)]

    def read_placed(self, *, ended: bool = False) -> list[tuple[int, bytes]]:
        """The same, each with its offset in the file."""
        try:
            with self.path.open("rb") as file:
                found = os.fstat(file.fileno())
                if self.inode not in (None, found.st_ino) or found.st_size < self.offset:
                    self.offset, self.times_anew = 0, self.times_anew + 1
                self.inode = found.st_ino
                file.seek(self.offset)
                data = file.read()
        except FileNotFoundError:
            return []
        end = data.rfind(b"\n") + 1
        lines = data[:end].split(b"\n")[:-1]
        if ended and end < len(data):
            lines.append(data[end:])
            end = len(data)
        placed: list[tuple[int, bytes]] = []
        at = self.offset
        for line in lines:
            placed.append((at, line))
            at += len(line) + 1
        self.offset += end
        return placed


def read_transcript(run_dir: Path, task_id: str, n: int) -> Iterator[AgentEvent]:
    """All normalized events of an attempt, in fixed memory. What is still being written is left out.

    A line of more than 16 MiB is a ``raw`` event with its beginning and its size.
    """
    try:
        file = transcript_file(run_dir, task_id, n).open("rb")
    except FileNotFoundError:
        return
    with file:
        while line := file.readline(_LONGEST_LINE):
            if line.endswith(b"\n"):
                yield event_of(line[:-1])
            elif len(line) == _LONGEST_LINE:
                yield event_of(overlong(line, len(line) + _skipped_bytes(file)))


def _skipped_bytes(file: BinaryIO) -> int:
    """Goes behind the line in the middle of which the file stands."""
    size = 0
    while piece := file.readline(_LONGEST_LINE):
        size += len(piece)
        if piece.endswith(b"\n"):
            return size - 1
    return size


def transcript_file(run_dir: Path, task_id: str, n: int) -> Path:
    """The file of normalized events, one a line."""
    return RunLayout(run_dir).attempt(task_id, n).events


def raw_transcript(run_dir: Path, task_id: str, n: int) -> Path:
    """The file that holds every byte the agent printed."""
    return RunLayout(run_dir).attempt(task_id, n).transcript
