"""The dashboard: the runs beside the selected run. It arranges panes and turns keys into actions."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

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
from crew_tui.screens.held_keys import HeldKeys
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.layout import EventsPlace, Layout, events_place, layout_for, runs_width
from crew_tui.screens.main_situation import situation_of
from crew_tui.screens.navigation import navigate
from crew_tui.screens.splitter import Splitter
from crew_tui.screens.ticking import Ticking
from crew_tui.screens.with_events import WithEvents
from crew_tui.situation import TABS, Region, Situation
from crew_tui.sorting import Sort
from crew_tui.store_link import StoreLink
from crew_tui.widgets.strip_pane import StripPane

#: A pane without data says so only after this, so that data which comes at once does not flash a message.
_LOADING_S = 0.15

#: After the list has come it is painted within this time.
_BREATH_S = 0.1

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
        self._painted = painted
        self._arranged = arranged
        self._begun = False
        #: The run that the store was asked to read.
        self._asked = ""
        self._moment = moment
        self._wanted = select
        #: A task to select in the Agents tab when those of its run are read, and that run.
        self._wanted_task: tuple[str, str] | None = None
        self.tab: Region = tab
        self.zoomed: bool = False
        #: A message stands on screen until the person has seen it.
        self.told = False
        #: Long enough that a pane without data may say that it is loading.
        self.waited = False
        self.runs_width = runs_width
        self._waiting: Timer | None = None
        self._ticking = Ticking(lambda: moment().now, self.set_timer, self.rebuild)
        self._held = HeldKeys(self)
        self._splitter = Splitter(self)
        #: Something runs.
        self._alive = False
        self._shape = Layout()
        self._latest: dict[SliceName, object] = {}
        self._make_pane = partial(_pane, palette, glyphs, moment)
        self.header = HeaderPane(palette, glyphs, moment, scope=link.scope.name)
        self.runs: RunsPane = RunsPane(palette, glyphs, moment, id="runs")
        self.runs.set_sort(sort)
        #: The tabs that have been looked at; each is made when it is needed first.
        self.details: dict[Region, DetailPane] = {tab: self._make_pane(tab)}
        self.events = NewestEventsPane(palette, glyphs, moment, id="events")
        self._with_events = WithEvents(self.events, id="with-events")
        self.footer = FooterPane(palette, glyphs, moment, keymap=keymap, id="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        with self._with_events:
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

    def panes(self) -> tuple[LivePane, ...]:
        return (self.header, self.runs, *self.details.values(), self.events, self.footer)

    def on_mount(self) -> None:
        bus = self._link.bus
        bus.subscribe(SliceName.RUNS, self._take_runs)
        bus.subscribe(SliceName.LINK, self.header.take_link)
        for name in (SliceName.RUN, SliceName.TASKS, *_DETAILS):
            bus.subscribe(name, partial(self._take, name))
        self.runs.focus()
        self._arrange()
        self._link.open(self.app.call_later)
        self._wait()
        self._ticking.go_on(alive=self._alive)

    # Data

    def _take(self, name: SliceName, changed: object) -> None:
        self._latest[name] = changed
        for pane in self.details.values():
            pane.take({name: changed})
        self.events.take({name: changed})
        self._put_events()
        self.changed()

    def _take_runs(self, runs: RunsSlice) -> None:
        self.runs.take(runs)
        self._put_events()
        self.header.take_runs(runs)
        self._alive = any(row.live is Liveness.LIVE for row in runs.rows)
        self.changed()

    def _follow_selection(self) -> None:
        """Have the run read that is selected now."""
        # Before the first layout the list shows nothing, and nothing can be selected in it.
        if self._wanted is not None and self.runs.has(self._wanted) and len(self.runs.view.body):
            self.runs.select(str(self._wanted))
            self._wanted = None
        before = self._asked
        if self.runs.selected == before:
            self._select_wanted_task()
            return
        if before and not self.runs.has(Path(before)):
            self.app.notify(f"run {Path(before).name[-SHORT_ID:]} is gone", markup=False)
        self._asked = self.runs.selected
        self._wait()
        self._link.select(Path(self._asked) if self._asked else None)

    def _select_wanted_task(self) -> None:
        """As soon as its run is selected and read; not at all when the person has gone on to another one."""
        if self._wanted_task is None or self._wanted is not None or self._unread:
            return
        run, task_id = self._wanted_task
        self._wanted_task = None
        if run == self.runs.selected:
            self._prepare(Region.AGENTS)
            self.details[Region.AGENTS].select(task_id)
            self.changed()

    def changed(self, _: object = None) -> None:
        """What is selected, what keys do and where one is may be different now."""
        if self._begun:
            # First the cursor is painted, then the store thread is given work: both want the same interpreter.
            self.call_after_refresh(self._follow_selection)
        elif len(self.runs.view.body) and self.runs.runs.state is not SliceState.LOADING:
            self._begun = True
            # The list is painted before anything of the selected run is read.
            self.call_after_refresh(self._follow_selection)
            # What is done next loads much: not in the same breath as the first frame.
            self.set_timer(_BREATH_S, self._painted)
        self._arranged()
        self.footer.take(self.situation())
        run = self.detail.run
        self.header.lead_to("runs") if run.path is None else self.header.lead_to(run.path.name[-SHORT_ID:])
        self._link.look_closely(frozenset(map(Path, self.runs.keys_in_sight)))
        self._ticking.go_on(alive=self._alive)
        if self._held.waiting and not self._unread:
            # Later: of run and tasks, which come together, only one may have been taken by now.
            self.call_later(self._release_held)

    def _release_held(self) -> None:
        if not self._unread:
            self._held.release()

    def _wait(self) -> None:
        """Something was asked for: until it may be called slow, its place stays empty."""
        self.waited = False
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(_LOADING_S, self._waited)

    def _waited(self) -> None:
        self.waited = True
        self.rebuild()

    def rebuild(self) -> None:
        for pane in self.panes():
            pane.rebuild()

    # Situation and layout

    @property
    def place(self) -> Region:
        focused = self.focused
        return Region.RUNS if focused is self.runs or focused is None else self.tab

    @property
    def pane(self) -> LivePane:
        """The one that keys go to."""
        return self.runs if self.place is Region.RUNS else self.detail

    def situation(self) -> Situation:
        return situation_of(self, unread=self._unread, narrow=self._shape.single, read_only=self._moment().read_only)

    def _arrange(self) -> None:
        self._shape = layout_for(self.app.size.width)
        alone = self._shape.single or self.zoomed
        in_runs = self.place is Region.RUNS
        self.runs.display = in_runs or not alone
        self.runs.styles.width = "1fr" if alone else runs_width(self.runs_width, self.app.size.width)
        for region, pane in self.details.items():
            pane.display = region is self.tab and (not in_runs or not alone)
        self._put_events()
        self._link.show(self.detail.SHOWS if self.detail.display else frozenset())
        self.changed()
        # A pane that comes into sight knows only then what it has to offer.
        self.call_after_refresh(self.changed)

    def _put_events(self) -> None:
        """Where there is room for them and something to tell. In Progress they stand anyway."""
        told = bool(self.runs.runs.rows) and not self.events.silent
        wanted = told and not self.zoomed and self.tab is not Region.PROGRESS
        width, height = self.app.size
        place = events_place((width, height), self.runs_width) if wanted else EventsPlace.NOWHERE
        self._with_events.put(place)

    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._arrange()

    def go_to(self, region: Region) -> None:
        """Focus on a part of the screen, which is brought into sight first."""
        if region in TABS:
            self._prepare(region)
            self.tab = region
        target: StripPane = self.runs if region is Region.RUNS else self.detail
        target.display = True
        target.focus(scroll_visible=False)
        self._arrange()

    def _prepare(self, tab: Region) -> None:
        """Make the pane when it is needed first."""
        if tab in self.details:
            return
        pane = self.details[tab] = self._make_pane(tab)
        self.query_one("#middle").mount(pane)
        pane.take(self._latest)

    def zoom(self, on: bool) -> None:
        self.zoomed = on
        self._arrange()

    def resize_runs(self, by: int) -> None:
        """The list of runs `by` cells wider, as far as both parts stay readable."""
        width = self.app.size.width
        self.runs_width = runs_width(runs_width(self.runs_width, width) + by, width)
        self._arrange()

    def select_when_seen(self, run_dir: Path, task_id: str | None = None) -> None:
        """Select a run that is not listed yet as soon as it is, and one of its tasks as soon as these are read."""
        self._wanted = run_dir
        self._wanted_task = (str(run_dir), task_id) if task_id is not None else None
        self._take_runs(self.runs.runs)

    def show_output(self, task_id: str | None) -> None:
        """The output of one task, or of all."""
        from crew_tui.panes.output import OutputPane

        self._prepare(Region.OUTPUT)
        pane = self.details[Region.OUTPUT]
        assert isinstance(pane, OutputPane)
        if pane.task_id != task_id:
            self._wait()
            self._link.show_output(task_id)
        pane.ask_for(task_id)
        self.go_to(Region.OUTPUT)

    # Keys

    @property
    def _unread(self) -> bool:
        """Which run is selected, or what it is, is not known yet."""
        if not self._begun:
            return True
        run, tasks = self.detail.run, self.detail.tasks
        reading = SliceState.LOADING in (run.state, tasks.state)
        return bool(self.runs.selected) and (reading or str(run.path) != self.runs.selected)

    def action_press(self, key: str) -> None:
        """What only the selected run gives a meaning waits for it, and what is pressed after it waits behind it."""
        if self._held.waiting or (self._unread and self.keymap.find(key, self.situation()) is None):
            self._held.hold(key)
        else:
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

    def on_strip_pane_selected(self, event: StripPane.Selected) -> None:
        event.stop()
        if event.opened:
            self.open_selected()
        self.changed()

    def on_live_pane_different(self, event: LivePane.Different) -> None:
        event.stop()
        self.changed()

    def on_newest_events_pane_pressed(self, event: NewestEventsPane.Pressed) -> None:
        event.stop()
        self.go_to(Region.PROGRESS)

    def on_detail_pane_tab_pressed(self, event: DetailPane.TabPressed) -> None:
        event.stop()
        self.go_to(event.tab)


def _pane(palette: Palette, glyphs: Glyphs, moment: Callable[[], Frame], tab: Region) -> DetailPane:
    return pane_class(tab)(palette, glyphs, moment, id=tab.value)
