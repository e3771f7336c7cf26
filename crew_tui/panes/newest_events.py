"""The newest events of the selected run, beside whatever tab is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import islice

from textual import events as terminal
from textual.message import Message

from crew_core.model.events import Event
from crew_core.observe.slices import NO_RUN, EventsSlice, RunSlice, SliceName, SliceState
from crew_tui.event_levels import Level, level_of
from crew_tui.lines import Kept, Line
from crew_tui.panes.conditions import loading
from crew_tui.panes.days import day_line, today
from crew_tui.panes.event_lines import SHORT_COMING, event_line, short_event_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.times import day_words
from crew_tui.widgets.view import View

TITLE = "events"

#: In fewer cells a line has no room for words behind all the other columns.
_LONG_FROM = 66

#: Events that are looked through for some that are no noise: a painted frame must not depend on the journal's length.
_LOOKED_THROUGH = 5000


def newest(events: EventsSlice, most: int) -> tuple[tuple[int, Event], ...]:
    """The last ones that are no noise with their numbers in the log, the newest at the end."""
    numbers = range(events.count - 1, max(-1, events.count - 1 - _LOOKED_THROUGH), -1)
    wanted = ((number, event) for number in numbers if level_of(event := events.log[number]) is not Level.DEBUG)
    return tuple(islice(wanted, most))[::-1]


def newest_view(events: EventsSlice, frame: Frame, rows: int, kept: Kept[Line]) -> View:
    """As many as there are `rows`; unchanged ones are the same objects as before.

    There are few rows: the date of the first line stands in the title, where it is not today's.
    """
    make = event_line if frame.width >= _LONG_FROM else short_event_line
    looks = (frame.width, frame.glyphs, frame.zone, frame.relative, frame.since)
    found = newest(events, rows)
    shown: list[tuple[str, Line]] = []
    for number, event in found:
        day = day_words(event.time, frame.zone, frame.told_since)
        if shown and day not in ("", shown[-1][0]):
            shown.append((day, kept.get(day, (day, frame.glyphs), partial(day_line, day, frame.glyphs))))
        same = shown[-1][0] if shown else ""
        shown.append((day or same, kept.get(number, (event, *looks), partial(make, event, frame))))
    kept.forget_all_but({*(number for number, _ in found), *(day for day, _ in shown)})
    shown = shown[-rows:] if rows else []
    first = shown[0][0] if shown else ""
    title = f"{TITLE} of {first}" if first not in ("", today(frame)) else TITLE
    return View(tuple(each for _, each in shown), title=title)


class NewestEventsPane(LivePane):
    """Never focused; nothing in it is selected."""

    can_focus = False

    class Pressed(Message):
        """The mouse was pressed on it."""

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._run = NO_RUN
        self._events: EventsSlice | None = None
        self._kept: Kept[Line] = Kept()
        #: Nothing has happened in the run that was read last. One that is being read is thought of like the former.
        self.silent = False

    def take(self, changes: Mapping[SliceName, object]) -> None:
        run, events = changes.get(SliceName.RUN, self._run), changes.get(SliceName.EVENTS, self._events)
        assert isinstance(run, RunSlice)
        another = run.path != self._run.path
        faded = run.state is SliceState.STALE
        same = not another and faded == (self._run.state is SliceState.STALE)
        self._run = run
        if another:
            self._kept = Kept()
            # Those of the former run must not stand there.
            events = changes.get(SliceName.EVENTS)
        if events is self._events and same:
            # What else is known of the run is told elsewhere.
            return
        assert events is None or isinstance(events, EventsSlice)
        self._events = events
        if events is not None:
            self.silent = not newest(events, 1)
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        rows = max(0, frame.height - 2)
        if self._events is None:
            return View(loading(frame, "events", SHORT_COMING)[:rows] if self._run.path else (), title=TITLE)
        made = newest_view(self._events, frame.of_run(self._run.run), rows, self._kept)
        return replace(made, faded=self._run.state is SliceState.STALE)

    def on_click(self, event: terminal.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())
