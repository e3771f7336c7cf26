"""The least that Textual can do, as the baseline of the dashboard: one line of text, or the last line of a file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from inotify_simple import INotify, flags
from textual.app import App, ComposeResult
from textual.widgets import Static


class Bare(App[None]):
    """Shows ``bare ready``; given a file, its last line whenever inotify says that it grew."""

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self._file = file
        self._shown = Static("bare ready", markup=False)

    def compose(self) -> ComposeResult:
        yield self._shown

    def on_mount(self) -> None:
        if self._file is None:
            return
        self._inotify = INotify(nonblocking=True)
        self._inotify.add_watch(self._file, flags.MODIFY)
        self._open = self._file.open()
        asyncio.get_running_loop().add_reader(self._inotify.fileno(), self._grew)

    def _grew(self) -> None:
        self._inotify.read(timeout=0)
        lines = self._open.read().splitlines()
        if lines:
            self._shown.update(lines[-1])


if __name__ == "__main__":
    Bare(Path(sys.argv[1]) if len(sys.argv) > 1 else None).run()
