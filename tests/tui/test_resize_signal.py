"""However fast the terminal's sizes follow each other, the last one that is told is the last one."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from crew_tui.resize_signal import take_in_order


@pytest.fixture(autouse=True)
def _handler_before() -> Iterator[None]:
    before = signal.getsignal(signal.SIGWINCH)
    yield
    signal.signal(signal.SIGWINCH, before)


class Window:
    """Reads its size and then tells it; in between, the next sizes come."""

    def __init__(self, *sizes: int, twice: bool = False) -> None:
        self._sizes = list(sizes)
        self._now = 0
        self._twice = twice
        self.told: list[int] = []

    def drag(self) -> None:
        self._now = self._sizes.pop(0)
        signal.raise_signal(signal.SIGWINCH)

    def handle(self, _number: int, _frame: FrameType | None) -> None:
        size = self._now
        while self._sizes:
            self.drag()
            if not self._twice:
                break
        self.told.append(size)


def test_the_last_size_is_told_last() -> None:
    for twice in (False, True):
        window = Window(1, 2, 3, 4, twice=twice)
        signal.signal(signal.SIGWINCH, window.handle)
        take_in_order()
        window.drag()
        assert window.told[-1] == 4
        assert window.told == sorted(window.told)


def test_without_it_an_older_size_is_told_last() -> None:
    window = Window(1, 2, 3, 4)
    signal.signal(signal.SIGWINCH, window.handle)
    window.drag()
    assert window.told[-1] == 1


def test_no_handler_stays_none() -> None:
    signal.signal(signal.SIGWINCH, signal.SIG_DFL)
    take_in_order()
    assert signal.getsignal(signal.SIGWINCH) is signal.SIG_DFL
