"""What the agents of a run print, as lines: the end of what is there, then what is appended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import merge
from operator import itemgetter
from pathlib import Path

from crew_core.model.state import Task
from crew_core.model.status import TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.joined_text import JoinedText
from crew_core.observe.run_source import AgentFile
from crew_core.observe.slices import AppendLog, SliceState
from crew_core.observe.tab_slices import OutputLine, OutputSlice
from crew_core.observe.transcripts import LineTail

#: Of a long output the end is read first; the rest is in the transcript.
TAIL_BYTES = 262_144

#: Lines kept for one view. When as many again have come, the older half is let go.
LINES = 5_000

#: How many tasks' output is merged when none is selected.
MERGED = 8

_SPOKEN = frozenset({Kind.TEXT, Kind.THINKING, Kind.RESULT})


@dataclass(slots=True)
class _Source:
    file: AgentFile
    tail: LineTail
    #: It has said something: then its result repeats it.
    spoke: bool = False
    joined: JoinedText = field(default_factory=JoinedText)
    #: What was read and is not among the lines of all yet, with the moment by which it is put there.
    new: list[tuple[str, OutputLine]] = field(default_factory=list)
    #: The latest moment that it told of.
    at: str = ""
    #: The line that still grows.
    growing: OutputLine | None = None


class OutputReader:
    """The output of one task, or of several: of those that run, and of the last that ran."""

    def __init__(self, agent_file: Callable[[Task], AgentFile | None], task_id: str | None) -> None:
        """``agent_file``: where what a task's agent printed is kept, and how it is understood."""
        self._agent_file = agent_file
        self.task_id = task_id
        #: By path: pi-crew keeps one file for all attempts of a task.
        self._sources: dict[Path, _Source] = {}
        self._log: AppendLog[OutputLine] = AppendLog()
        self._skipped = 0
        self._last: OutputSlice | None = None

    def paths(self) -> tuple[Path, ...]:
        """The files that it reads."""
        return tuple(self._sources)

    def read(self, tasks: Sequence[Task]) -> OutputSlice:
        """Take in what was appended; the same slice when nothing was."""
        self._choose(tasks)
        ended = {task.id for task in tasks if task.status.ended}
        for source in self._sources.values():
            self._take(source, ended=source.file.task_id in ended)
        self._put_together()
        if len(self._log) > 2 * LINES:
            self._let_go()
        return self._slice(tasks)

    def _choose(self, tasks: Sequence[Task]) -> None:
        found = [file for task in self._shown(tasks) if (file := self._agent_file(task)) is not None]
        shown = {source.file.attempt for source in self._sources.values()}
        if self.task_id is not None and shown and shown != {file.attempt for file in found}:
            # Another attempt of the one task: its output begins anew.
            self._sources.clear()
            self._log, self._skipped = AppendLog(), 0
        for file in found:
            if file.path not in self._sources:
                self._sources[file.path] = self._open(file)

    def _shown(self, tasks: Sequence[Task]) -> list[Task]:
        tried = [task for task in tasks if task.attempts]
        if self.task_id is not None:
            return [task for task in tried if task.id == self.task_id]
        recent = sorted(tried, key=lambda task: (task.status is TaskStatus.RUNNING, task.seq))[-MERGED:]
        return sorted(recent, key=lambda task: task.started_at or "")

    def _open(self, file: AgentFile) -> _Source:
        try:
            start = max(0, file.path.stat().st_size - TAIL_BYTES)
        except OSError:
            start = 0
        if start:
            self._skipped += _count_lines(file.path, start)
        return _Source(file, LineTail(file.path, start))

    def _take(self, source: _Source, *, ended: bool) -> None:
        try:
            lines = source.tail.read_new(ended=ended)
        except OSError as error:
            said = f"cannot be read: {error.strerror or error}"
            if not len(self._log) or self._log[len(self._log) - 1].text != said:
                source.new.append((source.at, OutputLine("", source.file.task_id, Kind.ERROR, said)))
            return
        for line in lines:
            for event in source.file.decode(line):
                if event.kind is Kind.RESULT and source.spoke:
                    continue
                source.spoke = source.spoke or event.kind is Kind.TEXT
                self._tell(source, source.joined.take(event))
        if ended:
            self._tell(source, source.joined.end())
        opened = source.joined.open
        said = source.growing.text if source.growing is not None else ""
        if said != (opened.text if opened is not None else ""):
            source.growing = OutputLine(opened.at, source.file.task_id, opened.kind, opened.text) if opened else None

    def _tell(self, source: _Source, events: Sequence[AgentEvent]) -> None:
        for event in events:
            # A file is in the order of what happened, also where it does not say when.
            source.at = max(source.at, event.at)
            source.new += ((source.at, line) for line in _lines_of(event, source.file.task_id))

    def _put_together(self) -> None:
        """As it came: what several files hold by now is put in the order of its moments."""
        found = [source.new for source in self._sources.values() if source.new]
        for _, line in merge(*found, key=itemgetter(0)):
            self._log.append(line)
        for lines in found:
            lines.clear()

    def _let_go(self) -> None:
        kept: AppendLog[OutputLine] = AppendLog()
        first = len(self._log) - LINES
        for index in range(first, len(self._log)):
            kept.append(self._log[index])
        self._skipped += first
        self._log = kept

    def _slice(self, tasks: Sequence[Task]) -> OutputSlice:
        shown = (source.file.attempt for source in self._sources.values())
        attempt = max(shown, default=None) if self.task_id is not None else None
        growing = tuple(source.growing for source in self._sources.values() if source.growing is not None)
        read = {source.file.task_id for source in self._sources.values()}
        unread = 0 if self.task_id else sum(bool(task.attempts) and task.id not in read for task in tasks)
        last = self._last
        if (
            last is not None
            and last.log is self._log
            and last.growing == growing
            and (last.count, last.attempt, last.skipped_lines) == (len(self._log), attempt, self._skipped)
            and last.unread == unread
        ):
            return last
        self._last = OutputSlice(
            state=SliceState.READY if len(self._log) or growing else SliceState.EMPTY,
            task_id=self.task_id,
            attempt=attempt,
            log=self._log,
            count=len(self._log),
            skipped_lines=self._skipped,
            growing=growing,
            unread=unread,
        )
        return self._last


def _count_lines(path: Path, until: int) -> int:
    """Newlines in the first ``until`` bytes: a count that costs no decoding."""
    count = 0
    try:
        with path.open("rb") as file:
            while until > 0 and (data := file.read(min(until, 1 << 20))):
                count += data.count(b"\n")
                until -= len(data)
    except OSError:
        return count
    return count


def _lines_of(event: AgentEvent, task_id: str) -> list[OutputLine]:
    words = event_words(event)
    return [OutputLine(event.at, task_id, event.kind, line) for line in words.split("\n")] if words else []


def event_words(event: AgentEvent, took: str = "") -> str:
    """An event as a person reads it; empty when there is nothing to read. :param took: how long a tool did."""
    text = event.text.removesuffix("\n")
    match event.kind:
        case kind if kind in _SPOKEN:
            return text if event.text else ""
        case Kind.TOOL_START:
            return f"{event.tool} {text}".strip()
        case Kind.TOOL_END:
            ended = f"{'failed' if event.failed else 'done'}{f' in {took}' if took else ''}"
            return f"{event.tool} {ended} {text}".strip()
        case Kind.MESSAGE:
            return f"to {event.to}: {text}"
        case Kind.TOOL_OUTPUT:
            return text
        case Kind.USAGE | Kind.TURN_END:
            return ""
        case _:
            return f"[{event.kind}] {event.said}".rstrip()
