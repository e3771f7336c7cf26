"""The agent's stdin: what it is sent waits here until it reads it."""

from __future__ import annotations

import os
import selectors

#: So much may wait besides the prompt; then the agent's output waits too, until it has read.
WAITING_BYTES = 1 << 20


class AgentInput:
    """Never blocks. A program that closed its stdin, or has none, does not want what is sent."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._fd: int | None = None
        self._waiting = bytearray()
        self._limit = WAITING_BYTES
        self._closing = False

    def attach(self, fd: int | None, prompt: bytes, *, close: bool) -> None:
        self._fd = fd
        self._limit += len(prompt)
        self.send(prompt, close=close)

    @property
    def full(self) -> bool:
        """Whoever makes us send more has to read first."""
        return len(self._waiting) > self._limit

    def send(self, data: bytes, *, close: bool = False) -> None:
        """Send now what fits into the pipe, the rest when it is read; ``close`` ends its stdin after that."""
        if self._fd is None or self._closing:
            return
        self._closing = close
        self._waiting += data
        self._write()

    def _write(self) -> None:
        if self._fd is None:
            return
        try:
            while self._waiting:
                del self._waiting[: os.write(self._fd, self._waiting)]
        except BlockingIOError:
            self._listen(self._fd)
            return
        except OSError:
            # It closed its stdin: what it does not read it does not want.
            self.close()
            return
        self._deafen(self._fd)
        if self._closing:
            self.close()

    def _listen(self, fd: int) -> None:
        if fd not in self._selector.get_map():
            self._selector.register(fd, selectors.EVENT_WRITE, self._write)

    def _deafen(self, fd: int) -> None:
        if fd in self._selector.get_map():
            self._selector.unregister(fd)

    def close(self) -> None:
        """Nothing more is sent."""
        self._waiting.clear()
        if self._fd is not None:
            fd, self._fd = self._fd, None
            self._deafen(fd)
            os.close(fd)
