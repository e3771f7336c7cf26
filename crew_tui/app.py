"""The full-screen program: theme, screens, toasts; what actions do is in `performing`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import ANSIToTruecolor, LineFilter, Monochrome, NoColor
from textual.notifications import SeverityLevel
from textual.theme import Theme
from textual.timer import Timer

from crew_core.config.first_look import Wishes
from crew_core.observe.slices import SliceName
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs, glyphs_for
from crew_tui.keymap.table import DEFAULT
from crew_tui.motion import animation_level, spins
from crew_tui.palette import Palette, palette_of
from crew_tui.panes.frame import Frame
from crew_tui.performing.table import doing
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.screens.main import MainScreen
from crew_tui.situation import TABS, Region
from crew_tui.sorting import Sort
from crew_tui.steering import Steering, Told
from crew_tui.store_link import StoreLink
from crew_tui.text import clean
from crew_tui.theme_files import wanted_theme
from crew_tui.theme_tables import ThemeWrong
from crew_tui.times import TimeForm, zone_for
from crew_tui.ui_state import UiState, UiStateFile
from crew_tui.wardrobe import Wardrobe
from crew_tui.widgets.ascii_filter import AsciiFilter
from crew_tui.widgets.strip_pane import StripPane

if TYPE_CHECKING:
    from crew_tui.alerting.delivery import Alerting
    from crew_tui.alerting.loudness import Loudness
    from crew_tui.alerting.words import Toast
    from crew_tui.drafting import Planner

_TOAST_S = 4.0

#: After the last of several new sizes.
_QUIET_S = 0.2

#: Stays until Esc: errors are read when the person comes back.
_STICKY_S = 86_400.0

#: By the words of `alert_conditions.Severity`.
_SEVERITIES: dict[str, SeverityLevel] = {"info": "information", "warning": "warning", "error": "error"}

_COLOURLESS = NoColor()
_ASCII = AsciiFilter()

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Dashboard(App[None]):
    """`clock`, `zone` and `guard_s` are what a test injects, besides the source of the link."""

    TITLE = "crew-tui"
    CSS_PATH = None
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q,ctrl+c", "quit", show=False, priority=True),
        Binding("ctrl+z", "suspend_process", show=False, priority=True),
    ]
    CSS = """
    Screen { layout: vertical; background: $background; }
    #header, #footer { height: 1; }
    #middle { height: 1fr; }
    ModalScreen { align: center middle; background: $background 60%; }
    ModalScreen:ansi { background: transparent; }
    .box { width: 64; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 1 2;
           border: heavy $warning; border-title-color: $warning; border-title-style: bold; }
    .keys { color: $crew-dim; }
    ToastRack { align: right top; dock: top; margin: 1 1 0 0; }
    Toast { width: 56; max-width: 100%; padding: 0 1; margin: 0 0 1 0; background: $panel; }
    """

    def __init__(
        self,
        link: StoreLink,
        *,
        start_in: Path | None = None,
        select: Path | None = None,
        read_only: bool = False,
        wishes: Wishes | None = None,
        look_again: Callable[[], Told | None] = lambda: None,
        find_loudness: Callable[[], Loudness] | None = None,
        arranged: UiStateFile | None = None,
        planner: Planner | None = None,
        clock: Clock = _now,
        zone: tzinfo | None = None,
        guard_s: float | None = None,
    ) -> None:
        """See `run_dashboard`.

        :param guard_s: how long a question does not take an answer; None: as long as it should.

        :param find_loudness: reads how alerts reach the person; called in a thread. None: on the screen only.
        :param arranged: how the person left the dashboard, and where that is kept; None: nothing is kept.
        :param planner: whom the form for a new run asks; None: whom the command line asks.
        """
        super().__init__()
        wishes = wishes or Wishes()
        self.link = link
        self.keymap = DEFAULT
        self.key_problems: tuple[str, ...] = ()
        if wishes.keys:
            from crew_tui.keymap.overrides import with_overrides

            self.keymap, self.key_problems = with_overrides(DEFAULT, wishes.keys)
        self.start_in = start_in or Path.cwd()
        self.planner = planner
        self._select = select
        self.read_only = read_only
        self._look_again = look_again
        self._find_loudness = find_loudness
        self._arranged = arranged
        self._clock = clock
        self._relative = wishes.time == TimeForm.RELATIVE
        self._zone = zone or zone_for(wishes.time)
        self.guard_s = guard_s
        self.animation_level = animation_level(wishes.motion, os.environ, self.animation_level)
        self.glyphs: Glyphs = glyphs_for(os.environ, wish=wishes.glyphs, spins=spins(wishes.motion))
        self.failure: BaseException | None = None
        self.steering = Steering(self._tell, self.link.run_soon)
        self._main: MainScreen | None = None
        self._resized: Timer | None = None
        theme = wanted_theme(self.arranged.theme or wishes.theme, os.environ)
        self.register_theme(theme)
        self._begin_with(theme)
        self.wardrobe = Wardrobe(theme)
        #: What the person has settled on in the palette; empty as long as settings and terminal decide.
        self._settled_theme = self.arranged.theme

    def _begin_with(self, theme: Theme) -> None:
        """As setting `theme` would, without having the style sheet parsed twice before the first frame."""
        self.set_reactive(App.theme, theme.name)
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    # Life

    def on_mount(self) -> None:
        arranged = self.arranged
        self._main = MainScreen(
            self.link,
            *self.dress(),
            keymap=self.keymap,
            painted=self._painted,
            select=self._select,
            runs_width=arranged.runs_width,
            tab=Region(arranged.tab) if arranged.tab in TABS else Region.AGENTS,
            sort=Sort.from_text(arranged.sort),
        )
        self.push_screen(self._main)
        # Otherwise the terminal would be left as it is: on the alternate screen, without a cursor.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        self.theme_changed_signal.subscribe(self, lambda _: self._redress())

    def on_resize(self) -> None:
        """A key between two sizes may leave lines of the former one: once it is quiet, everything is painted."""
        if self._resized is not None:
            self._resized.stop()
        self._resized = self.set_timer(_QUIET_S, self._paint_all)

    def _paint_all(self) -> None:
        self._resized = None
        if not self.screen_stack:
            # The person has left meanwhile.
            return
        self.screen.refresh(layout=True)
        for pane in self.screen.query(StripPane):
            pane.refresh()

    def _painted(self) -> None:
        """The first frame is painted: now there is time for what was not needed for it."""
        if not self.is_running:
            # The person was faster.
            return
        self.link.read_on()
        for name in (SliceName.TASKS, SliceName.OUTPUT):
            self.link.bus.subscribe(name, self._hint)
        self.alerting.subscribe(self.link.bus)
        self.alerting.listen(lambda: self.main.header.take_unread(self.alerting.alerts.unread))
        # At once: a moment later the process is stopped.
        self.app_suspend_signal.subscribe(self, lambda _: self.alerting.suspend(), immediate=True)
        self.app_resume_signal.subscribe(self, lambda _: self.alerting.resume())
        self.steering.carry_out(self._look_again)
        self.steering.carry_out(self._learn_loudness)
        self.learn_themes()
        if self.key_problems:
            self._tell(Told("\n".join(self.key_problems), sticky=True, title="keys"))

    def _hint(self, _: object) -> None:
        """Something was written: what stands on a screen over the main one may be out of date."""
        if isinstance(self.screen, KeyedScreen):
            self.screen.may_have_changed()

    def _learn_loudness(self) -> None:
        from crew_tui.alerting.loudness import QUIET

        loudness = self._find_loudness() if self._find_loudness else QUIET
        self.link.run_soon(lambda: self.alerting.use(loudness))

    def _terminate(self) -> None:
        self.exit(return_code=128 + signal.SIGTERM)

    def on_unmount(self) -> None:
        self.link.close()

    @cached_property
    def alerting(self) -> Alerting:
        """Made when it is needed first, which is after the first frame."""
        from crew_tui.alerting.delivery import Alerting

        return Alerting(
            toast=self._toast, write=self._write, clock=self._clock, later=self.set_timer, glyphs=self.glyphs
        )

    def title_to_restore(self) -> str:
        """What gives the terminal its title back, when the screen has been left."""
        return self.alerting.restore() if "alerting" in self.__dict__ else ""

    def moment(self) -> Frame:
        """The frame of now; each pane puts its own size in."""
        return Frame(
            now=self._clock(),
            width=0,
            height=0,
            glyphs=self.glyphs,
            zone=self._zone,
            relative=self._relative,
            waited=self._main is not None and self._main.waited,
            read_only=self.read_only,
        )

    def get_line_filters(self) -> Sequence[LineFilter]:
        filters = list(super().get_line_filters())
        if self.current_theme.ansi:
            # Of a terminal's own colours there is no grey: they would become black on black. Nor is it known which they
            # are, so that they stay as they are.
            filters = [each for each in filters if not isinstance(each, Monochrome | ANSIToTruecolor)]
            filters += [_COLOURLESS] if self.no_color else []
        return [*filters, _ASCII] if self.glyphs.instead else filters

    def _handle_exception(self, error: Exception) -> None:
        """Kept for the log and the one line that the person gets when the terminal is restored."""
        self.failure = self.failure or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Instead of Textual's traceback with the values of all variables: only the way out."""
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    @property
    def main(self) -> MainScreen:
        assert self._main is not None
        return self._main

    # Look

    @property
    def palette(self) -> Palette:
        """Of the theme that is worn now."""
        return palette_of(self.current_theme)

    def dress(self) -> tuple[Palette, Glyphs, Callable[[], Frame], Callable[[Action], None]]:
        """What every screen with panes needs first."""
        return self.palette, self.glyphs, self.moment, self.perform

    def learn_themes(self) -> None:
        """Read them, again or for the first time."""
        from crew_tui.aside import read_aside
        from crew_tui.wardrobe import read_themes

        read_aside(read_themes, self.wardrobe.take, self.link.run_soon)

    def _put_on(self, name: str) -> None:
        self.register_theme(self.wardrobe.theme(name))
        self.theme = name

    def wear(self, name: str) -> str:
        """Put a theme on for the time being; what is wrong with it, if anything."""
        try:
            self._put_on(name)
        except ThemeWrong as error:
            return error.why
        return ""

    def settle_theme(self, name: str) -> None:
        """The person has chosen it."""
        self.notify_briefly(self.wear(name) or f"theme {name}")
        self._settled_theme = name
        self.remember()

    def _redress(self) -> None:
        for screen in self.screen_stack:
            for pane in screen.query(StripPane):
                pane.dress(self.palette)

    @property
    def arranged(self) -> UiState:
        """How the person left the dashboard."""
        return self._arranged.state if self._arranged else UiState()

    def remember(self) -> None:
        """Keep how the person has arranged the dashboard."""
        if self._arranged is not None and self._main is not None:
            main, sort = self._main, self._main.runs.sort
            self._arranged.remember(
                replace(
                    self._arranged.state,
                    runs_width=main.runs_width,
                    tab=main.tab.value,
                    sort="" if sort == Sort() else str(sort),
                    theme=self._settled_theme,
                )
            )

    # Actions

    def perform(self, action: Action) -> None:
        """Do what a key stands for. The key table has seen to it that it can be done."""
        doing(action)(self)

    def notify_briefly(self, text: str) -> None:
        self.notify(clean(text, single_line=False), timeout=_TOAST_S, markup=False)

    def _tell(self, told: Told) -> None:
        self._say(told.title, told.text, "error" if told.sticky else "information", sticky=told.sticky)
        if told.then is not None:
            told.then()
        self.main.changed()

    def _toast(self, toast: Toast) -> None:
        self._say(toast.title, toast.text, _SEVERITIES[toast.severity.value], sticky=toast.sticky)
        self.main.changed()

    def _say(self, title: str, text: str, severity: SeverityLevel, *, sticky: bool) -> None:
        """In the corner of the screen; `sticky`: until the person has seen it."""
        self.notify(
            clean(text, single_line=False),
            title=clean(title),
            severity=severity,
            timeout=_STICKY_S if sticky else _TOAST_S,
            markup=False,
        )
        self.main.told = self.main.told or sticky

    def _write(self, sequences: str) -> None:
        """Control sequences for the terminal, between two frames."""
        if self._driver is not None:
            self._driver.write(sequences)
            self._driver.flush()
