"""A run as it was after one of its events: what happened, where in the whole that is, what is known of its tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crew_core.model.events import Event
from crew_core.model.explain import explain
from crew_core.model.state import Run, RunState
from crew_core.observe.replay import EventReplay, Replay
from crew_core.observe.slices import SliceState, TasksSlice
from crew_tui.aside import Failed
from crew_tui.event_levels import Level, level_of
from crew_tui.event_words import event_words
from crew_tui.glyphs import sign_of
from crew_tui.lines import BLANK, Kept, Line, Piece, Tone, indented, limited, line, paragraph, spread, text_line
from crew_tui.panes.agents import agents_lines
from crew_tui.panes.conditions import conditions, failed_lines, loading
from crew_tui.panes.event_lines import event_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.quantities import duration, moment, running_for
from crew_tui.run_clock import run_worked_s
from crew_tui.text import clean, fit
from crew_tui.widgets.view import View

#: Narrower, the words on the left need the room.
_WITH_DATE = 70

_LEVELS = {Level.ERROR: Tone.FAIL, Level.WARN: Tone.WARN, Level.INFO: Tone.TEXT, Level.DEBUG: Tone.DIM}


@dataclass(frozen=True, slots=True)
class Shown:
    """What is looked at: the event with this number, and how it goes on."""

    number: int = 0
    speed: int = 1
    playing: bool = False


def failures(events: Sequence[Event]) -> Sequence[int]:
    """The numbers of the events that went wrong."""
    return [number for number, event in enumerate(events) if level_of(event) is Level.ERROR]


def banner_line(replay: Replay | EventReplay, shown: Shown, frame: Frame) -> Line:
    """Which event it is, when it was, and that nothing here is now."""
    event = replay.events[shown.number]
    dot = (f" {frame.glyphs.dot} ", Tone.DIM)
    playing = frame.glyphs.statuses["running"] if shown.playing else frame.glyphs.statuses["blocked"]
    left: list[Piece] = [
        (" replay", Tone.WARN),
        (f" #{event.seq} of {replay.events[-1].seq}", Tone.TITLE),
        dot,
        (frame.time(event.time), Tone.TEXT),
        dot,
        (f"×{shown.speed}", Tone.TEXT),
        dot,
        (f"{playing} {'plays' if shown.playing else 'paused'}", Tone.ACCENT if shown.playing else Tone.DIM),
    ]
    return spread(left, ((_date(event, frame), Tone.DIM), (" read-only ", Tone.WARN)), frame.width)


def _date(event: Event, frame: Frame) -> str:
    at = moment(event.time)
    return f"{at.astimezone(frame.zone):%Y-%m-%d} " if at and frame.width >= _WITH_DATE else ""


def run_line(state: RunState | None, frame: Frame, *, understood: bool = True) -> Line:
    """How the run stood; `frame.now` is the moment of the event. `understood`: so were all events up to it."""
    if state is None:
        said = "not created yet" if understood else "how it stood cannot be told from this journal"
        return text_line(f" {said}", Tone.DIM)
    run = state.run
    sign = sign_of(run.status, frame.glyphs)
    ended = run.finished_at if run.status.ended else None
    spent = run_worked_s(run, run.started_at or run.created_at, ended, frame.now, live=True)
    done = sum(task.status.ended for task in state.tasks.values())
    told = duration(spent) if run.status.ended else running_for(spent)
    return line(
        *limited(
            (
                (f" {sign.shape} {sign.word}", sign.tone),
                (f" {told}", Tone.TEXT),
                (f"  {done}/{len(state.tasks)} tasks", Tone.TEXT),
                (f"  {clean(run.goal)}", Tone.DIM),
            ),
            frame.width - 1,
        )
    )


def told_lines(replay: EventReplay, number: int, frame: Frame) -> tuple[Line, ...]:
    """What the journal tells of each task, as the events that it is: no state is made of them."""
    told = [event_line(replay.events[each], frame) for each in replay.last_told(number)]
    return tuple(told) or (text_line(" No task has begun yet.", Tone.DIM),)


def event_said(event: Event, *, unknown: bool) -> str:
    """All of it in one line. `unknown`: it is not understood where it should be."""
    about = f" {clean(event.task_id)}" if event.task_id else ""
    words = event_words(event)
    note = " (not understood: it changes nothing here)" if unknown else ""
    return f"{clean(event.type)}{about}{f': {words}' if words else ''}{note}"


def event_pieces(event: Event, frame: Frame, *, unknown: bool) -> tuple[Line, ...]:
    """The event itself, on up to two lines."""
    lines = paragraph(event_said(event, unknown=unknown), frame.width, _LEVELS[level_of(event)], most=2)
    return (*lines, *(BLANK for _ in range(2 - len(lines))))


def scrubber_line(count: int, number: int, failed: Sequence[int], frame: Frame) -> Line:
    """All events in a row: those that went wrong are marked, and where one is."""
    cells = max(1, frame.width - 2)
    glyphs = frame.glyphs
    here = _cell(number, count, cells)
    marks = {_cell(each, count, cells) for each in failed}
    pieces: list[Piece] = [(" ", Tone.TEXT)]
    at = 0
    for cell in sorted(marks | {here}):
        pieces.append((glyphs.rule * (cell - at), Tone.ACCENT if cell <= here else Tone.DIM))
        shape, tone = (glyphs.statuses["failed"], Tone.FAIL) if cell in marks else (glyphs.live, Tone.ACCENT)
        if cell == here and cell in marks:
            shape, tone = glyphs.attention, Tone.FAIL
        pieces.append((shape, tone))
        at = cell + 1
    pieces.append((glyphs.rule * (cells - at), Tone.DIM))
    return line(*pieces)


def _cell(number: int, count: int, cells: int) -> int:
    return number * (cells - 1) // max(1, count - 1)


class ReplayPane(LivePane):
    """Shows one event of a replay with the tasks as they were then."""

    def __init__(self, *args: object, title: str, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._title = title
        self.replay: Replay | EventReplay | None = None
        self._failed: Failed | None = None
        self._failures: Sequence[int] = ()
        #: As it was in the end, which knows best when it began.
        self._run: Run | None = None
        self._kept: Kept[Line] = Kept()
        self.shown = Shown()

    def take(self, replay: Replay | EventReplay | Failed) -> None:
        if isinstance(replay, Failed):
            self._failed = replay
        else:
            self.replay = replay
            self._failures = failures(replay.events)
            if isinstance(replay, Replay) and len(replay):
                last = replay.state_at(len(replay) - 1)
                self._run = last.run if last else None
        self.rebuild()

    def go_to(self, shown: Shown) -> None:
        self.shown = shown
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        replay = self.replay
        if self._failed:
            return View(failed_lines(self._failed, frame), title=self._title)
        if replay is None:
            return View(loading(frame, "the journal"), title=self._title)
        if not len(replay):
            return View(
                (BLANK, text_line(" Nothing has happened yet: its journal is empty.", Tone.DIM)), title=self._title
            )
        number = self.shown.number
        event = replay.events[number]
        then = frame_then(replay.events, number, self._of_run(replay, frame))
        stood, body = self._as_it_was(replay, number, then)
        head = (
            banner_line(replay, self.shown, then),
            scrubber_line(len(replay), number, self._failures, then),
            *event_pieces(event, then, unknown=isinstance(replay, Replay) and number in replay.unknown),
            *stood,
            text_line(f" {frame.glyphs.rule * (frame.width - 2)}", Tone.DIM),
        )
        return View(body, head=head, title=self._title)

    def _of_run(self, replay: Replay | EventReplay, frame: Frame) -> Frame:
        """Where nothing tells when the run began, relative times begin with its first event."""
        if isinstance(replay, Replay):
            return frame.of_run(self._run)
        return replace(frame, since=moment(replay.events[0].time))

    def _as_it_was(
        self, replay: Replay | EventReplay, number: int, then: Frame
    ) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """What is said of the run, and of its tasks."""
        if isinstance(replay, EventReplay):
            said = " Of its tasks the journal tells only this: the last start, end or change of each."
            told = text_line(fit(said, then.width), Tone.DIM)
            damaged = indented(conditions(SliceState.PARTIAL, replay.problems, then.inside(1)))
            return (*damaged, told), told_lines(replay, number, then)
        state = replay.state_at(number)
        tasks = tuple(state.tasks.values()) if state else ()
        reasons = explain(state).tasks if state else {}
        of_run = run_line(state, then, understood=not any(each <= number for each in replay.unknown))
        return (of_run,), agents_lines(TasksSlice(SliceState.READY, tasks, reasons), then, self._kept)


def frame_then(events: Sequence[Event], number: int, frame: Frame) -> Frame:
    """The frame of the moment of the event, or of the last one before it whose time is known."""
    for before in range(number, max(-1, number - 100), -1):
        at = moment(events[before].time)
        if at is not None:
            return replace(frame, now=at)
    return frame
