"""How the selected run goes: counts, phases, doubts, how it ended, and its journal, the newest event at the bottom."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from crew_core.model.events import Event
from crew_core.observe.slices import EventsSlice, Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import MailSlice
from crew_tui.actions import Action
from crew_tui.event_levels import Level, level_of
from crew_tui.lines import BLANK, Line, Tone, ruled, text_line
from crew_tui.panes.conditions import loading
from crew_tui.panes.days import another_day, day_line, today
from crew_tui.panes.eta import eta_words, seconds_left
from crew_tui.panes.event_lines import COMING, event_line
from crew_tui.panes.filtered import FilteredPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.joins import joins_lines
from crew_tui.panes.log_cursor import LogCursor
from crew_tui.panes.log_rows import Days, LogRows, LogWindow
from crew_tui.panes.progress_head import LABEL, counts_line, doubts_line, end_lines, phases_line
from crew_tui.quantities import plural
from crew_tui.situation import Region
from crew_tui.text import clean
from crew_tui.times import day_words
from crew_tui.widgets.view import View

if TYPE_CHECKING:
    from crew_tui.filtering.fields import Schema
    from crew_tui.filtering.matching import Matches
    from crew_tui.outside.copying import Copyable

#: What `L` goes through: everything, then what should be looked at, then what went wrong.
_LEVELS = (Level.DEBUG, Level.WARN, Level.ERROR)

#: How often events are chosen anew by their age.
_AGES_S = 10


class ProgressPane(FilteredPane[Event]):
    """Tab 2. The selection is an event; as long as the newest one is kept in sight, it is the newest."""

    TAB = Region.PROGRESS
    LAYOUT = COMING
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
            *(joins_lines(mail.letters, frame, label=LABEL) if mail else ()),
            *((doubted,) if doubted else ()),
            *(end_lines(run.run, run.why, frame) if run.run else ()),
            *ruled(frame.glyphs.rule, frame.width),
        )

    def body(self, run: RunSlice, tasks: TasksSlice, frame: Frame) -> View:
        events = self._events
        if events is None or events.state is SliceState.LOADING:
            return View(loading(frame, "events", COMING))
        rows = self._window(events, frame)
        if not len(rows):
            return View((BLANK, text_line(f" {self._why_empty(events)}", Tone.DIM)))
        count = f"{frame.glyphs.live} follow" if self.following else plural(rows.entries, "event")
        words = (another_day(self._newest(rows), frame), self._narrowed_words(), count)
        return View(rows, note="  ".join(part for part in words if part))

    def _newest(self, rows: LogWindow[Event]) -> str:
        assert self._rows is not None
        return self._rows.log[rows.number_at(len(rows) - 1)].time

    @property
    def _events(self) -> EventsSlice | None:
        return self.slice(EventsSlice, SliceName.EVENTS)

    def _why_empty(self, events: EventsSlice) -> str:
        if events.state is SliceState.ERROR:
            return "Its events cannot be read."
        if not events.count:
            return "No events yet."
        return f"None of {plural(events.count, 'event')} is left: Esc shows all." if self.filtered else "No events yet."

    def _window(self, events: EventsSlice, frame: Frame) -> LogWindow[Event]:
        asked = self._filter
        # Events get older: whoever asks for an age sees that from time to time.
        moment = int(frame.now.timestamp() // _AGES_S) if asked and asked.timed else 0
        looks = (frame.width, frame.glyphs, frame.zone, frame.relative, frame.since, today(frame))
        drawn_for = (*looks, self._full, self._level, self._family, asked, moment)
        if self._rows is None or self._rows.log is not events.log or self._drawn_for != drawn_for:
            self._drawn_for = drawn_for
            self._matches = self.matches(frame.now)
            days = Days(partial(_day, frame=frame), partial(day_line, glyphs=frame.glyphs), today(frame))
            self._rows = LogRows(events.log, lambda event, key: event_line(event, frame, key=key), self._wanted, days)
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
        if not self._full and level_of(event) is Level.DEBUG:
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


def _day(event: Event, frame: Frame) -> str:
    return day_words(event.time, frame.zone, frame.told_since)


def family_of(event: Event) -> str:
    """What an event is about: `task` of `task.completed`."""
    return event.type.partition(".")[0]


def _rank(level: Level) -> int:
    """The place in `_LEVELS` up to which an event of this level is shown."""
    return {Level.DEBUG: 0, Level.INFO: 0, Level.WARN: 1, Level.ERROR: 2}[level]
