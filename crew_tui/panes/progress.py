"""How the selected run goes: counts, phases, doubts, how it ended, and its journal, the newest event at the bottom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crew_core.model.events import Event
from crew_core.model.state import Run, Task
from crew_core.model.status import TaskStatus
from crew_core.observe.depths import levels
from crew_core.observe.slices import (
    EventsSlice,
    Evidence,
    Liveness,
    MailSlice,
    RunSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_tui.actions import Action
from crew_tui.event_levels import Level, level_of
from crew_tui.glyphs import sign_of
from crew_tui.lines import BLANK, Line, Piece, Rows, Tone, limited, line, spread, text_line, wrapped
from crew_tui.panes.conditions import loading
from crew_tui.panes.eta import eta_words, seconds_left
from crew_tui.panes.event_lines import NOISE, event_line
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.joins import joins_lines
from crew_tui.panes.log_cursor import LogCursor
from crew_tui.panes.log_rows import LogRows, LogWindow
from crew_tui.panes.plan import phase_sign
from crew_tui.quantities import plural
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.matching import Matches
    from crew_tui.outside.copying import Copyable

_LABEL = 9

#: Tasks that are named in the line of doubts.
_MOST_DOUBTS = 3

#: What `L` goes through: everything, then what should be looked at, then what went wrong.
_LEVELS = (Level.DEBUG, Level.WARN, Level.ERROR)

#: How often events are chosen anew by their age.
_AGES_S = 10


def counts_line(tasks: Sequence[Task], frame: Frame, *, eta: str = "") -> Line:
    counts = Counter(task.status for task in tasks)
    pieces: list[Piece] = [("tasks".ljust(_LABEL), Tone.DIM)]
    for status in TaskStatus:
        if counts[status]:
            dot = f" {frame.glyphs.dot} " if len(pieces) > 1 else ""
            pieces += [(dot, Tone.DIM), (f"{counts[status]} {status.value}", sign_of(status, frame.glyphs).tone)]
    done = sum(task.status.ended for task in tasks)
    share = f"{100 * done // len(tasks)}%" if tasks else ""
    return spread(pieces, ((f"{eta}  " if eta else "", Tone.DIM), (share, Tone.TEXT)), frame.width)


def phases(tasks: Sequence[Task]) -> list[list[Task]]:
    """Tasks by how many others must end before them in a row."""
    known = {task.id: task for task in tasks}
    stages = levels(tuple(known), {task.id: task.depends_on for task in tasks})
    return [[known[name] for name in stage] for stage in stages]


def phases_line(tasks: Sequence[Task], frame: Frame, *, eta: str = "") -> Line | None:
    """None when there is only one phase: it would say what the counts say."""
    levels = phases(tasks)
    if len(levels) < 2:
        return None
    pieces: list[Piece] = [("phases".ljust(_LABEL), Tone.DIM)]
    for number, members in enumerate(levels):
        sign = phase_sign(members, frame.glyphs)
        more = f" +{len(members) - 1}" if len(members) > 1 else ""
        done = sum(task.status.ended for task in members)
        joint = f" {frame.glyphs.rule} " if number else ""
        pieces += [
            (joint, Tone.DIM),
            (sign.shape, sign.tone),
            (f" {clean(members[0].step_id)}{more} {done}/{len(members)}", Tone.TEXT),
        ]
    return spread(pieces, ((eta, Tone.DIM),), frame.width) if eta else Line(limited(pieces, frame.width))


def doubts_line(doubts: Mapping[str, Evidence], frame: Frame) -> Line | None:
    """The tasks whose record is contradicted; None when there are none."""
    if not doubts:
        return None
    named = [f"{clean(name)} {clean(doubt.rule)}" for name, doubt in list(doubts.items())[:_MOST_DOUBTS]]
    more = len(doubts) - len(named)
    said = f" {frame.glyphs.dot} ".join((*named, *((f"{more} more",) if more else ())))
    return spread(
        (("doubts".ljust(_LABEL), Tone.DIM), (f"{frame.glyphs.unknown} {said}", Tone.WARN)),
        (("5 says why", Tone.DIM),),
        frame.width,
    )


def end_lines(run: Run, why: str, frame: Frame) -> tuple[Line, ...]:
    """How it ended or is being ended, and at whose wish."""
    if not run.status.ended and run.stop is None:
        return ()
    said = clean(run.summary or "") or clean(why) or clean(run.code or "")
    wish = clean(run.stop.reason or run.stop.code) if run.stop else ""
    if wish and wish not in said:
        said = f"{said} ({wish})" if said else wish
    sign = sign_of(run.status, frame.glyphs)
    labels = ("end".ljust(_LABEL), " " * _LABEL)
    lines = wrapped(said, frame.width - _LABEL, sign.tone, most=len(labels)) if said else ()
    return tuple(line((label, Tone.DIM), *each.pieces) for label, each in zip(labels, lines, strict=False))


class ProgressPane(FilteredPane[Event]):
    """Tab 2. The selection is an event; as long as the newest one is kept in sight, it is the newest."""

    TAB = Region.PROGRESS
    SELECTABLE = True
    SHOWS = frozenset({SliceName.EVENTS, SliceName.MAIL})

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self._cursor = self._events_cursor = LogCursor()
        self._full = False
        self._level = Level.DEBUG
        self.forget()

    def forget(self) -> None:
        self._rows: LogRows[Event] | None = None
        self._matches: Matches[Event] | None = None
        self._drawn_for: tuple[object, ...] = ()
        self._family = ""
        self._following = True

    def body_head(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> tuple[Line, ...]:
        left = seconds_left(tasks.tasks, frame.now) if run.live is Liveness.LIVE else None
        eta = f"eta {eta_words(left)}" if left is not None else ""
        of_phases = phases_line(tasks.tasks, frame, eta=eta)
        doubted = doubts_line(tasks.doubts, frame)
        mail = self.slice(MailSlice, SliceName.MAIL)
        return (
            counts_line(tasks.tasks, frame, eta="" if of_phases else eta),
            *((of_phases,) if of_phases else ()),
            *(joins_lines(mail.letters, frame, label=_LABEL) if mail else ()),
            *((doubted,) if doubted else ()),
            *(end_lines(run.run, run.why, frame) if run.run else ()),
            text_line(frame.glyphs.rule * frame.width, Tone.DIM),
        )

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        events = self._events
        if events is None or events.state is SliceState.LOADING:
            return View(loading(frame, "events"))
        rows = self._window(events, frame)
        if not len(rows):
            return View((BLANK, text_line(f" {self._why_empty(events)}", Tone.DIM)))
        count = f"{frame.glyphs.live} follow" if self.following else plural(len(rows), "event")
        narrowed = self._narrowed_words()
        return View(rows, note=f"{narrowed}  {count}" if narrowed else count)

    @property
    def _events(self) -> EventsSlice | None:
        return self.slice(EventsSlice, SliceName.EVENTS)

    def _why_empty(self, events: EventsSlice) -> str:
        if events.state is SliceState.ERROR:
            return "Its events cannot be read."
        if not events.count:
            return "No events yet."
        return f"None of {plural(events.count, 'event')} is left: Esc shows all." if self.filtered else "No events yet."

    def _window(self, events: EventsSlice, frame: Frame) -> Rows:
        asked = self._filter
        # Events get older: whoever asks for an age sees that from time to time.
        moment = int(frame.now.timestamp() // _AGES_S) if asked and asked.timed else 0
        looks = (frame.width, frame.glyphs, frame.zone, frame.relative, frame.since)
        drawn_for = (*looks, self._full, self._level, self._family, asked, moment)
        if self._rows is None or self._rows.log is not events.log or self._drawn_for != drawn_for:
            self._drawn_for = drawn_for
            self._matches = self.matches(frame.now)
            self._rows = LogRows(events.log, lambda event, key: event_line(event, frame, key=key), self._wanted)
        return self._rows.first(events.count)

    # The selected event

    @property
    def event(self) -> Event | None:
        events = self._events
        if events is None or not self.selected:
            return None
        # Until the list is painted anew, a journal that was cut may end before what was selected.
        number = int(self.selected)
        return events.log[number] if number < events.count else None

    @property
    def chosen_task(self) -> str:
        """The task of the selected event."""
        return (self.event.task_id or "") if self.event is not None else ""

    def copyables(self) -> tuple[Copyable, ...]:
        from crew_tui.outside.copying import of_event

        event, run_dir = self.event, self.run.path
        if event is None or run_dir is None:
            return ()
        shown = self.view.body[self._events_cursor.row].text.strip()
        return of_event(run_dir, event, shown, foreign=self.run.foreign)

    def show(self, view: View) -> None:
        if self.following and isinstance(view.body, LogWindow) and len(view.body):
            self._events_cursor.go_to(view.body, len(view.body) - 1)
        super().show(view)

    def move(self, by: int) -> None:
        super().move(by)
        self._follow_at_end()

    def select(self, key: str) -> None:
        super().select(key)
        self._follow_at_end()

    def _follow_at_end(self) -> None:
        """The newest event is kept in sight from where it is selected, until another one is."""
        body = self.view.body
        if isinstance(body, LogWindow) and len(body):
            self.follow(self._events_cursor.row == len(body) - 1)

    # What is left out

    def _wanted(self, event: Event) -> bool:
        if not self._full and event.type in NOISE:
            return False
        if self._family and family_of(event) != self._family:
            return False
        if self._level is not Level.DEBUG and _LEVELS.index(self._level) > _rank(level_of(event)):
            return False
        return self._matches is None or self._matches(event)

    def schema(self) -> Schema[Event]:
        from crew_tui.filtering.of_events import EVENTS

        return EVENTS

    def all_rows(self) -> Sequence[Event]:
        events = self._events
        return tuple(events.log.first(events.count)) if events else ()

    def _narrowed_words(self) -> str:
        level = {Level.WARN: "warnings and errors", Level.ERROR: "errors"}.get(self._level, "")
        full = "with the noise" if self._full else ""
        return ", ".join(part for part in (clean(self._family), level, clean(self.query_text), full) if part)

    @property
    def filtered(self) -> bool:
        return self._level is not Level.DEBUG or bool(self._family) or super().filtered

    def unfilter(self) -> None:
        self._level, self._family = Level.DEBUG, ""
        super().unfilter()

    # Keys

    def offers(self) -> frozenset[Action]:
        events = self._events
        if events is None or not events.count:
            return frozenset()
        of_one = {Action.EVENT_DETAIL} if self.selected else set()
        return frozenset({Action.FULL_PROGRESS, Action.EVENT_TYPES, Action.EVENT_LEVEL} | of_one)

    def perform(self, action: Action) -> bool:
        match action:
            case Action.FULL_PROGRESS:
                self._full = not self._full
            case Action.EVENT_LEVEL:
                self._level = _LEVELS[(_LEVELS.index(self._level) + 1) % len(_LEVELS)]
            case Action.EVENT_TYPES:
                self._family = self._next_family()
            case _:
                return False
        self.rebuild()
        return True

    def _next_family(self) -> str:
        found = {family_of(event) for event in self.all_rows()}
        kinds = ["", *sorted(found)]
        return kinds[(kinds.index(self._family) + 1) % len(kinds)] if self._family in kinds else ""


def family_of(event: Event) -> str:
    """What an event is about: `task` of `task.completed`."""
    return event.type.partition(".")[0]


def _rank(level: Level) -> int:
    """The place in `_LEVELS` up to which an event of this level is shown."""
    return {Level.DEBUG: 0, Level.INFO: 0, Level.WARN: 1, Level.ERROR: 2}[level]
