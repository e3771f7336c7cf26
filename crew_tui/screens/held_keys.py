"""Keys that cannot be understood before the selected run is read: they wait for it, in their order."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer

#: A run takes some milliseconds to read. What takes longer than this is slow, and its keys are given up aloud.
_PATIENCE_S = 1.0


class HeldKeys:
    """Without it a key that comes before the run, as by hands that know the way, would be lost."""

    def __init__(
        self,
        set_timer: Callable[[float, Callable[[], None]], Timer],
        press: Callable[[str], None],
        given_up: Callable[[], None],
    ) -> None:
        """:param set_timer: calls back once, after so many seconds.
        :param press: does what would have been done with a key.
        :param given_up: tells the person that what they pressed was not done."""
        self._set_timer = set_timer
        self._press = press
        self._given_up = given_up
        self._keys: list[str] = []
        self._patience: Timer | None = None

    @property
    def waiting(self) -> bool:
        return bool(self._keys)

    def hold(self, key: str) -> None:
        if not self._keys:
            self._patience = self._set_timer(_PATIENCE_S, self._give_up)
        self._keys.append(key)

    def release(self) -> None:
        """The run is read."""
        for key in self._taken():
            self._press(key)

    def _give_up(self) -> None:
        if self._taken():
            self._given_up()

    def _taken(self) -> list[str]:
        if self._patience is not None:
            self._patience.stop()
            self._patience = None
        keys, self._keys = self._keys, []
        return keys
