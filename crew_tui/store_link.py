"""Between the store thread and the panes: starts the observer, brings its slices to the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crew_core.observe.bus import Bus
from crew_core.observe.slices import Looked, RunsSlice, SliceName, SliceState
from crew_core.ops.scopes import Scope, around

if TYPE_CHECKING:
    from crew_core.observe.tab_slices import LookBack


class Source(Protocol):
    """What the dashboard asks of an observer."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    def select(self, run_dir: Path | None) -> None: ...

    def show_output(self, task_id: str | None) -> None: ...

    def look_back(self, at: LookBack) -> None: ...

    def show(self, names: frozenset[SliceName]) -> None: ...

    def look_closely(self, runs: frozenset[Path]) -> None: ...

    def look_at(
        self, find: Callable[[], Sequence[Path]], runs: Sequence[Path], around: Callable[[], Looked]
    ) -> None: ...

    def read_on(self) -> None: ...

    def refresh(self) -> None: ...


Publish = Callable[[dict[SliceName, object]], None]
MakeSource = Callable[[Publish], Source]
CallLater = Callable[[Callable[[], None]], object]


def observing(scopes: Sequence[Scope], backend: str) -> MakeSource:
    """The real observer of the first of these scopes."""
    scope = scopes[0]

    def make(publish: Publish) -> Source:
        from crew_core.observe.observer import Observer

        return Observer(scope.find, publish, runs=scope.runs, around=partial(around, scope, scopes), backend=backend)

    return make


class StoreLink:
    """Owns the observer for the life of the dashboard. Everything here runs on the loop except `publish`."""

    def __init__(self, scopes: Sequence[Scope], make: MakeSource) -> None:
        """:param scopes: what can be looked at; `make` looks at the first."""
        self.scopes = tuple(scopes)
        self._make = make
        self._call_later: CallLater | None = None
        self._source: Source | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._early: list[Callable[[], None]] = []
        #: Between the look whether there is a loop and what follows from it, there is not suddenly one.
        self._opening = threading.Lock()
        self._heard = threading.Event()
        self._shown: frozenset[SliceName] = frozenset()
        self._close: frozenset[Path] = frozenset()
        self._scope = 0
        self.bus = Bus(self.run_soon)

    def run_soon(self, callback: Callable[[], None]) -> None:
        """Hand `callback` to the loop, from any thread. After its end nobody is there to be told."""
        with self._opening:
            loop = self._loop
            if loop is None:
                self._early.append(callback)
        if loop is None:
            self._heard.set()
        elif not loop.is_closed():
            loop.call_soon_threadsafe(partial(self._on_loop, callback))

    def _on_loop(self, callback: Callable[[], None]) -> None:
        assert self._call_later is not None
        self._call_later(callback)

    def start(self) -> None:
        """Let the store thread read while the program is still being loaded; what it finds waits for `open`."""
        if self._source is None:
            self._source = self._make(self.bus.publish)
            self._source.start()

    def first_runs(self, within_s: float) -> RunsSlice | None:
        """The list of runs as soon as it is read, before there is a loop; None if it takes longer."""
        self._heard.wait(within_s)
        runs = self.bus.waiting(SliceName.RUNS)
        return runs if isinstance(runs, RunsSlice) and runs.state is not SliceState.LOADING else None

    def open(self, call_later: CallLater) -> None:
        """There is a loop now, and panes.

        :param call_later: runs a callback on the loop where an exception in it is the program's own.
        """
        self._call_later = call_later
        with self._opening:
            self._loop = asyncio.get_running_loop()
            early, self._early = self._early, []
        self.start()
        for callback in early:
            callback()

    def close(self) -> None:
        if self._source is not None:
            self._source.close()

    def select(self, run_dir: Path | None) -> None:
        if self._source is not None:
            self._source.select(run_dir)

    def show_output(self, task_id: str | None) -> None:
        if self._source is not None:
            self._source.show_output(task_id)

    def look_back(self, at: LookBack) -> None:
        """What of the output is looked at."""
        if self._source is not None:
            self._source.look_back(at)

    def show(self, names: frozenset[SliceName]) -> None:
        """What is in sight of the selected run; of the rest nothing is read."""
        if names != self._shown and self._source is not None:
            self._shown = names
            self._source.show(names)

    def look_closely(self, runs: frozenset[Path]) -> None:
        """The listed runs that are in sight."""
        if runs != self._close and self._source is not None:
            self._close = runs
            self._source.look_closely(runs)

    @property
    def scope(self) -> Scope:
        return self.scopes[self._scope]

    def next_scope(self) -> Scope:
        """Look at the runs of the next scope from now on."""
        self._scope = (self._scope + 1) % len(self.scopes)
        if self._source is not None:
            scope = self.scope
            self._source.look_at(scope.find, scope.runs, partial(around, scope, self.scopes))
        return self.scope

    def read_on(self) -> None:
        """The first frame is painted: read what was not needed for it."""
        if self._source is not None:
            self._source.read_on()

    def refresh(self) -> None:
        if self._source is not None:
            self._source.refresh()
