"""What the person is told when they come back: what became of runs since they left, once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from crew_core.observe.alert_conditions import Standing
from crew_core.observe.since_left import Left, after, happened, left
from crew_core.observe.slices import RunRow, RunsSlice, SliceState
from crew_tui.left_file import LeftFile

#: Whoever was away for less has seen what was told meanwhile.
SHORT = timedelta(seconds=30)

News = tuple[tuple[RunRow, Standing], ...]


class Absence:
    """On the loop. Runs are compared with how they were left when they come into sight first, and at each return."""

    def __init__(self, opened_at: datetime) -> None:
        #: Runs that were made later are followed by the alerts from their beginning.
        self._opened_at = opened_at
        #: Where it is kept; None as long as that has not been read.
        self._file: LeftFile | None = None
        self._before: Mapping[Path, Left] = {}
        self._met: set[Path] = set()
        self._runs: RunsSlice | None = None
        self._left_at: datetime | None = None

    def compare_with(self, file: LeftFile) -> News:
        """It is known how the runs stood before this dashboard; what is news in those that are there already."""
        self._file, self._before = file, file.before
        at, self._left_at = self._left_at, None
        self._met.clear()
        news = self.take(self._runs) if self._runs is not None else ()
        if at is not None:
            self.leave(at)
        return news

    def take(self, runs: RunsSlice) -> News:
        """The list as it is now; what is news in it of runs that were not in sight before."""
        if runs.state is SliceState.LOADING:
            return ()
        self._runs = runs
        new = [row for row in runs.rows if row.path not in self._met]
        self._met.update(row.path for row in new)
        if self._left_at is not None:
            return ()
        self._remember(runs)
        return happened((row for row in new if not after(row.created_at, self._opened_at)), self._before)

    def leave(self, now: datetime) -> None:
        """The person looks at something else."""
        if self._left_at is None and self._runs is not None:
            self._left_at = now
            self._before = {**self._before, **left(self._runs.rows, now, self._runs.roots)}
            if self._file is not None:
                self._file.leave()

    def stop(self, now: datetime) -> None:
        """The person stops the program: a moment later nothing can be written."""
        self.leave(now)
        if self._file is not None:
            self._file.close()

    def come_back(self, now: datetime) -> News:
        """What became of the runs since they left, if that is long ago."""
        at, self._left_at = self._left_at, None
        if at is None or self._runs is None:
            return ()
        self._remember(self._runs)
        return happened(self._runs.rows, self._before) if now - at >= SHORT else ()

    def _remember(self, runs: RunsSlice) -> None:
        if self._file is not None:
            self._file.remember(runs.rows, runs.roots)
