"""A program on a pseudo-terminal, with the moment at which something is written to it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType

PATIENCE_S = 30.0

_CONTROL = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]")

DASHBOARD = (str(Path(sys.executable).with_name("crew-tui")),)
BARE = (sys.executable, "-m", "bench.bare_app")


class Screen:
    """``raw`` is what was written since the last ``forget``; styles are taken out before words are looked for."""

    def __init__(
        self,
        argv: Sequence[str],
        size: tuple[int, int] = (120, 40),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.raw = b""
        self._primary, secondary = pty.openpty()
        fcntl.ioctl(self._primary, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            argv,
            stdin=secondary,
            stdout=secondary,
            stderr=secondary,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", **environment},
            start_new_session=True,
        )
        os.close(secondary)

    def __enter__(self) -> Screen:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._primary)

    def press(self, keys: str) -> None:
        os.write(self._primary, keys.encode())

    def forget(self) -> None:
        self.raw = b""

    def take(self, patience_s: float) -> float | None:
        """Read what is there now; returns when that was, None if nothing came."""
        if not select.select([self._primary], [], [], patience_s)[0]:
            return None
        try:
            self.raw += os.read(self._primary, 1 << 20)
        except OSError:
            return None
        return time.perf_counter()

    def until(self, words: str) -> float:
        """When ``words`` were written, as ``time.perf_counter``.

        :raises TimeoutError: they were not.
        """
        wanted = words.encode()
        deadline = time.perf_counter() + PATIENCE_S
        at = time.perf_counter()
        while wanted not in _CONTROL.sub(b"", self.raw):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{words!r} did not come; the end: {self.raw[-2000:]!r}")
            at = self.take(0.5) or at
        return at

    def settle(self, quiet_s: float = 0.5) -> None:
        """Until nothing is written any more."""
        while self.take(quiet_s) is not None:
            pass
