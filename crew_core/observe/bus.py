"""From the store thread to the loop: changed slices are gathered and told once for each turn of the loop."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from crew_core.observe.slices import SliceName

Subscriber = Callable[[Any], None]


class Bus:
    """``publish`` may be called from any thread; subscribers run where ``call_soon`` runs its callback."""

    def __init__(self, call_soon: Callable[[Callable[[], None]], object]) -> None:
        self._call_soon = call_soon
        self._lock = threading.Lock()
        self._pending: dict[SliceName, object] = {}
        self._told: dict[SliceName, object] = {}
        self._subscribers: defaultdict[SliceName, list[Subscriber]] = defaultdict(list)

    def subscribe(self, name: SliceName, subscriber: Subscriber) -> None:
        """Be told the newest version of a slice, if there is one, and each new one.

        Of versions that come within one turn only the last is told, in its place: what was published with a slice is
        told behind it also when an older version came before both.
        """
        self._subscribers[name].append(subscriber)
        if name in self._told:
            subscriber(self._told[name])

    def publish(self, changes: dict[SliceName, object]) -> None:
        if not changes:
            return
        with self._lock:
            first = not self._pending
            for name, slice in changes.items():
                # At the end: of another run the events are told behind the run.
                self._pending.pop(name, None)
                self._pending[name] = slice
        if first:
            self._call_soon(self._flush)

    def waiting(self, name: SliceName) -> object | None:
        """The newest version of a slice that has been published and not told yet."""
        with self._lock:
            return self._pending.get(name)

    def _flush(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, {}
        self._told |= pending
        for name, changed in pending.items():
            for subscriber in self._subscribers[name]:
                subscriber(changed)
