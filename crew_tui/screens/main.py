"""The dashboard: the runs beside the selected run. It arranges panes and turns keys into actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from crew_core.observe.slices import Liveness, RunsSlice, SliceName, SliceState
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.palette import Palette
from crew_tui.panes.detail import DetailPane
from crew_tui.panes.footer import FooterPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.header import HeaderPane
from crew_tui.panes.live import LivePane
from crew_tui.panes.newest_events import NewestEventsPane
from crew_tui.panes.run_line import SHORT_ID
from crew_tui.panes.runs import RunsPane
from crew_tui.panes.tabs import pane_class
from crew_tui.screens.arrangement import Arrangement
from crew_tui.screens.held_keys import HeldKeys
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.main_situation import situation_of
from crew_tui.screens.navigation import navigate
from crew_tui.screens.patience import Patience
from crew_tui.screens.selecting import Selecting
from crew_tui.screens.splitter import Splitter
from crew_tui.screens.ticking import Ticking
from crew_tui.situation import TABS, Region, Situation
from crew_tui.sorting import Sort
from crew_tui.store_link import StoreLink

if TYPE_CHECKING:
    from crew_tui.panes.output_lines import OutputLinesPane

#: What a tab may show besides the run and its tasks.
_DETAILS = (SliceName.EVENTS, SliceName.OUTPUT, SliceName.MAIL, SliceName.HEALTH, SliceName.PLAN)


class MainScreen(KeyedScreen):
    """Knows which run, tab and task is selected. What is done to them is the app's (`perform`)."""

    def __init__(
        self,
        link: StoreLink,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        painted: Callable[[], None],
        arranged: Callable[[], None],
        select: Path | None = None,
        runs_width: int | None = None,
        tab: Region = Region.AGENTS,
        sort: Sort = Sort(),
    ) -> None:
        """:param painted: called when the first frame is painted.
        :param arranged: called when the person may have arranged something otherwise.
        :param runs_width: cells of the list of runs, where the person has chosen them."""
        super().__init__(keymap, perform)
        self._link = link
        self._arranged = arranged
        self._moment = moment
        #: What every pane is made with.
        self.dress = (palette, glyphs, moment)
        self.tab: Region = tab
        #: A message stands on screen until the person has seen it.
        self.told = False
        self.patience = Patience(self.set_timer, self.rebuild)
        self._ticking = Ticking(lambda: moment().now, self.set_timer, self.rebuild)
        self._splitter = Splitter(self)
        #: Something runs.
        self._alive = False
        self.latest: dict[SliceName, object] = {}
        self.header = HeaderPane(*self.dress, scope=link.scope.name)
        self.runs: RunsPane = RunsPane(*self.dress, id="runs")
        self.runs.set_sort(sort)
        #: The tabs that have been looked at; each is made when it is needed first.
        self.details: dict[Region, DetailPane] = {tab: pane_class(tab)(*self.dress, id=tab.value)}
        self.footer = FooterPane(*self.dress, keymap=keymap, id="footer")
        self.arrangement = Arrangement(self, runs_width)
        self.events = self.arrangement.events
        self._chosen = Selecting(self, link, select, painted)
        self._held = HeldKeys(self, lambda: self._chosen.unread)

    def compose(self) -> ComposeResult:
        yield self.header
        with self.arrangement.with_events:
            with Horizontal(id="middle"):
                yield self.runs
                yield from self.details.values()
            yield self.events
        yield self.footer

    @property
    def detail(self) -> DetailPane:
        """The tab that is chosen."""
        return self.details[self.tab]

    @property
    def several_scopes(self) -> bool:
        """There are other runs to look at than those of this scope."""
        return len(self._link.scopes) > 1

    @property
    def runs_width(self) -> int | None:
        """Cells of the list of runs, where the person has chosen them."""
        return self.arrangement.runs_width

    @property
    def zoomed(self) -> bool:
        """The part that keys go to stands alone."""
        return self.arrangement.zoomed

    @property
    def small(self) -> bool:
        """There is room for no part: only the selected run is told of."""
        return self.arrangement.small

    def panes(self) -> tuple[LivePane, ...]:
        glance = self.arrangement.glance
        parts = (self.header, self.runs, *self.details.values(), self.events, self.footer)
        return parts if glance is None else (*parts, glance)

    def on_mount(self) -> None:
        bus = self._link.bus
        bus.subscribe(SliceName.RUNS, self._take_runs)
        bus.subscribe(SliceName.LINK, self.header.take_link)
        for name in (SliceName.RUN, SliceName.TASKS, *_DETAILS):
            bus.subscribe(name, partial(self._take, name))
        self.runs.focus()
        self._arrange()
        self._link.open(self.app.call_later)
        self.patience.begin()
        self._ticking.go_on(alive=self._alive)

    # Data

    def _take(self, name: SliceName, changed: object) -> None:
        self.latest[name] = changed
        for pane in self.details.values():
            pane.take({name: changed})
        self.arrangement.take({name: changed})
        self.changed()

    def _take_runs(self, runs: RunsSlice) -> None:
        self.runs.take(runs)
        self.arrangement.take({})
        self.header.take_runs(runs)
        # Also what is not read any more gets older.
        unread = runs.state in (SliceState.STALE, SliceState.ERROR)
        self._alive = unread or any(row.live is Liveness.LIVE for row in runs.rows)
        self.changed()

    def changed(self, _: object = None) -> None:
        """What is selected, what keys do and where one is may be different now."""
        self._chosen.go_on()
        self._arranged()
        self.footer.take(self.situation())
        run = self.detail.run
        self.header.lead_to("runs") if run.path is None else self.header.lead_to(run.path.name[-SHORT_ID:])
        self._link.look_closely(frozenset(map(Path, self.runs.keys_in_sight)))
        self._ticking.go_on(alive=self._alive)
        self._held.go_on()

    @property
    def begun(self) -> bool:
        """The first frame is painted, or about to be."""
        return self._chosen.begun

    def rebuild(self) -> None:
        for pane in self.panes():
            pane.rebuild()

    # Situation and layout

    @property
    def place(self) -> Region:
        focused = self.focused if not self.small else self.runs
        return Region.RUNS if focused is self.runs or focused is None else self.tab

    @property
    def pane(self) -> LivePane:
        """The one that keys go to."""
        return self.runs if self.place is Region.RUNS else self.detail

    def situation(self) -> Situation:
        narrow = self.arrangement.shape.single
        return situation_of(self, unread=self._chosen.unread, narrow=narrow, read_only=self._moment().read_only)

    def _arrange(self) -> None:
        self.arrangement.arrange()
        self._link.show(self.detail.SHOWS if self.detail.display else frozenset())
        self.changed()
        # A pane that comes into sight knows only then what it has to offer.
        self.call_after_refresh(self.changed)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._arrange()

    def go_to(self, region: Region) -> None:
        """Focus on a part of the screen, which is brought into sight first."""
        if region in TABS:
            self.runs.keep()
            self.prepare(region)
            self.tab = region
        self.arrangement.focus_on(region)
        self._arrange()

    def prepare(self, tab: Region) -> None:
        """Make the pane when it is needed first."""
        if tab in self.details:
            return
        pane = self.details[tab] = pane_class(tab)(*self.dress, id=tab.value)
        self.query_one("#middle").mount(pane)
        pane.take(self.latest)

    def zoom(self, on: bool) -> None:
        self.arrangement.zoomed = on
        self._arrange()

    def resize_runs(self, by: int) -> None:
        """The list of runs `by` cells wider, as far as both parts stay readable."""
        self.arrangement.widen_runs(by)
        self._arrange()

    def select_when_seen(self, run_dir: Path, task_id: str | None = None) -> None:
        """Select a run that is not listed yet as soon as it is, and one of its tasks as soon as these are read."""
        self._chosen.want(run_dir, task_id)
        self._take_runs(self.runs.runs)

    def show_output(self, task_id: str | None) -> None:
        """The output of one task, or of all."""
        from crew_tui.panes.output import OutputPane

        self.prepare(Region.OUTPUT)
        pane = self.details[Region.OUTPUT]
        assert isinstance(pane, OutputPane)
        if pane.task_id != task_id:
            self.patience.begin()
            self._link.show_output(task_id)
        pane.ask_for(task_id)
        self.go_to(Region.OUTPUT)

    # Keys

    def action_press(self, key: str) -> None:
        """What only the selected run gives a meaning waits for it, and what is pressed after it waits behind it."""
        if not self._held.take(key):
            super().action_press(key)

    def act(self, action: Action) -> bool:
        if self.place is not Region.RUNS and self.detail.perform(action):
            return True
        return navigate(self, action)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        if self._splitter.take(event.screen_x, event.screen_y):
            event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        self._splitter.pull(event.screen_x)

    def on_mouse_up(self) -> None:
        self._splitter.let_go()

    def on_newest_events_pane_pressed(self, event: NewestEventsPane.Pressed) -> None:
        event.stop()
        self.go_to(Region.PROGRESS)

    def on_detail_pane_tab_pressed(self, event: DetailPane.TabPressed) -> None:
        event.stop()
        self.go_to(event.tab)

    def on_output_lines_pane_looked_back(self, event: OutputLinesPane.LookedBack) -> None:
        event.stop()
        self._link.look_back(event.at)
