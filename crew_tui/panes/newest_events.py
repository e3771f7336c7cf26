"""The newest events of the selected run, beside whatever tab is shown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import islice

from textual import events as terminal
from textual.message import Message

from crew_core.model.events import Event
from crew_core.observe.slices import NO_RUN, EventsSlice, RunSlice, SliceName
from crew_tui.lines import Kept, Line
from crew_tui.panes.conditions import loading
from crew_tui.panes.event_lines import NOISE, event_line, short_event_line
from crew_tui.panes.frame import Frame
from crew_tui.panes.live import LivePane
from crew_tui.widgets.view import View

TITLE = "events"

#: In fewer cells a line has no room for words behind all the other columns.
_LONG_FROM = 66

#: Events that are looked through for some that are no noise: a painted frame must not depend on the journal's length.
_LOOKED_THROUGH = 5000


def newest(events: EventsSlice, most: int) -> tuple[tuple[int, Event], ...]:
    """The last ones that are no noise with their numbers in the log, the newest at the end."""
    numbers = range(events.count - 1, max(-1, events.count - 1 - _LOOKED_THROUGH), -1)
    wanted = ((number, event) for number in numbers if (event := events.log[number]).type not in NOISE)
    return tuple(islice(wanted, most))[::-1]


def newest_lines(events: EventsSlice, frame: Frame, rows: int, kept: Kept[Line]) -> tuple[Line, ...]:
    """As many as there are `rows`; unchanged ones are the same objects as before."""
    make = event_line if frame.width >= _LONG_FROM else short_event_line
    looks = (frame.width, frame.glyphs, frame.zone, frame.relative, frame.since)
    found = newest(events, rows)
    lines = tuple(kept.get(number, (event, *looks), partial(make, event, frame)) for number, event in found)
    kept.forget_all_but({number for number, _ in found})
    return lines


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
        self._run = run
        if another:
            self._kept = Kept()
            # Those of the former run must not stand there.
            events = changes.get(SliceName.EVENTS)
        if events is self._events and not another:
            # What else is known of the run is told elsewhere.
            return
        assert events is None or isinstance(events, EventsSlice)
        self._events = events
        if events is not None:
            self.silent = not newest(events, 1)
        self.rebuild()

    def compose_view(self, frame: Frame) -> View:
        if self._events is None:
            return View(loading(frame, "events") if self._run.path else (), title=TITLE)
        rows = max(0, frame.height - 2)
        return View(newest_lines(self._events, frame.of_run(self._run.run), rows, self._kept), title=TITLE)

    def on_click(self, event: terminal.Click) -> None:
        event.stop()
        self.post_message(self.Pressed())
