"""The agent's stdout and stderr: read as far as somebody wants it, and closed in time when other hands hold them."""

from __future__ import annotations

import fcntl
import os
import selectors
import struct
import termios
from collections.abc import Callable
from functools import partial

from crew_core.agents.protocol import Reaction
from crew_core.worker.launch import Agent
from crew_core.worker.stream import Stream

CHUNK_BYTES = 65_536

#: After the leader ended: how long its pipes may stay open in other hands (design §6).
DRAIN_S = 0.5


class Pump:
    """Two pipes, one chunk at a time each, into the stream."""

    def __init__(self, selector: selectors.BaseSelector, stream: Stream, react: Callable[[Reaction], None]) -> None:
        self._selector = selector
        self._stream = stream
        self._react = react
        self._pipes: dict[int, str] = {}
        self._held = False
        #: When our ends are closed; None as long as the leader lives.
        self.closes_at: float | None = None

    def attach(self, agent: Agent) -> None:
        self._pipes = {agent.stdout: "stdout", agent.stderr: "stderr"}
        self._listen()

    @property
    def open(self) -> bool:
        return bool(self._pipes)

    def hold(self, held: bool) -> None:
        """Stop reading, or read again. An agent whose pipe is full waits."""
        self._held = held
        self._listen()

    def _listen(self) -> None:
        for fd in self._pipes:
            registered = fd in self._selector.get_map()
            if not self._held and not registered:
                self._selector.register(fd, selectors.EVENT_READ, partial(self._read, fd))
            elif self._held and registered:
                self._selector.unregister(fd)

    def _read(self, fd: int) -> None:
        # The other pipe may have filled the disk, or have been closed with this one, in the same round.
        if fd in self._pipes and not self._stream.pending:
            self._take(fd, CHUNK_BYTES)

    def _take(self, fd: int, size: int) -> int:
        """Pass on what is there, at most ``size`` bytes; returns how many. At its end the pipe is closed."""
        try:
            data = os.read(fd, size)
        except BlockingIOError:
            return 0
        if not data:
            self._close(fd)
        elif self._pipes[fd] == "stdout":
            self._react(self._stream.stdout(data))
        else:
            self._stream.stderr(data)
        return len(data)

    def finish(self, now: float) -> None:
        """The leader is gone: whoever else holds its pipes gets half a second from the first call on."""
        if self.closes_at is None:
            self.closes_at = now + DRAIN_S
        if now < self.closes_at:
            return
        for fd in list(self._pipes):
            self._take_rest(fd)
        if not self._stream.pending:
            self.close()

    def wait(self) -> None:
        """The half second begins anew: nobody reads now."""
        self.closes_at = None

    def _take_rest(self, fd: int) -> None:
        """What lies in the pipe now, and not what is still being written into it."""
        left = _unread(fd)
        while left > 0 and fd in self._pipes and not self._stream.pending:
            taken = self._take(fd, min(left, CHUNK_BYTES))
            left = left - taken if taken else 0

    @property
    def unread(self) -> int:
        """Bytes that lie in the pipes."""
        return sum(map(_unread, self._pipes))

    def close(self) -> None:
        for fd in list(self._pipes):
            self._close(fd)
        self.closes_at = None

    def _close(self, fd: int) -> None:
        if fd in self._selector.get_map():
            self._selector.unregister(fd)
        del self._pipes[fd]
        os.close(fd)


def _unread(fd: int) -> int:
    (size,) = struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, b"\0" * 4))
    return int(size)
