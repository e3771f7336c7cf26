"""What the agents of a run print, put together: the end of what is there, what is appended, what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import merge
from itertools import accumulate
from operator import itemgetter
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.observe.output_bounds import BOUNDS, OutputBounds
from crew_core.observe.output_decoding import Timed
from crew_core.observe.output_source import OutputSource
from crew_core.observe.run_source import AgentFile
from crew_core.observe.slices import AppendLog, SliceState
from crew_core.observe.tab_slices import LookBack, OutputLine, OutputSlice

#: How many tasks' output is merged when none is selected.
MERGED = 8


class OutputReader:
    """The output of one task, or of several: of those that run, and of the last that ran."""

    def __init__(
        self, agent_file: Callable[[Task], AgentFile | None], task_id: str | None, bounds: OutputBounds = BOUNDS
    ) -> None:
        """``agent_file``: where what a task's agent printed is kept, and how it is understood."""
        self._agent_file = agent_file
        self.task_id = task_id
        self._bounds = bounds
        #: By path: pi-crew keeps one file for all attempts of a task.
        self._sources: dict[Path, OutputSource] = {}
        self._log: AppendLog[OutputLine] = AppendLog()
        self._held = False
        #: Something may have come that was not taken in.
        self._paused = False
        self._answers = 0
        #: The number of the line from which on nothing is left out, and for which log and first lines that is so.
        self._whole_from: tuple[tuple[object, ...], int] = ((), 0)
        self._last: OutputSlice | None = None

    def paths(self) -> tuple[Path, ...]:
        """The files that it reads."""
        return tuple(self._sources)

    def read(self, tasks: Sequence[Task]) -> OutputSlice:
        """Take in what was appended; the same slice when nothing was."""
        self._choose(tasks)
        if self._full:
            self._paused = True
        else:
            ended = {task.id for task in tasks if task.status.ended}
            sources = self._sources.values()
            # As it came: what several files hold by now is put in the order of its moments.
            found = [source.read(ended=source.file.task_id in ended) for source in sources]
            for _, line in merge(*found, key=itemgetter(0)):
                self._log.append(line)
            if not self._held and any(source.overfull for source in sources):
                self._leave_out([line for source in sources for line in source.let_go()])
        return self._slice(tasks)

    def look_back(self, at: LookBack) -> None:
        """From now on nothing is let go, or again what is old; one piece more of what was before, if that is asked."""
        self._held = at is not LookBack.NEWEST
        if at is LookBack.EARLIER:
            self._answers += 1
            if not self._full:
                self._read_back()
        elif at is LookBack.NEWEST and self._paused:
            # The end may be far away from what is here.
            self._begin_anew()

    @property
    def _full(self) -> bool:
        sources = self._sources.values()
        lines, chars = sum(len(source.lines) for source in sources), sum(source.chars for source in sources)
        return self._held and (lines >= self._bounds.most_lines or chars >= self._bounds.most_chars)

    def _begin_anew(self) -> None:
        self._sources.clear()
        self._log, self._paused = AppendLog(), False

    def _choose(self, tasks: Sequence[Task]) -> None:
        found = [file for task in self._shown(tasks) if (file := self._agent_file(task)) is not None]
        shown = {source.file.attempt for source in self._sources.values()}
        if self.task_id is not None and shown and shown != {file.attempt for file in found}:
            # Another attempt of the one task: its output begins anew.
            self._begin_anew()
        for file in found:
            if file.path not in self._sources:
                self._sources[file.path] = OutputSource(file, self._bounds)

    def _shown(self, tasks: Sequence[Task]) -> list[Task]:
        tried = [task for task in tasks if task.attempts]
        if self.task_id is not None:
            return [task for task in tried if task.id == self.task_id]
        recent = sorted(tried, key=lambda task: (task.status is TaskStatus.RUNNING, task.seq))[-MERGED:]
        return sorted(recent, key=lambda task: task.started_at or "")

    # What is older

    def _leave_out(self, gone: Sequence[OutputLine]) -> None:
        known = {id(line) for line in gone}
        self._log = AppendLog(line for line in self._log.first(len(self._log)) if id(line) not in known)

    def _read_back(self) -> None:
        """Of the agent of whom the last lines are left out: below its first one here everything is there."""
        sources = [source for source in self._sources.values() if source.earlier]
        if not sources:
            return
        place, source = max(((self._first_of(source), source) for source in sources), key=itemgetter(0))
        told, repeated = source.read_back()
        entries = list(self._log.first(len(self._log)))
        # Lines stand as they came: none before one of an earlier moment that stands there already.
        moments = accumulate((line.at for line in entries[:place]), max)
        before: list[Timed] = list(zip(moments, entries[:place], strict=True))
        entries[:place] = [line for _, line in merge(before, told, key=itemgetter(0))]
        self._log = AppendLog(entries)
        if repeated:
            self._leave_out(repeated)

    def _first_of(self, source: OutputSource) -> int:
        """The number of its first line; behind all when it has none."""
        first = source.lines[0] if source.lines else None
        numbers = range(len(self._log))
        return next((number for number in numbers if self._log[number] is first), len(self._log))

    def _left_out_until(self) -> int:
        sources = [source for source in self._sources.values() if source.earlier]
        firsts = (self._log, *(source.lines[0] if source.lines else None for source in sources))
        known, number = self._whole_from
        if len(known) != len(firsts) or any(a is not b for a, b in zip(known, firsts, strict=True)):
            number = max(map(self._first_of, sources), default=0)
            self._whole_from = (firsts, number)
        return number

    def _slice(self, tasks: Sequence[Task]) -> OutputSlice:
        sources = self._sources.values()
        read = {source.file.task_id for source in sources}
        growing = tuple(source.growing for source in sources if source.growing is not None)
        made = OutputSlice(
            state=SliceState.READY if len(self._log) or growing else SliceState.EMPTY,
            task_id=self.task_id,
            attempt=max((source.file.attempt for source in sources), default=None) if self.task_id else None,
            log=self._log,
            count=len(self._log),
            skipped_lines=sum(source.earlier for source in sources),
            growing=growing,
            unread=0 if self.task_id else sum(bool(task.attempts) and task.id not in read for task in tasks),
            whole_from=self._left_out_until(),
            answers=self._answers,
            full=self._full,
        )
        if made != self._last:
            self._last = made
        assert self._last is not None
        return self._last
