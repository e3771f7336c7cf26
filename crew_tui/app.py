"""The full-screen program: its life, screens, toasts; what actions do is in `performing`."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer

from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs, glyphs_for
from crew_tui.keymap.reaching import how_to_reach
from crew_tui.keymap.table import DEFAULT
from crew_tui.motion import animation_level, spins
from crew_tui.opening import Opening
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.performing.table import doing
from crew_tui.screens.main import MainScreen
from crew_tui.situation import TABS, Region
from crew_tui.sorting import Sort
from crew_tui.steering import Steering
from crew_tui.store_link import StoreLink
from crew_tui.theme_files import wanted_theme
from crew_tui.themed import ThemedApp
from crew_tui.times import TimeForm, zone_for
from crew_tui.toasts import Toasts
from crew_tui.widgets.strip_pane import StripPane

if TYPE_CHECKING:
    from crew_tui.alerting.delivery import Alerting
    from crew_tui.drafting import Planner
    from crew_tui.left_file import LeftFile

#: A second Ctrl-C within this time leaves.
_HINT = timedelta(seconds=2)

#: After the last of several new sizes.
_QUIET_S = 0.2

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Dashboard(ThemedApp):
    """`clock`, `zone` and `guard_s` are what a test injects, besides the source of the link."""

    TITLE = "crew-tui"
    CSS_PATH = None
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", show=False, priority=True),
        Binding("ctrl+c", "leave", show=False, priority=True),
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
        opening: Opening,
        *,
        planner: Planner | None = None,
        clock: Clock = _now,
        zone: tzinfo | None = None,
        guard_s: float | None = None,
    ) -> None:
        """See `run_dashboard`.

        :param planner: whom the form for a new run asks; None: whom the command line asks.
        :param guard_s: how long a question does not take an answer; None: as long as it should.
        """
        wishes = opening.wishes
        super().__init__(
            wanted_theme(opening.state.theme or wishes.theme, os.environ),
            glyphs_for(os.environ, wish=wishes.glyphs, spins=spins(wishes.motion)),
        )
        self.animation_level = animation_level(wishes.motion, os.environ, self.animation_level)
        self.link = link
        self.keymap = DEFAULT
        self.key_problems: tuple[str, ...] = ()
        if wishes.keys:
            from crew_tui.keymap.overrides import with_overrides

            self.keymap, self.key_problems = with_overrides(DEFAULT, wishes.keys)
        self.start_in = opening.start_in
        self.read_only = opening.read_only
        self.planner = planner
        self.guard_s = guard_s
        self._opening = opening
        self._clock = clock
        self._relative = wishes.time == TimeForm.RELATIVE
        self._zone = zone or zone_for(wishes.time)
        self.failure: BaseException | None = None
        self.toasts = Toasts(self)
        self.steering = Steering(self.toasts.tell, self.link.run_soon)
        #: Where it is kept how the runs stand; None as long as that has not been read.
        self.left: LeftFile | None = None
        self._main: MainScreen | None = None
        self._resized: Timer | None = None
        #: When it was said how to leave.
        self._hinted_at: datetime | None = None
        #: Else it is the terminal's, to select text.
        self.mouse_is_ours = wishes.mouse == "on"
        #: What the person has settled on in the palette; empty as long as settings and terminal decide.
        self._settled_theme = opening.state.theme

    # Life

    def on_mount(self) -> None:
        arranged = self._opening.state
        self._main = MainScreen(
            self.link,
            *self.dress(),
            keymap=self.keymap,
            painted=self._painted,
            arranged=self.remember,
            select=self._opening.select,
            runs_width=arranged.runs_width,
            tab=Region(arranged.tab) if arranged.tab in TABS else Region.AGENTS,
            sort=Sort.from_text(arranged.sort),
        )
        self.push_screen(self._main)
        # Otherwise the terminal would be left as it is: on the alternate screen, without a cursor.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)

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
        from crew_tui.after_first_frame import go_on_with_the_rest

        go_on_with_the_rest(self, self._opening)

    def _terminate(self) -> None:
        self.exit(return_code=128 + signal.SIGTERM)

    def on_unmount(self) -> None:
        self.link.close()

    @cached_property
    def alerting(self) -> Alerting:
        """Made when it is needed first, which is after the first frame."""
        from crew_tui.alerting.delivery import Alerting

        return Alerting(
            toast=self.toasts.show,
            write=self._write,
            clock=self._clock,
            later=self.set_timer,
            glyphs=self.glyphs,
            how=how_to_reach(self.keymap),
        )

    def on_app_blur(self) -> None:
        """The terminal says that the person looks at something else."""
        if "alerting" in self.__dict__:
            self.alerting.look_away()

    def on_app_focus(self) -> None:
        if "alerting" in self.__dict__:
            self.alerting.come_back()

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
            waited=self._main is not None and self._main.patience.lost,
            read_only=self.read_only,
            standing=self._main.header.standing if self._main is not None else None,
        )

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

    def dress(self) -> tuple[Palette, Glyphs, Callable[[], Frame], Callable[[Action], None]]:
        """What every screen with panes needs first."""
        return self.palette, self.glyphs, self.moment, self.perform

    def settle_theme(self, name: str) -> None:
        """The person has chosen it."""
        self.notify_briefly(self.wear(name) or f"theme {name}")
        self._settled_theme = name
        self.remember()

    def remember(self) -> None:
        """Keep how the person has arranged the dashboard; costs next to nothing when it is as before."""
        kept = self._opening.arranged
        if kept is not None and self._main is not None:
            main, sort = self._main, self._main.runs.sort
            kept.remember(
                replace(
                    kept.state,
                    runs_width=main.runs_width,
                    tab="" if main.tab is Region.AGENTS else main.tab.value,
                    sort="" if sort == Sort() else str(sort),
                    theme=self._settled_theme,
                )
            )

    # Actions

    def action_leave(self) -> None:
        """Ctrl-C is pressed by habit, to end what is on the screen: the first one only says what it would do."""
        now = self._clock()
        if self._hinted_at is not None and now - self._hinted_at <= _HINT:
            self.exit()
        else:
            self._hinted_at = now
            self.notify_briefly("Ctrl-C again leaves the dashboard; runs go on")

    def perform(self, action: Action) -> None:
        """Do what a key stands for. The key table has seen to it that it can be done."""
        doing(action)(self)

    def notify_briefly(self, text: str) -> None:
        self.toasts.say_briefly(text)

    def _write(self, sequences: str) -> None:
        """Control sequences for the terminal, between two frames."""
        if self._driver is not None:
            self._driver.write(sequences)
            self._driver.flush()
