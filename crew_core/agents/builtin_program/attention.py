"""What may come from outside while the program works: words of the person on stdin, and signals."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple

from crew_core.agents.builtin_program.failure import Ended

_PIECE_BYTES = 65_536

KINDS = frozenset({"message", "steer", "interrupt", "answer"})


class Said(NamedTuple):
    """One thing that a person sent: a ``Steer`` of ``model/steering.py``."""

    id: str
    kind: str
    text: str
    asked: str
    decision: str


class Interrupted(Exception):
    """What is under way is to stop; the conversation goes on."""

    def __init__(self, said: Said) -> None:
        super().__init__(said.text)
        self.said = said


class Attention:
    """Whoever waits, waits by ``wait``; whoever works for long calls ``look`` from time to time. Main thread only.

    ``steers`` are for as soon as possible, ``messages`` for when the turn is over.
    """

    def __init__(self, stdin: int = 0) -> None:
        self._stdin = stdin
        self._heard = bytearray()
        self._interrupts: deque[Said] = deque()
        self._answers: dict[str, Said] = {}
        self._ended = False
        self._wake, self._woken = os.pipe()
        for fd in (self._wake, self._woken):
            os.set_blocking(fd, False)
        #: Nobody can say anything any more.
        self.deaf = False
        self.steers: deque[Said] = deque()
        self.messages: deque[Said] = deque()

    def install(self, terminate: Callable[[], object]) -> None:
        """:param terminate: called at SIGTERM, from wherever the program is; it must end the process."""
        signal.signal(signal.SIGTERM, lambda number, frame: terminate())
        signal.signal(signal.SIGINT, self._end)
        # Only its wake-up counts.
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ended = True

    def wait(self, *fds: int, timeout_s: float | None = None) -> list[int]:
        """Those that are readable; none when the time is over or something else has happened.

        :raises Interrupted: the person wants something else. :raises Ended: somebody wants an end.
        """
        self._raise()
        ears = (self._wake,) if self.deaf else (self._wake, self._stdin)
        ready, _, _ = select.select([*fds, *ears], [], [], timeout_s)
        if self._wake in ready:
            self._drain()
        if self._stdin in ready and not self.deaf:
            self._hear()
        self._raise()
        return [fd for fd in fds if fd in ready]

    def look(self) -> None:
        """Take what has come, without waiting; raises as ``wait`` does."""
        self.wait(timeout_s=0)

    def sleep(self, seconds: float) -> None:
        """Raises as ``wait`` does."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.wait(timeout_s=left)

    def answer(self, ask: str) -> Said | None:
        """Wait for it; None when nobody can give it any more. Raises as ``wait`` does."""
        while ask not in self._answers:
            if self.deaf:
                return None
            self.wait()
        return self._answers.pop(ask)

    def _raise(self) -> None:
        if self._ended:
            raise Ended
        if self._interrupts:
            raise Interrupted(self._interrupts.popleft())

    def _drain(self) -> None:
        try:
            while os.read(self._wake, 4096):
                pass
        except BlockingIOError:
            return

    def _hear(self) -> None:
        data = os.read(self._stdin, _PIECE_BYTES)
        self.deaf = not data
        self._heard += data
        *lines, rest = self._heard.split(b"\n")
        self._heard = rest
        for line in lines:
            said = understood(bytes(line))
            if said is None:
                print(f"not understood on stdin: {line[:200]!r}", file=sys.stderr)  # noqa: T201 - for stderr.log
            else:
                self._take(said)

    def _take(self, said: Said) -> None:
        match said.kind:
            case "steer":
                self.steers.append(said)
            case "message":
                self.messages.append(said)
            case "interrupt":
                self._interrupts.append(said)
            case _:
                self._answers[said.asked] = said


def understood(line: bytes) -> Said | None:
    """None: it is nothing that a person can send."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("kind") not in KINDS:
        return None
    fields = [told.get(name) or "" for name in Said._fields]
    return Said(*fields) if all(isinstance(field, str) for field in fields) else None
