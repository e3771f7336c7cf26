"""The rows of a timeline: task, bar, how long it took, and a word on why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from crew_core.model.status import TaskStatus
from crew_core.observe.slices import TasksSlice
from crew_tui.activity import activity, needs_attention
from crew_tui.lines import MARK, Kept, Line, Piece, Tone
from crew_tui.panes.agents import task_sign
from crew_tui.panes.frame import Frame
from crew_tui.panes.graph_tasks import Graph
from crew_tui.panes.time_axis import Axis
from crew_tui.panes.timeline import GATED, WAITING, Times
from crew_tui.panes.timeline_bars import bar
from crew_tui.panes.took import took_words
from crew_tui.quantities import duration
from crew_tui.text import clean, fit

#: On the critical path.
CRITICAL = "◆"

_TOOK = 6
_LONGEST_NAME = 24
_GAP = 2

#: Waiting for less is not worth a word.
_WAITED_S = 5.0


@dataclass(frozen=True, slots=True)
class Room:
    """Cells of a row: for the task's id, the bar and the note."""

    name: int
    bar: int
    note: int


def room_for(graph: Graph, width: int) -> Room:
    """The bar gets what the others leave, which is most of it."""
    longest = max((cell_len(clean(name)) for name in graph.order), default=1)
    name = max(1, min(longest, width // 4, _LONGEST_NAME))
    note = 0 if width < 80 else min(32, width // 5)
    # Cursor, shape, critical mark, and blanks between them; the last cell stays free.
    fixed = 7 + (_TOOK + 1) + (note + _GAP if note else 0)
    return Room(name, max(1, width - name - fixed), note)


def bar_start(room: Room) -> int:
    """Cells before the bar."""
    return 3 + room.name + 3


def note_words(times: Times, tasks: TasksSlice, until: float, frame: Frame) -> str:
    """Why it took as long as it did, in a phrase: a doubt, what it waits for, else attempts and waiting."""
    task = times.task
    doubt = _doubt(times, tasks)
    if doubt:
        return f"{frame.glyphs.unknown} {doubt}"
    if task.status is TaskStatus.QUEUED or needs_attention(task) or task.status is TaskStatus.WAITING:
        return activity(task, tasks.reasons.get(task.id, ""), frame.now)
    tries = f"{len(task.attempts)} attempts" if len(task.attempts) > 1 else ""
    waits = (("plan gate", times.seconds(GATED, until)), ("waited", times.seconds(WAITING, until)))
    parts = (tries, *(f"{word} {duration(waited)}" for word, waited in waits if waited >= _WAITED_S))
    return f" {frame.glyphs.dot} ".join(part for part in parts if part)


def _doubt(times: Times, tasks: TasksSlice) -> str:
    doubt = tasks.doubts.get(times.task.id)
    return clean(doubt.says) if doubt else ""


class TimelineRows:
    """Made when they are looked at: of 500 tasks only those in sight cost anything."""

    def __init__(
        self,
        graph: Graph,
        tasks: TasksSlice,
        frame: Frame,
        kept: Kept[Line],
        *,
        axis: Axis,
        room: Room,
        until: float,
        critical: frozenset[str] = frozenset(),
        alive: bool = True,
    ) -> None:
        """:param until: the last moment of which anything is known. :param alive: somebody works on the run."""
        self._graph = graph
        self._tasks = tasks
        self._frame = frame
        self._kept = kept
        self._axis = axis
        self._room = room
        self._until = until
        self._critical = critical
        self._alive = alive

    def __len__(self) -> int:
        return len(self._graph.order)

    def __iter__(self) -> Iterator[Line]:
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, index: int, /) -> Line:
        name = self._graph.order[index]
        times = self._graph.times[name]
        took, note = took_words(times, self._until), note_words(times, self._tasks, self._until, self._frame)
        now = self._until if times.goes_on else None
        critical = name in self._critical
        frame = self._frame
        drawn_for = (self._axis, self._room, self._alive, frame.width, frame.glyphs)
        made_from = (times, took, note, now, critical, _doubt(times, self._tasks), drawn_for)
        return self._kept.get(name, made_from, lambda: self._line(times, took, note))

    def _line(self, times: Times, took: str, note: str) -> Line:
        task, room, glyphs = times.task, self._room, self._frame.glyphs
        doubted = bool(_doubt(times, self._tasks))
        sign = task_sign(task, glyphs, doubted=doubted)
        critical = task.id in self._critical
        going = glyphs.statuses["running"] if self._alive else glyphs.unknown
        pieces: list[Piece] = [
            (MARK, Tone.DIM),
            (f"{sign.shape} ", sign.tone),
            (fit(clean(task.id), room.name), Tone.ACCENT if critical else Tone.TEXT),
            (f" {CRITICAL if critical else ' '} ", Tone.ACCENT),
            *bar(times, self._axis, self._until, going=going, attention=glyphs.attention),
            (f" {fit(took, _TOOK, right=True)}", Tone.DIM),
        ]
        if room.note:
            pieces.append(
                (f"{' ' * _GAP}{fit(note, room.note)}", Tone.WARN if doubted or needs_attention(task) else Tone.DIM)
            )
        return Line(tuple(pieces), task.id)
