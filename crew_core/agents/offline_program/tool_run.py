"""Running one tool: its own session, a limit of time and of memory, and nothing of it left afterwards."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.offline_program.interruption import Interruption
from crew_core.store.identity import real_identities
from crew_core.store.sweep import sweep_orphans

#: A leader that has ended may have left its output in the pipe; a child that holds the pipe gets no longer.
GRACE_S = 0.3

#: A wake-up that is lost costs so much at most.
_LOOK_S = 0.25

#: With both pipes at their end the process is about to go; where no signal tells of it, this is what it costs.
_LAST_LOOK_S = 0.01

_PIECE_BYTES = 65_536
_ERROR_BYTES = 2_000


class Ended(StrEnum):
    """Why the tool does not run any more."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    INTERRUPTED = "interrupted"
    SAID_ENOUGH = "said enough"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True)
class ToolRun:
    """``status`` is the exit status, negative for a signal, None when it did not end by itself."""

    ended: Ended
    status: int | None
    output: bytes
    error: str
    duration_s: float

    @property
    def ok(self) -> bool:
        return self.ended is Ended.FINISHED and self.status == 0


@dataclass(frozen=True, slots=True)
class Limits:
    """``whole``: the first ``room_bytes`` of stdout are wanted and no more; else head and tail of both streams."""

    timeout_s: float
    room_bytes: int
    whole: bool


class _First:
    """The first bytes of an output."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept = bytearray()
        self.full = False

    def add(self, data: bytes) -> None:
        self._kept += data[: self._room - len(self._kept)]
        self.full = self.full or len(self._kept) >= self._room

    def text(self) -> bytes:
        return bytes(self._kept)


def run_tool(
    argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits, interruption: Interruption
) -> ToolRun:
    """Run it to its end, or until a limit is reached. Main thread only."""
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if limits.whole else subprocess.STDOUT,
            start_new_session=True,
            close_fds=True,
        )
    except (OSError, ValueError) as error:
        return ToolRun(Ended.NOT_STARTED, None, b"", str(error), time.monotonic() - began)
    kept = _First(limits.room_bytes) if limits.whole else HeadAndTail(limits.room_bytes)
    errors = HeadAndTail(_ERROR_BYTES)
    try:
        ended = _read(process, kept, errors, began + limits.timeout_s, interruption)
    finally:
        _end_all(process, swept=not limits.whole)
    status = process.returncode if ended is Ended.FINISHED else None
    told = errors.text().decode("utf-8", "replace").strip()
    return ToolRun(ended, status, kept.text(), told, time.monotonic() - began)


def _read(
    process: subprocess.Popen[bytes],
    kept: _First | HeadAndTail,
    errors: HeadAndTail,
    deadline: float,
    interruption: Interruption,
) -> Ended:
    """Read until both pipes end or a reason to stop comes."""
    gone_at: float | None = None
    with selectors.DefaultSelector() as selector:
        pipes = 0
        for pipe, sink in ((process.stdout, kept), (process.stderr, errors)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, sink)
                pipes += 1
        selector.register(interruption, selectors.EVENT_READ, None)
        while pipes or process.poll() is None:
            now = time.monotonic()
            if process.poll() is not None:
                gone_at = gone_at or now
                if now - gone_at > GRACE_S:
                    break
            if interruption.asked:
                return Ended.INTERRUPTED
            if now >= deadline:
                return Ended.TIMED_OUT
            if isinstance(kept, _First) and kept.full:
                return Ended.SAID_ENOUGH
            wait_s = min(_LOOK_S if pipes else _LAST_LOOK_S, deadline - now)
            pipes -= _take(selector, wait_s, interruption)
    return Ended.FINISHED


def _take(selector: selectors.BaseSelector, wait_s: float, interruption: Interruption) -> int:
    """Move what has come into its sink; returns how many pipes have ended."""
    ended = 0
    for key, _ in selector.select(wait_s):
        if key.data is None:
            interruption.drain()
            continue
        data = os.read(key.fd, _PIECE_BYTES)
        if data:
            key.data.add(data)
        else:
            selector.unregister(key.fileobj)
            ended += 1
    return ended


def _end_all(process: subprocess.Popen[bytes], *, swept: bool) -> None:
    """Kill what is left of the tool: its group, and whoever left the group and is below this process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        # Once the leader is reaped its number may belong to somebody else.
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if swept:
        # Where the process table cannot be read the group was all that could be ended.
        with contextlib.suppress(OSError):
            sweep_orphans(real_identities(), keep=())
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
