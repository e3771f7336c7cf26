"""Signals as something that a selector sees: an ended child, and that we are told to end."""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket


class Wakeups:
    """Belongs to the main thread. ``told_to_end`` is set by SIGTERM, SIGINT and SIGHUP."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self.told_to_end = False
        self._ours, self._kernels = socket.socketpair()
        self._ours.setblocking(False)
        self._kernels.setblocking(False)
        signal.set_wakeup_fd(self._kernels.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._told)
        selector.register(self._ours, selectors.EVENT_READ, self._drain)

    def _told(self, number: int, frame: object) -> None:
        self.told_to_end = True

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._ours.recv(4096):
                pass
