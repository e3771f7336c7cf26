"""How the selected run goes: counts, phases, how it ended, and its journal with the newest event at the bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from crew_core.model.events import Event
from crew_core.model.state import Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.slices import EventsSlice, RunSlice, SliceState, TasksSlice
from crew_tui.event_words import event_words
from crew_tui.glyphs import Sign, sign_of
from crew_tui.lines import BLANK, Column, Line, Piece, Rows, Tone, columns, limited, spread, text_line, wrapped
from crew_tui.panes.conditions import loading
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.log_rows import LogRows
from crew_tui.quantities import plural, time_of_day
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.strip_pane import View

_LABEL = 9

#: Comes with every heartbeat of interest and says nothing that the Agents tab does not show better.
_NOISE = frozenset({"task.progress"})

_BAD_ENDS = ("failed", "deadlettered", "blocked", "lost")
_WARNINGS = ("cancelled", "stopping", "parked", "skipped", "revoked", "paused", "detached", "held")


def counts_line(tasks: Sequence[Task], frame: Frame) -> Line:
    counts = Counter(task.status for task in tasks)
    pieces: list[Piece] = [("tasks".ljust(_LABEL), Tone.DIM)]
    for status in TaskStatus:
        if counts[status]:
            dot = f" {frame.glyphs.dot} " if len(pieces) > 1 else ""
            pieces += [(dot, Tone.DIM), (f"{counts[status]} {status.value}", sign_of(status, frame.glyphs).tone)]
    done = sum(task.status.ended for task in tasks)
    share = f"{100 * done // len(tasks)}%" if tasks else ""
    return spread(pieces, ((share, Tone.TEXT),), frame.width)


def phases(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks by how many others must end before them in a row."""
    known = {task.id: task for task in tasks}
    depth: dict[str, int] = {}

    def depth_of(task: Task, path: frozenset[str]) -> int:
        if task.id not in depth:
            before = [known[each] for each in task.depends_on if each in known and each not in path]
            depth[task.id] = 1 + max((depth_of(each, path | {task.id}) for each in before), default=-1)
        return depth[task.id]

    levels: dict[int, list[Task]] = {}
    for task in tasks:
        levels.setdefault(depth_of(task, frozenset({task.id})), []).append(task)
    return [levels[level] for level in sorted(levels)]


def _phase_sign(members: Sequence[Task], frame: Frame) -> Sign:
    statuses = {task.status for task in members}
    for status in (TaskStatus.RUNNING, TaskStatus.WAITING, TaskStatus.QUEUED, TaskStatus.FAILED):
        if status in statuses:
            return sign_of(status, frame.glyphs)
    return sign_of(members[0].status, frame.glyphs)


def phases_line(tasks: Sequence[Task], frame: Frame) -> Line | None:
    """None when there is only one phase: it would say what the counts say."""
    levels = phases(tasks)
    if len(levels) < 2:
        return None
    pieces: list[Piece] = [("phases".ljust(_LABEL), Tone.DIM)]
    for number, members in enumerate(levels):
        sign = _phase_sign(members, frame)
        more = f" +{len(members) - 1}" if len(members) > 1 else ""
        done = sum(task.status.ended for task in members)
        joint = f" {frame.glyphs.rule} " if number else ""
        pieces += [
            (joint, Tone.DIM),
            (sign.shape, sign.tone),
            (f" {clean(members[0].step_id)}{more} {done}/{len(members)}", Tone.TEXT),
        ]
    return Line(limited(pieces, frame.width))


def end_lines(run: Run, why: str, frame: Frame) -> tuple[Line, ...]:
    if not run.status.ended and run.stop is None:
        return ()
    said = clean(run.summary or "") or clean(why) or clean(run.code or "")
    sign = sign_of(run.status, frame.glyphs)
    return wrapped(f"{'end'.ljust(_LABEL - 1)} {said}", frame.width, sign.tone, most=2) if said else ()


def event_tone(event: Event) -> Tone:
    last = event.type.rpartition(".")[2]
    outcome = str(event.data.get("outcome", ""))
    if last in _BAD_ENDS or outcome in _BAD_ENDS:
        return Tone.FAIL
    if last in _WARNINGS or outcome in _WARNINGS:
        return Tone.WARN
    return Tone.OK if last == "completed" else Tone.TEXT


def event_line(event: Event, frame: Frame) -> Line:
    return columns(
        (
            Column(time_of_day(event.time, frame.zone), 8, Tone.DIM),
            Column(f"#{event.seq}", 6, Tone.DIM, right=True, priority=3),
            Column(clean(event.type), 18, event_tone(event)),
            Column(clean(event.task_id or ""), 12, Tone.TEXT, priority=1),
            Column(event_words(event), 12, Tone.DIM, grows=True, priority=2),
        ),
        frame.width,
    )


class ProgressPane(DetailPane):
    """Tab 2."""

    TAB = Region.PROGRESS

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._events: EventsSlice | None = None
        self._rows: LogRows[Event] | None = None
        self._drawn_for: tuple[object, ...] = ()
        self._following = True

    def forget(self) -> None:
        self._events = self._rows = None
        self.follow(True)

    def take_events(self, events: EventsSlice) -> None:
        if events is not self._events:
            self._events = events
            self.rebuild()

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        of_phases = phases_line(tasks.tasks, frame)
        return (
            counts_line(tasks.tasks, frame),
            *((of_phases,) if of_phases else ()),
            *(end_lines(run.run, run.why, frame) if run.run else ()),
            text_line(frame.glyphs.rule * frame.width, Tone.DIM),
        )

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        events = self._events
        if events is None or events.state is SliceState.LOADING:
            return View(loading(frame, "events"))
        rows = self._window(events, frame)
        if not len(rows):
            return View((BLANK, text_line(" No events yet.", Tone.DIM)))
        note = f"{frame.glyphs.live} follow" if self.following else plural(len(rows), "event")
        return View(rows, note=note)

    def _window(self, events: EventsSlice, frame: Frame) -> Rows:
        drawn_for = (frame.width, frame.glyphs, frame.zone)
        if self._rows is None or self._rows.log is not events.log or self._drawn_for != drawn_for:
            self._drawn_for = drawn_for
            self._rows = LogRows(
                events.log, lambda event: event_line(event, frame), lambda event: event.type not in _NOISE
            )
        return self._rows.first(events.count)
