"""Keys that cannot be understood before the selected run is read: they wait for it, in their order."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.timer import Timer

from crew_tui.screens.keyed import KeyedScreen

#: A run takes some milliseconds to read. What takes longer than this is slow, and its keys are given up aloud.
_PATIENCE_S = 1.0


class HeldKeys:
    """Without it a key that comes before the run, as by hands that know the way, would be lost."""

    def __init__(self, screen: KeyedScreen, unread: Callable[[], bool]) -> None:
        """:param screen: where they were pressed.
        :param unread: the selected run is not known yet."""
        self._screen = screen
        self._unread = unread
        self._keys: list[str] = []
        self._patience: Timer | None = None

    def take(self, key: str) -> bool:
        """Keep it, if it or one before it has no meaning yet."""
        screen = self._screen
        if not self._keys and not (self._unread() and screen.keymap.find(key, screen.situation()) is None):
            return False
        self._hold(key)
        return True

    def go_on(self) -> None:
        """The run may have been read."""
        if self._keys and not self._unread():
            # Later: of run and tasks, which come together, only one may have been taken by now.
            self._screen.call_later(self._release)

    def _hold(self, key: str) -> None:
        if not self._keys:
            self._patience = self._screen.set_timer(_PATIENCE_S, self._give_up)
        self._keys.append(key)

    def _release(self) -> None:
        if self._unread():
            return
        for key in self._taken():
            # What the one before it has opened is its place now; where that has selected another run, it waits again.
            if self._screen.app.screen is self._screen:
                self._screen.action_press(key)
            else:
                self._screen.app.post_message(events.Key(key, key if len(key) == 1 else None))

    def _give_up(self) -> None:
        if self._taken():
            self._screen.app.notify("the run is still being read: press again when it is there", markup=False)

    def _taken(self) -> list[str]:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        keys, self._keys = self._keys, []
        return keys
