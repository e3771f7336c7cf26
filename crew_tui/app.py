"""The full-screen program: theme, screens, toasts, and what each action does."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.filter import LineFilter, NoColor

from crew_tui import crash
from crew_tui.actions import Action
from crew_tui.glyphs import Glyphs, glyphs_for
from crew_tui.palette import palette_of, themes, wanted_theme
from crew_tui.panes.frame import Frame
from crew_tui.questions import question
from crew_tui.requests import Target, request, start_request
from crew_tui.screens.confirm import GUARD_S, Confirm
from crew_tui.screens.help import Help
from crew_tui.screens.main import MainScreen
from crew_tui.screens.navigation import navigate
from crew_tui.screens.new_run import NewRun, Wish
from crew_tui.situation import Region
from crew_tui.steering import Steering, Told
from crew_tui.store_link import MakeSource, StoreLink, observing
from crew_tui.text import clean

_TOAST_S = 4.0

#: Stays until Esc: errors are read when the person comes back.
_STICKY_S = 86_400.0

_TASK_ACTIONS = frozenset({Action.CANCEL_TASK, Action.STOP_TASK, Action.RETRY_TASK})

_COLOURLESS = NoColor()

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Dashboard(App[None]):
    """`make_source`, `clock`, `zone` and `guard_s` are what a test injects."""

    TITLE = "crew-tui"
    CSS_PATH = None
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q,ctrl+c", "quit", show=False, priority=True)]
    CSS = """
    MainScreen { layout: vertical; background: $background; }
    #header, #footer { height: 1; }
    #middle { height: 1fr; }
    ModalScreen { align: center middle; background: $background 60%; }
    .box { width: 64; max-width: 100%; height: auto; max-height: 100%; background: $surface; padding: 1 2;
           border: heavy $warning; border-title-color: $warning; border-title-style: bold; }
    .box.wide { width: 72; border: heavy $accent; border-title-color: $accent; }
    .sheet { width: 76; max-width: 100%; height: 90%; }
    .keys { color: $crew-dim; }
    .label { color: $crew-dim; }
    .box Input { margin: 0 0 1 0; background: $panel; }
    #said { color: $error; height: auto; }
    ToastRack { align: right top; dock: top; margin: 1 1 0 0; }
    Toast { width: 56; max-width: 100%; padding: 0 1; margin: 0 0 1 0; background: $panel; }
    """

    def __init__(
        self,
        roots: Sequence[Path],
        *,
        start_in: Path | None = None,
        select: Path | None = None,
        read_only: bool = False,
        plain: bool = False,
        make_source: MakeSource | None = None,
        backend: str = "auto",
        theme: str = "auto",
        look_again: Callable[[], Told | None] = lambda: None,
        clock: Clock = _now,
        zone: tzinfo | None = None,
        guard_s: float = GUARD_S,
    ) -> None:
        self._plain = plain
        super().__init__()
        self.roots = tuple(roots)
        self._start_in = start_in or Path.cwd()
        self._select = select
        self._read_only = read_only
        self._clock = clock
        self._zone = zone
        self._guard_s = guard_s
        self._glyphs: Glyphs = glyphs_for(os.environ, plain=plain)
        self.failure: BaseException | None = None
        source = make_source or observing(self.roots, backend)
        self.link = StoreLink(source, self.call_later, lambda: self.steering.carry_out(look_again))
        self.steering = Steering(self._tell, self.link.run_soon)
        self._main: MainScreen | None = None
        for each in themes():
            self.register_theme(each)
        self.theme = wanted_theme(theme, os.environ)

    # Life

    def on_mount(self) -> None:
        self._main = MainScreen(
            self.link,
            palette_of(self.current_theme),
            self._glyphs,
            self.moment,
            self.perform,
            roots=self.roots,
            select=self._select,
        )
        self.push_screen(self._main)
        # Otherwise the terminal would be left as it is: on the alternate screen, without a cursor.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        self.theme_changed_signal.subscribe(self, lambda _: self._dress())

    def _terminate(self) -> None:
        self.exit(return_code=128 + signal.SIGTERM)

    def on_unmount(self) -> None:
        self.link.close()

    def moment(self) -> Frame:
        """The frame of now; each pane puts its own size in."""
        return Frame(
            now=self._clock(),
            width=0,
            height=0,
            glyphs=self._glyphs,
            zone=self._zone,
            waited=self._main is not None and self._main.waited,
            read_only=self._read_only,
        )

    def get_line_filters(self) -> Sequence[LineFilter]:
        """`plain` has no colour, like NO_COLOR without changing the environment that runs inherit."""
        filters = super().get_line_filters()
        return [*filters, _COLOURLESS] if self._plain else filters

    def _dress(self) -> None:
        for pane in self.main.panes():
            pane.dress(palette_of(self.current_theme))

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

    # Actions

    def perform(self, action: Action) -> None:
        """Do what a key stands for. The key table has seen to it that it can be done."""
        main = self.main
        if navigate(main, action):
            return
        match action:
            case Action.BACK:
                self._back()
            case Action.RELOAD:
                self.link.refresh()
            case Action.HELP:
                self.push_screen(Help(palette_of(self.current_theme), self._glyphs, main.situation()))
            case Action.QUIT:
                self.exit()
            case Action.NEW_RUN:
                self.push_screen(NewRun(), self._start)
            case _:
                self._ask(action)

    def _back(self) -> None:
        """One step: messages, zoom, then to the runs."""
        main = self.main
        if main.told:
            main.told = False
            self.clear_notifications()
        elif main.zoomed:
            main.zoom(False)
        else:
            main.go_to(Region.RUNS)

    def _ask(self, action: Action) -> None:
        now = self.main.situation()
        run_dir = Path(self.main.runs.selected)
        task_id = now.task.id if now.task and action in _TASK_ACTIONS else None
        target = Target(run_dir, task_id)
        asked = question(action, target, now.tasks)

        def answered(yes: bool | None) -> None:
            if yes:
                self.notify(f"{asked.title.rstrip('?')}: asked", timeout=_TOAST_S, markup=False)
                self.steering.carry_out(request(action, target))

        self.push_screen(
            Confirm(asked.title, asked.consequences, yes=asked.yes, safe=asked.safe, guard_s=self._guard_s),
            answered,
        )

    def _start(self, wish: Wish | None) -> None:
        if wish is not None:
            self.notify("starting a run", timeout=_TOAST_S, markup=False)
            self.steering.carry_out(
                start_request(self._start_in, wish.goal, wish.team, wish.workflow, self.main.select_when_seen)
            )

    def _tell(self, told: Told) -> None:
        self.notify(
            clean(told.text, single_line=False),
            title=clean(told.title),
            severity="error" if told.sticky else "information",
            timeout=_STICKY_S if told.sticky else _TOAST_S,
            markup=False,
        )
        if told.then is not None:
            told.then()
        self.main.told = self.main.told or told.sticky
        self.main.changed()


def run_dashboard(
    roots: Sequence[Path],
    *,
    start_in: Path | None = None,
    select: Path | None = None,
    read_only: bool = False,
    plain: bool = False,
    backend: str = "auto",
    theme: str = "auto",
    look_again: Callable[[], Told | None] = lambda: None,
    make_source: MakeSource | None = None,
) -> int:
    """Show the dashboard until the person leaves. Runs go on whatever happens here.

    :param roots: directories that hold runs.
    :param start_in: where new runs work; default: the current directory.
    :param select: the run directory to begin with.
    :param backend: how files are watched: `auto`, `inotify`, `watchfiles` or `polling`.
    :param theme: the name of a theme; `auto` and unknown ones: what fits the terminal.
    :param look_again: what can wait until the first frame is painted; returns what is to be told.
    :param make_source: what slices come from, if not from an observer of `roots`.
    :returns: the exit status: 0; 1 when the dashboard itself failed (one line on stderr, details in its log); 143
        after SIGTERM; 2 without a terminal.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        # Textual draws on stderr: redirected, a file would be filled and nothing seen.
        print("crew-tui: no dashboard: stdin or stderr is not a terminal; use `list` or `status`", file=sys.stderr)  # noqa: T201
        return 2
    status = 0
    failure: BaseException | None = None
    try:
        app = Dashboard(
            roots,
            start_in=start_in,
            select=select,
            read_only=read_only,
            plain=plain,
            backend=backend,
            theme=theme,
            look_again=look_again,
            make_source=make_source,
        )
        app.run()
        app.steering.finish()
        failure = app.failure
        status = app.return_code or 0
    except Exception as error:
        failure = error
    if failure is None:
        return status
    print(crash.one_line(failure, crash.record(failure)), file=sys.stderr)  # noqa: T201 - the one line
    return 1
