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

    def numbered(self, prefix: str, count: int) -> list[float]:
        """When ``prefix`` was written with 0, 1, 2 … in five digits, up to ``count``. A number that is passed over, as
        the next picture shows a later one already, counts with that one.

        :raises TimeoutError: no later one came.
        """
        signs = [*(re.escape(sign).encode() for sign in prefix), *[rb"\d"] * 5]
        # Whatever styles are set between them.
        wanted = re.compile((b"(?:" + _CONTROL.pattern + b")*").join(signs))
        seen: list[float] = []
        deadline = time.perf_counter() + PATIENCE_S
        while len(seen) < count:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{prefix}{len(seen):05} did not come; the end: {self.raw[-2000:]!r}")
            at = self.take(0.5)
            found = list(wanted.finditer(self.raw))
            if at is None or not found:
                continue
            # Only behind the last one: the beginning of the next may be there already.
            self.raw = self.raw[found[-1].end() :]
            newest = max(int(_CONTROL.sub(b"", each[0])[-5:]) for each in found)
            if newest >= len(seen):
                seen += [at] * (newest + 1 - len(seen))
                deadline = at + PATIENCE_S
        return seen

    def settle(self, quiet_s: float = 0.5) -> None:
        """Until nothing is written any more."""
        while self.take(quiet_s) is not None:
            pass
