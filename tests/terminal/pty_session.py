"""A program in a pseudo-terminal of its own: start it, press keys, read its screen, resize it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import psutil
import pyte

#: Questions to the terminal that pyte would print instead of ignoring (keyboard protocol, version).
_NOT_FOR_PYTE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]*\$p|\x1bP[^\x1b]*\x1b\\")

ENTER_SCREEN, LEAVE_SCREEN = b"\x1b[?1049h", b"\x1b[?1049l"
SHOW_CURSOR, HIDE_CURSOR = b"\x1b[?25h", b"\x1b[?25l"


class PtySession:
    """Use it as a context: at its end the program and its process group are gone.

    `raw` is every byte that the program wrote to the terminal. stderr goes there as well.
    """

    def __init__(self, argv: Sequence[str], env: Mapping[str, str], size: tuple[int, int] = (80, 24)) -> None:
        self._primary, self._secondary = pty.openpty()
        self._set_size(*size)
        self.settings_before = termios.tcgetattr(self._secondary)
        self.raw = b""
        self._kept = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._process = subprocess.Popen(
            argv,
            stdin=self._secondary,
            stdout=self._secondary,
            stderr=self._secondary,
            env={"TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none", **env},
            start_new_session=True,
        )

    def __enter__(self) -> PtySession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        if self._primary >= 0:
            os.close(self._primary)
            os.close(self._secondary)

    def _set_size(self, width: int, height: int) -> None:
        fcntl.ioctl(self._primary, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def resize(self, width: int, height: int) -> None:
        """As when the person drags the window."""
        self._set_size(width, height)
        self._screen.resize(height, width)
        os.killpg(self._process.pid, signal.SIGWINCH)

    def press(self, keys: str) -> None:
        os.write(self._primary, keys.encode())

    def send(self, signal_number: int) -> None:
        self._process.send_signal(signal_number)

    def wait_until_suspended(self) -> None:
        """As by Ctrl-Z; with the rest of what it wrote before."""
        self.wait_until(self._is_stopped, "a suspended program")
        self.settle(0.05)

    def settle(self, quiet_s: float = 0.3) -> None:
        """Until it writes nothing for so long: a form that still grows is painted in parts."""
        while self._read(quiet_s):
            pass
        self._flush()

    def _is_stopped(self) -> bool:
        return psutil.Process(self._process.pid).status() == psutil.STATUS_STOPPED

    def hang_up(self) -> int:
        """The window is closed; the exit status."""
        os.close(self._secondary)
        os.close(self._primary)
        self._primary = self._secondary = -1
        return self._process.wait(20)

    def lines(self) -> list[str]:
        """What stands on the screen."""
        return [line.rstrip() for line in self._screen.display]

    def text(self) -> str:
        return "\n".join(self.lines())

    def _read(self, patience_s: float) -> bool:
        if not select.select([self._primary], [], [], patience_s)[0]:
            return False
        data = os.read(self._primary, 65_536)
        self.raw += data
        # A sequence may be cut where a read ends: keep an unfinished one for the next.
        self._kept += data
        cut = self._kept.rfind(b"\x1b", max(0, len(self._kept) - 32))
        whole, self._kept = (self._kept[:cut], self._kept[cut:]) if cut >= 0 else (self._kept, b"")
        self._stream.feed(_NOT_FOR_PYTE.sub(b"", whole))
        return True

    def wait_until(self, true: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
        """Read on until `true`; fails with the screen."""
        deadline = time.monotonic() + timeout_s
        while not true():
            if not self._read(0.05):
                self._flush()
            if time.monotonic() > deadline:
                raise AssertionError(f"never: {what}. On the screen:\n{self.text()}")

    def _flush(self) -> None:
        if self._kept:
            self._stream.feed(_NOT_FOR_PYTE.sub(b"", self._kept))
            self._kept = b""

    def wait_for(self, words: str, timeout_s: float = 20.0) -> None:
        self.wait_until(lambda: words in self.text(), f"{words!r} on the screen", timeout_s)

    def wait_without(self, words: str) -> None:
        self.wait_until(lambda: words not in self.text(), f"{words!r} off the screen")

    def exit_status(self) -> int:
        """Wait for the end and take the rest of what it wrote."""
        self.wait_until(lambda: self._process.poll() is not None, "the end of the program")
        while self._read(0.05):
            pass
        self._flush()
        return self._process.returncode

    @property
    def settings(self) -> list[object]:
        return list(termios.tcgetattr(self._secondary))

    def is_clean(self) -> bool:
        """The alternate screen is left, if it was entered; the cursor is visible, the line settings are as before."""
        left = self.raw.rfind(LEAVE_SCREEN) >= self.raw.rfind(ENTER_SCREEN)
        visible = self.raw.rfind(SHOW_CURSOR) >= self.raw.rfind(HIDE_CURSOR)
        return left and visible and self.settings == self.settings_before

    def after_screen(self) -> str:
        """What is written when the alternate screen has been left: what the person finds in the shell."""
        rest = self.raw.rpartition(LEAVE_SCREEN)[2]
        return (
            re.sub(r"\x1b\[[0-9;?<>=]*[a-zA-Z]|\x1b\][^\x07]*\x07", "", rest.decode(errors="replace"))
            .replace("\r", "")
            .strip()
        )
