"""Which parts of the main screen are in sight, and how they share the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from crew_core.observe.slices import SliceName
from crew_tui.panes.newest_events import NewestEventsPane
from crew_tui.screens.layout import (
    LEAST_COLUMNS,
    LEAST_ROWS,
    EventsPlace,
    Layout,
    events_place,
    is_small,
    layout_for,
    runs_width,
)
from crew_tui.screens.with_events import WithEvents
from crew_tui.situation import Region
from crew_tui.widgets.strip_pane import StripPane

if TYPE_CHECKING:
    from crew_tui.panes.glance import GlancePane
    from crew_tui.screens.main import MainScreen


class Arrangement:
    """Anew for each size, tab, focus and wish of the person."""

    def __init__(self, main: MainScreen, wished: int | None) -> None:
        """:param wished: cells of the list of runs, where the person has chosen them."""
        self._main = main
        self.runs_width = wished
        self.zoomed = False
        #: The terminal has no room for parts: what is selected is told of instead.
        self.small = False
        self.shape = Layout()
        self.events = NewestEventsPane(*main.dress, id="events")
        self.with_events = WithEvents(self.events, id="with-events")
        self.glance: GlancePane | None = None
        #: Where keys go to when there is room again.
        self._place_in_parts = Region.RUNS

    @property
    def _size(self) -> tuple[int, int]:
        return self._main.app.size

    def arrange(self) -> None:
        main, width = self._main, self._size[0]
        if self.small is not is_small(self._size):
            self._become_small() if not self.small else self._become_roomy()
        self.shape = layout_for(width)
        alone = self.shape.single or self.zoomed or self.small
        in_runs = main.place is Region.RUNS
        main.runs.display = in_runs or not alone
        main.runs.styles.width = "1fr" if alone else runs_width(self.runs_width, width)
        for region, pane in main.details.items():
            pane.display = region is main.tab and (not in_runs or not alone)
        if self.glance is not None:
            self.glance.display = self.small
        self._put_events()

    def take(self, changes: Mapping[SliceName, object]) -> None:
        """For what is shown of the selected run besides its tabs."""
        self.events.take(changes)
        if self.glance is not None:
            self.glance.take(changes)
        self._put_events()

    def _put_events(self) -> None:
        """Where there is room for them and something to tell. In Progress they stand anyway."""
        main = self._main
        told = bool(main.runs.runs.rows) and not self.events.silent
        wanted = told and not self.zoomed and main.tab is not Region.PROGRESS
        self.with_events.put(events_place(self._size, self.runs_width) if wanted else EventsPlace.NOWHERE)

    def focus_on(self, region: Region) -> None:
        """It is brought into sight first, or as soon as there is room for it."""
        if self.small:
            self._place_in_parts = region
            return
        target = self._part(region)
        target.display = True
        target.focus(scroll_visible=False)

    def _part(self, region: Region) -> StripPane:
        return self._main.runs if region is Region.RUNS else self._main.detail

    def widen_runs(self, by: int) -> None:
        """The list of runs `by` cells wider, as far as both parts stay readable."""
        width = self._size[0]
        self.runs_width = runs_width(runs_width(self.runs_width, width) + by, width)

    # Without room for parts

    def _become_small(self) -> None:
        """Keys go to the list of runs, which is as large as the glance that lies over it."""
        main = self._main
        self._place_in_parts = main.place
        main.runs.display = True
        main.set_focus(main.runs, scroll_visible=False)
        self.small = True
        if self.glance is None:
            self._make_glance()

    def _become_roomy(self) -> None:
        self.small = False
        target = self._part(self._place_in_parts)
        target.display = True
        # At once: in the next frame the screen is whole again.
        self._main.set_focus(target, scroll_visible=False)

    def _make_glance(self) -> None:
        from crew_tui.panes.glance import GlancePane

        main = self._main
        missing = f"{LEAST_COLUMNS}×{LEAST_ROWS} shows all"
        self.glance = GlancePane(*main.dress, listed=lambda: main.runs.view.body, missing=missing, id="glance")
        main.mount(self.glance)
        self.glance.take(main.latest)
