"""Sleeping in the main thread until another thread has news, a signal comes, or the time is over."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable
from types import FrameType
from typing import Any


class Waking:
    """Use it as a context, in the main thread: while it lasts, the given signals only wake it and are kept.
    One that whoever started us has had ignored stays ignored, as a hang-up does under nohup.

    A signal's handler may run between any two instructions, so that all it does is to note the signal; what is to be
    done about it is done where the program is in order. The byte that wakes is written by the interpreter itself: a
    signal that the system gives to another thread does not end a wait of the main one.
    """

    def __init__(self, signals: Iterable[signal.Signals]) -> None:
        self._signals = tuple(signals)
        self._former: dict[signal.Signals, Any] = {}
        self._former_fd = -1
        self._seen: list[int] = []
        self._awake, self._waker = os.pipe()
        os.set_blocking(self._awake, False)
        os.set_blocking(self._waker, False)

    def __enter__(self) -> Waking:
        for each in self._signals:
            if signal.getsignal(each) is not signal.SIG_IGN:
                self._former[each] = signal.signal(each, self._note)
        self._former_fd = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._former_fd)
        for each, former in self._former.items():
            signal.signal(each, former)
        os.close(self._awake)
        os.close(self._waker)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._seen.append(number)

    def wake(self) -> None:
        """End the present or the next `wait`. From any thread."""
        try:
            os.write(self._waker, b"!")
        except OSError:
            # It is full of wake-ups that nobody took yet, or it is over.
            return

    def wait(self, timeout_s: float | None) -> bool:
        """Whether it was woken before the time was over."""
        woken = bool(select.select([self._awake], [], [], timeout_s)[0])
        if woken:
            os.read(self._awake, 4096)
        return woken

    def taken(self) -> frozenset[int]:
        """The signals that have come since the last call."""
        seen, self._seen = self._seen, []
        return frozenset(seen)

    def stop_here(self) -> None:
        """Stop the process as Ctrl-Z does; returns when it goes on."""
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._note)
