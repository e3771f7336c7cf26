"""Some lines that are rewritten where they stand, below what the terminal shows already; no alternate screen."""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, TextIO

from rich.cells import cell_len

from crew_tui.cli.printing import Screen
from crew_tui.lines import Line

_HIDE_CURSOR, _SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
_ERASE_LINE, _ERASE_BELOW = "\x1b[2K", "\x1b[J"


class TerminalLines:
    """Use it as a context: at its end the lines stay, with the cursor below them, and the terminal is as before.

    What a person types meanwhile is not echoed into the lines, and not left to the shell.
    """

    def __init__(self, out: TextIO, screen: Screen) -> None:
        self._out = out
        self._screen = screen
        self._shown: list[str] = []
        self._cells: list[int] = []
        self._size = (0, 0)
        self._settings: list[Any] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Columns that may be written to, and rows. The last column stays empty: there terminals wrap as they like."""
        try:
            columns, rows = os.get_terminal_size(self._out.fileno())
        except OSError:
            columns, rows = 80, 24
        return max(1, columns - 1), max(1, rows)

    def __enter__(self) -> TerminalLines:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.give_back()

    def take(self) -> None:
        """The lines begin where the cursor is."""
        self._shown, self._cells = [], []
        self._settings = _echo_off()
        self._out.write(_HIDE_CURSOR)

    def give_back(self) -> None:
        """The shell goes on below the lines."""
        # The terminal itself may be gone.
        with suppress(OSError):
            self._out.write(("\r\n" if self._shown else "") + _SHOW_CURSOR)
            self._out.flush()
        if self._settings is not None:
            _restore(self._settings)
            self._settings = None

    def show(self, lines: Sequence[Line]) -> None:
        """Rewrite those that differ; all of them when the terminal has another size now."""
        size = self.size
        painted = [self._painted(each) for each in lines]
        if size != self._size or len(painted) != len(self._shown):
            written = self._to_top(size[0]) + _ERASE_BELOW + "\r\n".join(painted)
        elif painted == self._shown:
            return
        else:
            changed = ("" if new == old else _ERASE_LINE + new for new, old in zip(painted, self._shown, strict=True))
            written = self._to_top(size[0]) + "\r\n".join(changed)
        self._shown, self._size = painted, size
        self._cells = [cell_len(each.text.rstrip()) for each in lines]
        self._out.write(written)
        self._out.flush()

    def _painted(self, line: Line) -> str:
        instead = self._screen.instead
        return "".join(self._screen.painted((text.translate(instead), tone)) for text, tone in line.pieces).rstrip()

    def _to_top(self, columns: int) -> str:
        """From the end of the last line. Where the terminal became narrower, it has broken the longer lines anew."""
        if not self._shown:
            return "\r"
        rows = sum(max(1, -(-cells // (columns + 1))) for cells in self._cells)
        return f"\x1b[{rows - 1}A\r" if rows > 1 else "\r"


def _echo_off() -> list[Any] | None:
    """The settings as they were; None where there is nothing to change, or the terminal is another program's."""
    try:
        descriptor = sys.stdin.fileno()
        if not os.isatty(descriptor) or os.tcgetpgrp(descriptor) != os.getpgrp():
            return None
        before = termios.tcgetattr(descriptor)
        quiet = [*before]
        quiet[3] &= ~(termios.ECHO | termios.ECHONL)
        termios.tcsetattr(descriptor, termios.TCSANOW, quiet)
    except (AttributeError, OSError, ValueError, termios.error):
        return None
    return before


def _restore(settings: list[Any]) -> None:
    descriptor = sys.stdin.fileno()
    with suppress(OSError, termios.error):
        termios.tcflush(descriptor, termios.TCIFLUSH)
        termios.tcsetattr(descriptor, termios.TCSANOW, settings)
