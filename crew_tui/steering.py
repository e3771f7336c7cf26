"""What the person asks for, carried out in threads: the screen never waits, and is told the outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

#: A command is on disk within milliseconds, a new run within a second; what is only waited for may be left behind.
_PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a request. `sticky`: it stays until the person has seen it."""

    text: str
    sticky: bool = False
    title: str = ""
    #: What the screen does with the news, on the loop.
    then: Callable[[], None] | None = None


class Steering:
    """Runs requests. `tell` is called on the loop."""

    def __init__(self, tell: Callable[[Told], None], run_soon: Callable[[Callable[[], None]], None]) -> None:
        """:param run_soon: hands a callback to the loop from any thread."""
        self._tell = tell
        self._run_soon = run_soon
        self._threads: list[threading.Thread] = []

    def carry_out(self, request: Callable[[], Told | None]) -> None:
        """A request without news returns None."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=self._work, args=(request,), name="steering", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, request: Callable[[], Told | None]) -> None:
        try:
            told = request()
        except Exception as error:
            from crew_tui import crash

            told = Told(f"{type(error).__name__}: {error}; {crash.record(error)}", sticky=True, title="failed")
        if told is not None:
            self._run_soon(partial(self._tell, told))

    def finish(self) -> None:
        """Let requests under way reach the disk before the program ends."""
        deadline = time.monotonic() + _PATIENCE_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
