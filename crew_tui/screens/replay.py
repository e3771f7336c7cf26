"""Replay: the run as it was at any moment, event by event or played."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.timer import Timer

from crew_core.observe.replay import EventReplay, Replay
from crew_tui.actions import Action
from crew_tui.aside import Failed, RunSoon, read_aside
from crew_tui.glyphs import Glyphs
from crew_tui.keymap.table import Keymap
from crew_tui.pace import SPEEDS, next_stop, seconds_of
from crew_tui.palette import Palette
from crew_tui.panes.frame import Frame
from crew_tui.panes.replay import ReplayPane
from crew_tui.screens.covering import CoveringScreen
from crew_tui.screens.moving import move
from crew_tui.situation import Region, Situation

_LEAP = 10

_STEPS = {
    Action.STEP_FORWARD: 1,
    Action.STEP_BACK: -1,
    Action.LEAP_FORWARD: _LEAP,
    Action.LEAP_BACK: -_LEAP,
}


class ReplayScreen(CoveringScreen):
    """Read-only: nothing that is seen here is now."""

    pane: ReplayPane

    def __init__(
        self,
        read: Callable[[], Replay | EventReplay],
        palette: Palette,
        glyphs: Glyphs,
        moment: Callable[[], Frame],
        perform: Callable[[Action], None],
        *,
        keymap: Keymap,
        run_soon: RunSoon,
        title: str,
    ) -> None:
        """:param read: reads the journal and folds it; called in a thread."""
        super().__init__("replay", palette, glyphs, moment, perform, keymap)
        self._read = read
        self._run_soon = run_soon
        self._seconds: tuple[float, ...] = ()
        self._timer: Timer | None = None
        self.pane = ReplayPane(palette, glyphs, moment, id="replay", title=title)

    def on_mount(self) -> None:
        self.pane.focus()
        read_aside(self._read, self._take, self._run_soon)
        self.changed()

    def _take(self, replay: Replay | EventReplay | Failed) -> None:
        if not self.is_attached:
            return
        if not isinstance(replay, Failed):
            self._seconds = tuple(seconds_of(replay.events))
        self.pane.take(replay)
        self.changed()

    @property
    def _count(self) -> int:
        return len(self._seconds)

    def situation(self) -> Situation:
        return Situation(region=Region.REPLAY, rows=self._count, offers=self._offers())

    def _offers(self) -> frozenset[Action]:
        shown = self.pane.shown
        offers: set[Action] = set()
        if self._count > 1:
            offers.add(Action.PLAY)
            if shown.number:
                offers |= {Action.STEP_BACK, Action.LEAP_BACK}
            if shown.number < self._count - 1:
                offers |= {Action.STEP_FORWARD, Action.LEAP_FORWARD}
            if shown.speed < SPEEDS[-1]:
                offers.add(Action.FASTER)
            if shown.speed > SPEEDS[0]:
                offers.add(Action.SLOWER)
        return frozenset(offers)

    def changed(self) -> None:
        self.footer.take(self.situation())

    def act(self, action: Action) -> bool:
        shown = self.pane.shown
        if action in _STEPS:
            self._go(shown.number + _STEPS[action])
            return True
        match action:
            case Action.HOME:
                self._go(0)
            case Action.END:
                self._go(self._count - 1)
            case Action.PLAY:
                self._play(not shown.playing)
            case Action.FASTER:
                self._set_speed(1)
            case Action.SLOWER:
                self._set_speed(-1)
            case _:
                return move(self.pane, action)
        return True

    def _go(self, number: int) -> None:
        """To an event by hand: playing goes on from there, if it does."""
        self.pane.go_to(replace(self.pane.shown, number=max(0, min(number, self._count - 1))))
        if self.pane.shown.playing:
            self._wait()

    def _set_speed(self, by: int) -> None:
        place = SPEEDS.index(self.pane.shown.speed) + by
        self.pane.go_to(replace(self.pane.shown, speed=SPEEDS[place]))
        if self.pane.shown.playing:
            self._wait()

    def _play(self, on: bool) -> None:
        at_end = self.pane.shown.number >= self._count - 1
        self.pane.go_to(replace(self.pane.shown, playing=on, number=0 if on and at_end else self.pane.shown.number))
        self._wait()

    def _wait(self) -> None:
        """For the next event, if it plays."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        shown = self.pane.shown
        if not shown.playing:
            return
        stop = next_stop(self._seconds, shown.number, shown.speed)
        if stop is None:
            self.pane.go_to(replace(shown, playing=False))
            self.changed()
            return
        self._timer = self.set_timer(stop.wait_s, lambda: self._arrive(stop.number))

    def _arrive(self, number: int) -> None:
        self.pane.go_to(replace(self.pane.shown, number=number))
        self.changed()
        self._wait()
