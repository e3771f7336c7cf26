"""The journal of a run: what happened, in order, on disk before anybody is told.

One writer, the coordinator, from one thread. Events are gathered by `append` and made durable together by
`commit`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import msgspec

from crew_core.model.events import Event
from crew_core.store.errors import JournalFailed, SequenceBroken
from crew_core.store.fs import Fs
from crew_core.store.journal_reader import Problem, read_journal
from crew_core.store.journal_recovery import Recovered, recover
from crew_core.store.journal_tail import JournalTail
from crew_core.store.segments import ACTIVE_NAME, closed_path, read_stamp

__all__ = ["SEGMENT_BYTES", "Journal", "JournalTail", "Problem", "read_journal"]

#: A segment is closed by the first commit that finds it this long: small enough to read back in one piece.
SEGMENT_BYTES = 4 * 1024 * 1024


class Journal:
    """Open for appending.

    After `JournalFailed` it refuses every use: the coordinator stops and a new one opens anew.
    """

    def __init__(self, fs: Fs, run_dir: Path, fd: int, recovered: Recovered, segment_bytes: int) -> None:
        self._fs = fs
        self._run_dir = run_dir
        self._fd = fd
        self._segment_bytes = segment_bytes
        self._size = recovered.size_bytes
        self._first = recovered.first_seq
        self._epoch = recovered.last_epoch
        self._committed = recovered.last_seq
        self._gathered: list[bytes] = []
        self._failed = False

    @classmethod
    def open(cls, fs: Fs, run_dir: Path, *, segment_bytes: int = SEGMENT_BYTES) -> Journal:
        """Recover what an earlier writer left and go on after it; create the journal when there is none.

        :raises Corrupt: damage that no interrupted append explains. :raises JournalFailed: the disk refused.
        """
        try:
            recovered = recover(fs, run_dir)
            fd = fs.open_append(run_dir / ACTIVE_NAME)
        except OSError as error:
            raise JournalFailed(f"cannot open the journal: {error}") from error
        return cls(fs, run_dir, fd, recovered, segment_bytes)

    @property
    def committed_seq(self) -> int:
        """The last event that is durable; 0 before the first."""
        return self._committed

    @property
    def last_seq(self) -> int:
        """The last event given to `append`, durable or not."""
        return self._committed + len(self._gathered)

    @property
    def last_epoch(self) -> int:
        """The highest epoch among the events so far."""
        return self._epoch

    @property
    def failed(self) -> bool:
        return self._failed

    def append(self, event: Event | bytes) -> None:
        """Gather one event, as a record or as its JSON without a newline. Nothing is on disk before `commit`.

        :raises SequenceBroken: its `seq` is not `last_seq + 1`. :raises JournalFailed: an earlier commit
        failed.
        """
        self._refuse_if_failed()
        text = event if isinstance(event, bytes) else msgspec.json.encode(event)
        if b"\n" in text:
            raise ValueError("an event is one line")
        stamp = read_stamp(text)
        if stamp.seq != self.last_seq + 1:
            raise SequenceBroken(f"event {stamp.seq} offered where {self.last_seq + 1} is due")
        self._epoch = max(self._epoch, stamp.epoch)
        self._gathered.append(text + b"\n")

    def commit(self) -> int:
        """Make all gathered events durable with one write and one sync; returns the last durable `seq`.

        :raises JournalFailed: whether they are on disk is not known; tell nobody that they are.
        """
        self._refuse_if_failed()
        if not self._gathered:
            return self._committed
        batch = b"".join(self._gathered)
        try:
            if self._size >= self._segment_bytes:
                self._rotate()
            self._fs.write(self._fd, batch)
            self._fs.fsync(self._fd)
        except OSError as error:
            self._fail(error)
        except BaseException:
            # Interrupted in the middle: as unknown as a failed write.
            self._failed = True
            raise
        self._first = self._first or self._committed + 1
        self._committed += len(self._gathered)
        self._size += len(batch)
        self._gathered.clear()
        return self._committed

    def close(self) -> None:
        """Close the file. What was gathered and not committed is dropped. A second call does nothing."""
        if self._fd < 0:
            return
        fd, self._fd, self._failed = self._fd, -1, True
        self._fs.close(fd)

    def _rotate(self) -> None:
        """Every step leaves a journal that `open` understands: also one without an active file."""
        target = closed_path(self._run_dir, self._first)
        if target.exists():
            raise FileExistsError(f"{target} exists already")
        fd, self._fd = self._fd, -1
        self._fs.close(fd)
        self._fs.replace(self._run_dir / ACTIVE_NAME, target)
        self._fs.fsync_dir(self._run_dir)
        self._fd = self._fs.open_append(self._run_dir / ACTIVE_NAME)
        self._fs.fsync_dir(self._run_dir)
        self._size, self._first = 0, 0

    def _refuse_if_failed(self) -> None:
        if self._failed:
            raise JournalFailed("the journal is closed, or a write to it failed")

    def _fail(self, error: OSError) -> NoReturn:
        self._failed = True
        raise JournalFailed(f"cannot write the journal: {error}") from error
