"""The parts of the main screen with the newest events below or beside them."""

from __future__ import annotations

from textual.containers import Container

from crew_tui.panes.newest_events import NewestEventsPane
from crew_tui.screens.layout import EVENTS_CELLS, EVENTS_ROWS, EventsPlace


class WithEvents(Container):
    """Arranges `events` among its other children; it is the last of them."""

    def __init__(self, events: NewestEventsPane, *, id: str) -> None:
        super().__init__(id=id)
        self._events = events
        self._place: EventsPlace | None = None

    def put(self, place: EventsPlace) -> None:
        """Costs nothing where they are already."""
        if place is self._place:
            return
        self._place = place
        beside = place is EventsPlace.BESIDE
        self.styles.layout = "horizontal" if beside else "vertical"
        self._events.styles.width = EVENTS_CELLS if beside else "1fr"
        self._events.styles.height = "1fr" if beside else EVENTS_ROWS
        self._events.display = place is not EventsPlace.NOWHERE
