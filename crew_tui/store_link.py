"""Between the store thread and the panes: starts the observer, brings its slices to the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from crew_core.observe.bus import Bus
from crew_core.observe.slices import SliceName


class Source(Protocol):
    """What the dashboard asks of an observer."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    def select(self, run_dir: Path | None) -> None: ...

    def show_output(self, task_id: str | None) -> None: ...

    def refresh(self) -> None: ...


Publish = Callable[[dict[SliceName, object]], None]
MakeSource = Callable[[Publish], Source]


def observing(roots: Sequence[Path], backend: str) -> MakeSource:
    """The real observer. Imported when it is made: watchers and readers are not needed for the first frame."""

    def make(publish: Publish) -> Source:
        from crew_core.observe.observer import Observer

        return Observer(roots, publish, backend=backend)

    return make


class StoreLink:
    """Owns the observer for the life of the screen. Everything here runs on the loop except `publish`."""

    def __init__(
        self,
        make: MakeSource,
        call_later: Callable[[Callable[[], None]], object],
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        """:param call_later: runs a callback on the loop where an exception in it is the program's own.
        :param opened: called when the first frame is painted and the source is started.
        """
        self._make = make
        self._call_later = call_later
        self._opened = opened
        self._source: Source | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wanted: tuple[Path | None, str | None] = (None, None)
        self.bus = Bus(self.run_soon)

    def run_soon(self, callback: Callable[[], None]) -> None:
        """Hand `callback` to the loop, from any thread. After its end nobody is there to be told."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(partial(self._call_later, callback))

    def open(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._source = self._make(self.bus.publish)
        self._source.start()
        run_dir, task_id = self._wanted
        if run_dir is not None:
            self._source.select(run_dir)
            self._source.show_output(task_id)
        self._opened()

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            self._source = None

    def select(self, run_dir: Path | None) -> None:
        self._wanted = (run_dir, None)
        if self._source is not None:
            self._source.select(run_dir)

    def show_output(self, task_id: str | None) -> None:
        self._wanted = (self._wanted[0], task_id)
        if self._source is not None:
            self._source.show_output(task_id)

    def refresh(self) -> None:
        if self._source is not None:
            self._source.refresh()
