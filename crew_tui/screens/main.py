"""The dashboard: the runs beside the selected run. It arranges panes and turns keys into actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.timer import Timer

from crew_core.observe.slices import Liveness, RunsSlice, SliceName
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs
from crew_tui.keymap import all_keys, find
from crew_tui.palette import Palette
from crew_tui.panes.agents import AgentsPane
from crew_tui.panes.detail import NO_RUN, DetailPane
from crew_tui.panes.footer import FooterPane
from crew_tui.panes.frame import Frame
from crew_tui.panes.header import HeaderPane
from crew_tui.panes.live import LivePane
from crew_tui.panes.output import OutputPane
from crew_tui.panes.progress import ProgressPane
from crew_tui.panes.runs import SHORT_ID, RunsPane
from crew_tui.screens.layout import Layout, layout_for
from crew_tui.situation import TABS, Region, Situation
from crew_tui.store_link import StoreLink
from crew_tui.widgets.strip_pane import StripPane

#: A pane without data says so only after this, so that data which comes at once does not flash a message.
_LOADING_S = 0.15


def tick_after_s(now: datetime, *, alive: bool) -> float:
    """Each second while something runs; else when ages and the clock change: at the next full minute."""
    return 1.0 if alive else 60.0 - now.second - now.microsecond / 1e6


class MainScreen(Screen[None]):
    """Knows which run, tab and task is selected. What an action does is the app's (`perform`)."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"press('{key}')", show=False, priority=key in ("tab", "shift+tab")) for key in sorted(all_keys())
    ]

    def __init__(
        self,
        link: StoreLink,
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        roots: Sequence[Path],
        select: Path | None = None,
    ) -> None:
        super().__init__()
        self._link = link
        self._moment = moment
        self._perform = perform
        self._wanted = select
        self.tab = Region.AGENTS
        self.zoomed = False
        #: A message stands on screen until the person has seen it.
        self.told = False
        #: Long enough that a pane without data may say that it is loading.
        self.waited = False
        self._waiting: Timer | None = None
        self._ticking: Timer | None = None
        self._fast = False
        self._shape = Layout()
        self.header = HeaderPane(palette, glyphs, moment, id="header", roots=roots)
        self.runs = RunsPane(palette, glyphs, moment, id="runs", roots=roots)
        self.agents = AgentsPane(palette, glyphs, moment, id="agents")
        self.progress = ProgressPane(palette, glyphs, moment, id="progress")
        self.output = OutputPane(palette, glyphs, moment, id="output")
        self.footer = FooterPane(palette, glyphs, moment, id="footer")

    def compose(self) -> ComposeResult:
        yield self.header
        with Horizontal(id="middle"):
            yield self.runs
            yield self.agents
            yield self.progress
            yield self.output
        yield self.footer

    @property
    def details(self) -> dict[Region, DetailPane]:
        return {Region.AGENTS: self.agents, Region.PROGRESS: self.progress, Region.OUTPUT: self.output}

    def panes(self) -> tuple[LivePane, ...]:
        return (self.header, self.runs, *self.details.values(), self.footer)

    def on_mount(self) -> None:
        bus = self._link.bus
        bus.subscribe(SliceName.RUNS, self._take_runs)
        bus.subscribe(SliceName.LINK, self.header.take_link)
        for pane in self.details.values():
            bus.subscribe(SliceName.RUN, pane.take_run)
            bus.subscribe(SliceName.TASKS, pane.take_tasks)
        bus.subscribe(SliceName.EVENTS, self.progress.take_events)
        bus.subscribe(SliceName.OUTPUT, self.output.take_output)
        for name in (SliceName.RUN, SliceName.TASKS, SliceName.EVENTS, SliceName.OUTPUT):
            bus.subscribe(name, self.changed)
        self.runs.focus()
        self._arrange()
        self.call_after_refresh(self._link.open)
        self._wait()
        self._tick()

    # Data

    def _take_runs(self, runs: RunsSlice) -> None:
        before = self.runs.selected
        self.runs.take(runs)
        self.header.take_runs(runs)
        if self._wanted is not None and any(row.path == self._wanted for row in runs.rows):
            self.runs.select(str(self._wanted))
            self._wanted = None
        if self.runs.selected != before:
            if before and not any(str(row.path) == before for row in runs.rows):
                self.app.notify(f"run {Path(before).name[-SHORT_ID:]} is gone", markup=False)
            self._select_run()
        self.changed()

    def _select_run(self) -> None:
        key = self.runs.selected
        self.output.task_id = None
        self._wait()
        self._link.select(Path(key) if key else None)

    def changed(self, _: object = None) -> None:
        """What keys do and where one is may be different now."""
        self.footer.take(self.situation())
        run = self.agents.run
        self.header.lead_to("runs") if run.path is None else self.header.lead_to(run.path.name[-SHORT_ID:])
        self._tick()

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

    def _tick(self) -> None:
        """Set the one timer, anew when something begins or ceases to run."""
        now = self._moment().now
        alive = any(row.live is Liveness.LIVE for row in self.runs.runs.rows)
        pause = tick_after_s(now, alive=alive)
        if self._ticking is not None:
            if alive == self._fast:
                return
            self._ticking.stop()
        self._fast = alive
        self._ticking = self.set_timer(pause, self._ticked)

    def _ticked(self) -> None:
        self._ticking = None
        self.rebuild()
        self._tick()

    # Situation and layout

    @property
    def place(self) -> Region:
        focused = self.focused
        return Region.RUNS if focused is self.runs or focused is None else self.tab

    @property
    def pane(self) -> LivePane:
        """The one that keys go to."""
        return self.runs if self.place is Region.RUNS else self.details[self.tab]

    def situation(self) -> Situation:
        shown = self.agents.run
        # While the newly selected run is still being read, nothing can be done to the former one.
        run = shown if shown.path is not None and str(shown.path) == self.runs.selected else NO_RUN
        tasks = self.agents.tasks.tasks if run.run is not None else ()
        chosen = self.agents.selected if self.place is Region.AGENTS else ""
        pane = self.pane
        return Situation(
            region=self.place,
            tab=self.tab,
            run=run.run,
            run_known=bool(self.runs.selected),
            interrupted=run.live is Liveness.INTERRUPTED,
            tasks=tasks,
            task=next((task for task in tasks if task.id == chosen), None),
            rows=len(pane.view.body),
            following=pane.following,
            zoomed=self.zoomed,
            narrow=self._shape.single,
            read_only=self._moment().read_only,
            messages=self.told,
        )

    def _arrange(self) -> None:
        self._shape = layout_for(self.app.size.width)
        alone = self._shape.single or self.zoomed
        in_runs = self.place is Region.RUNS
        self.runs.display = in_runs or not alone
        self.runs.styles.width = "1fr" if alone else self._shape.runs_width
        for region, pane in self.details.items():
            pane.display = region is self.tab and (not in_runs or not alone)
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
            self.tab = region
        target: StripPane = self.runs if region is Region.RUNS else self.details[region]
        target.display = True
        target.focus(scroll_visible=False)
        self._arrange()

    def zoom(self, on: bool) -> None:
        self.zoomed = on
        self._arrange()

    def select_when_seen(self, run_dir: Path) -> None:
        """Select a run that is not listed yet as soon as it is."""
        self._wanted = run_dir
        self._take_runs(self.runs.runs)

    def show_output(self, task_id: str | None) -> None:
        if self.output.task_id != task_id:
            self.output.task_id = task_id
            self._wait()
            self._link.show_output(task_id)
        self.output.follow(True)
        self.go_to(Region.OUTPUT)
        self.output.rebuild()

    # Keys

    def action_press(self, key: str) -> None:
        action = find(key, self.situation())
        if action is not None:
            self._perform(action)
            self.changed()

    def on_strip_pane_selected(self, event: StripPane.Selected) -> None:
        event.stop()
        if event.pane is self.runs:
            self._select_run()
        if event.opened:
            self._perform(Action.OPEN_RUN if event.pane is self.runs else Action.OPEN_OUTPUT)
        self.changed()
