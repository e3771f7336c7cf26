"""`strip`: a few live lines about everything that goes on, for a small pane beside other work. It writes no file."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from crew_core.config.first_look import first_look
from crew_core.observe.at_work import RunAtWork, RunsAtWork
from crew_core.observe.observer import Observer
from crew_core.observe.slices import LinkSlice, LinkState, Liveness, RunsSlice, SliceName
from crew_core.observe.watcher import Backend
from crew_core.ops.errors import InputWrong
from crew_core.ops.scopes import Scope, scope_of_projects, scopes_of
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import object_line
from crew_tui.cli.printing import screen_for
from crew_tui.cli.strip_changes import Changes
from crew_tui.cli.strip_lines import strip_lines
from crew_tui.cli.terminal_lines import TerminalLines
from crew_tui.cli.waking import Waking
from crew_tui.glyphs import glyphs_for
from crew_tui.panes.frame import Frame
from crew_tui.quantities import time_of_day

#: Data is looked at twice a second at most, and so often while something runs: tools and tokens change without a hint.
LOOK_S = 0.5

#: While nothing runs only ages change, with the minute.
AGES_S = 30.0

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Showing(Protocol):
    """Where the strip appears."""

    #: Time that passes is shown as well.
    live: bool

    def show(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> None: ...

    def suspend(self, stop: Callable[[], None]) -> None:
        """Ctrl-Z: `stop` returns when the process goes on."""


def strip(call: Call) -> int:
    """Go on until a signal ends it; returns as if it had.

    :raises InputWrong: a root is no directory, or nobody would see the lines. :raises KeyboardInterrupt: Ctrl-C.
    """
    if sys.stdout is None:
        raise InputWrong("strip", "stdout is closed", "it shows nothing but its lines")
    scope = _scope(call)
    with Waking((*_ENDING, signal.SIGWINCH, signal.SIGTSTP)) as waking:
        if call.json:
            ended_by = _follow(scope, waking, _Objects())
        elif call.plain or not sys.stdout.isatty() or os.environ.get("TERM", "dumb") == "dumb":
            ended_by = _follow(scope, waking, _Log(plain=call.plain))
        else:
            with TerminalLines(sys.stdout, screen_for(plain=False)) as lines:
                ended_by = _follow(scope, waking, _InPlace(lines, call.options.lines))
    if ended_by == signal.SIGINT:
        raise KeyboardInterrupt
    return 128 + ended_by


def _scope(call: Call) -> Scope:
    if call.options.all and call.roots:
        raise InputWrong("strip", "--all with --root", "leave one out")
    if call.options.all:
        return scopes_of(call.start)[-1]
    return scope_of_projects(call.roots) if call.roots else scopes_of(call.start)[0]


class _Objects:
    """`--json`: one object a line, for each change."""

    live = False

    def __init__(self) -> None:
        self._changes = Changes()

    def show(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> None:
        told = self._changes.document(runs, now, stale=stale)
        if told is not None:
            object_line({"strip": told})

    def suspend(self, stop: Callable[[], None]) -> None:
        stop()


class _Log:
    """Without a terminal and with `--plain`: one line for each change, with the time of day."""

    live = False

    def __init__(self, *, plain: bool) -> None:
        self._changes = Changes()
        self._screen = screen_for(plain=plain)

    def show(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> None:
        at = time_of_day(now.isoformat(), None)
        for line in self._changes.lines(runs, now, stale=stale):
            self._screen.line(f"{at} {line}")

    def suspend(self, stop: Callable[[], None]) -> None:
        stop()


class _InPlace:
    """In a terminal: the lines are rewritten where they stand."""

    live = True

    def __init__(self, lines: TerminalLines, most: int) -> None:
        self._lines = lines
        self._most = most
        self._glyphs = glyphs_for(os.environ, plain=False)

    def show(self, runs: Sequence[RunAtWork], now: datetime, *, stale: bool) -> None:
        columns, rows = self._lines.size
        most = min(self._most, rows)
        self._lines.show(strip_lines(runs, Frame(now, columns, most, self._glyphs), most, stale=stale))

    def suspend(self, stop: Callable[[], None]) -> None:
        self._lines.give_back()
        stop()
        self._lines.take()


def _follow(scope: Scope, waking: Waking, showing: Showing) -> int:
    """The signal that ended it."""
    view = _View(scope, waking)
    try:
        return _loop(view, waking, showing)
    finally:
        view.close()


def _loop(view: _View, waking: Waking, showing: Showing) -> int:
    shown_at = 0.0
    while True:
        left = shown_at + LOOK_S - time.monotonic()
        if left > 0 and not view.resized:
            waking.wait(left)
        elif view.listed:
            shown_at = time.monotonic()
            now = datetime.now(UTC)
            showing.show(view.read(now), now, stale=view.stale)
            waking.wait(view.patience_s if showing.live or view.running else None)
        else:
            waking.wait(None)
        for number in waking.taken():
            if number in _ENDING:
                return number
            if number == signal.SIGTSTP:
                showing.suspend(waking.stop_here)
            view.resized = True


class _View:
    """The runs as the store thread lists them, and their tasks as they are when they are asked for."""

    def __init__(self, scope: Scope, waking: Waking) -> None:
        self._waking = waking
        self._runs: RunsSlice | None = None
        self._at_work = RunsAtWork()
        self._last: tuple[RunAtWork, ...] = ()
        self._paths: frozenset[Path] = frozenset()
        self.stale = False
        #: The terminal has to be drawn on at once.
        self.resized = False
        wanted = first_look(os.environ).watcher
        self._observer = Observer(scope.find, self._take, backend=wanted if wanted in list(Backend) else Backend.AUTO)
        self._observer.start()
        # A run may be old and still go on.
        self._observer.read_on()

    def close(self) -> None:
        self._observer.close()

    def _take(self, changes: dict[SliceName, object]) -> None:
        """In the store thread."""
        runs, link = changes.get(SliceName.RUNS), changes.get(SliceName.LINK)
        if isinstance(runs, RunsSlice):
            self._runs = runs
        if isinstance(link, LinkSlice):
            self.stale = link.state is LinkState.STALE
        self._waking.wake()

    @property
    def listed(self) -> bool:
        """There is something to show, if only that there is nothing."""
        return self._runs is not None or self.stale

    @property
    def running(self) -> bool:
        return any(each.row.live is Liveness.LIVE for each in self._last)

    @property
    def patience_s(self) -> float | None:
        """How long the picture stays true by itself."""
        return LOOK_S if self.running else AGES_S if self._last else None

    def read(self, now: datetime) -> tuple[RunAtWork, ...]:
        self.resized = False
        self._last = self._at_work.read(self._runs.rows if self._runs else (), now)
        paths = frozenset(each.row.path for each in self._last)
        if paths != self._paths:
            # Also a run that cannot be read yet: it may just be beginning.
            self._paths = paths
            self._observer.look_closely(paths)
        return self._last
