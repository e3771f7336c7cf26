"""Following a journal that somebody else writes, reading every byte once."""

from __future__ import annotations

import os
from pathlib import Path

from crew_core.model.events import Event
from crew_core.store.journal_reader import OnProblem, Problem, SequenceCheck
from crew_core.store.segments import ACTIVE_NAME, ClosedSegment, FileId, closed_segments, file_id


class JournalTail:
    """Remembers a file and an offset; `read_new` gives what was appended behind it.

    `restarts` grows when the journal was replaced or cut short below what had been read: the events of that
    call are those from the very first one on, and what was built from earlier calls is void.
    """

    def __init__(self, run_dir: Path, on_problem: OnProblem | None = None) -> None:
        self._run_dir = run_dir
        self._active = run_dir / ACTIVE_NAME
        self._on_problem = on_problem or self._keep
        self._file: FileId | None = None
        self._offset = 0
        self._check = SequenceCheck(self._on_problem)
        self.restarts = 0
        #: Damage met so far, when no `on_problem` was given.
        self.problems: list[Problem] = []
        #: Bytes read from disk so far: a reader is to read only what is new.
        self.bytes_read = 0

    def read_new(self) -> list[Event]:
        """Events appended since the last call, in order.

        A line that is not finished yet comes with a later call.

        :raises OSError: the files may not be read; a missing journal is just empty.
        """
        # Opened before the segments are listed: whatever is older than this file is closed by then, and
        # listed.
        try:
            fd = os.open(self._active, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return self._catch_up(None)
        try:
            status = os.fstat(fd)
            active = file_id(status)
            if active == self._file:
                if status.st_size < self._offset:
                    self._restart()
                    return self._catch_up(fd)
                return self._read(fd, self._active, self._offset, closed=False)
            return self._catch_up(fd)
        finally:
            os.close(fd)

    def _catch_up(self, active: int | None) -> list[Event]:
        """From the file that was read last, through the segments closed since, to the active one."""
        segments = [(segment, _id_of(segment)) for segment in closed_segments(self._run_dir)]
        known = [identity for _, identity in segments]
        start = self._resume_at(known, missing=active is None and not segments)
        events: list[Event] = []
        for segment, identity in segments[start:]:
            offset = self._offset if identity == self._file else 0
            with open(segment.path, "rb") as file:
                events += self._read(file.fileno(), segment.path, offset, closed=True)
        if active is not None and file_id(os.fstat(active)) not in known:
            events += self._read(active, self._active, 0, closed=False)
        return events

    def _resume_at(self, known: list[FileId], *, missing: bool) -> int:
        if self._file is None:
            return 0
        if self._file in known:
            return known.index(self._file)
        if missing:
            # Between the two steps of somebody's removal or replacement: decide when there is a file again.
            return 0
        self._restart()
        return 0

    def _read(self, fd: int, path: Path, offset: int, *, closed: bool) -> list[Event]:
        with open(fd, "rb", closefd=False) as file:
            file.seek(offset)
            data = file.read()
        self.bytes_read += len(data)
        events = list(self._check.events(path, data, offset, closed=closed))
        self._file = file_id(os.fstat(fd))
        self._offset = self._check.end
        return events

    def _restart(self) -> None:
        self.restarts += 1
        self._file = None
        self._offset = 0
        self._check = SequenceCheck(self._on_problem)

    def _keep(self, problem: Problem) -> None:
        self.problems.append(problem)


def _id_of(segment: ClosedSegment) -> FileId:
    return file_id(os.stat(segment.path))
