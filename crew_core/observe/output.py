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
        #: What `_border` found, and for which log and first lines that is so.
        self._known_border: tuple[tuple[object, ...], tuple[int, OutputSource | None]] = ((), (0, None))
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
        place, source = self._border()
        if source is None:
            return
        told, repeated = source.read_back()
        entries = list(self._log.first(len(self._log)))
        # Lines stand as they came: none before one of an earlier moment that stands there already.
        moments = accumulate((line.at for line in entries[:place]), max)
        before: list[Timed] = list(zip(moments, entries[:place], strict=True))
        entries[:place] = [line for _, line in merge(before, told, key=itemgetter(0))]
        self._log = AppendLog(entries)
        if repeated:
            self._leave_out(repeated)

    def _border(self) -> tuple[int, OutputSource | None]:
        """The number of the line from which on nothing is left out, and of whom lines are missing before it."""
        sources = [source for source in self._sources.values() if source.earlier]
        firsts = (self._log, *(source.lines[0] if source.lines else None for source in sources))
        known, found = self._known_border
        if len(known) != len(firsts) or any(a is not b for a, b in zip(known, firsts, strict=True)):
            found = self._find_border(sources)
            self._known_border = firsts, found
        return found

    def _find_border(self, sources: Sequence[OutputSource]) -> tuple[int, OutputSource | None]:
        by_first: dict[int, OutputSource] = {}
        for source in sources:
            if not source.lines:
                # What it said stands nobody knows where.
                return len(self._log), source
            by_first[id(source.lines[0])] = source
        if by_first:
            for number in range(len(self._log) - 1, -1, -1):
                if (first := by_first.get(id(self._log[number]))) is not None:
                    return number, first
        return 0, None

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
            whole_from=self._border()[0],
            answers=self._answers,
            full=self._full,
        )
        if made != self._last:
            self._last = made
        assert self._last is not None
        return self._last
