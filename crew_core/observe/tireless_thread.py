"""A thread that does what it is asked and sees to the rest; when it fails it tries again, each time after longer."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

_LOG = logging.getLogger(__name__)

#: Before the first and, at last, before every further attempt. After as long without a failure it begins anew.
FIRST_S, MOST_S = 1.0, 30.0


def wait_s(failures: int) -> float:
    """Before the next attempt. :param failures: in a row, at least one."""
    return float(min(MOST_S, FIRST_S * 2 ** min(failures - 1, 16)))


class TirelessThread(ABC):
    """Public methods may be called from any thread, as may ``_ask``; all others belong to this thread."""

    def __init__(self, name: str) -> None:
        self._requests: deque[Callable[[], None]] = deque()
        self._closed = threading.Event()
        self._asked = threading.Event()
        #: In a row.
        self._failures = 0
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; waits for what is under way."""
        self._closed.set()
        self._asked.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join()

    def _ask(self, request: Callable[[], None]) -> None:
        """After a failure this is the next attempt, too: what is asked for may be what helps."""
        self._requests.append(request)
        self._asked.set()
        self._wake()

    def _carry_out(self) -> None:
        while self._requests:
            self._requests.popleft()()

    @abstractmethod
    def _wake(self) -> None:
        """End the sleep of the present turn, or of the next; called from any thread."""

    def _run(self) -> None:
        try:
            while not self._closed.is_set():
                self._work()
        finally:
            self._shut()

    def _work(self) -> None:
        """Until the end or a failure; behind that until it is to be tried again."""
        began = time.monotonic()
        try:
            self._begin()
            while not self._closed.is_set():
                self._turn()
        except Exception as error:
            _LOG.exception("the %s thread failed", self._thread.name)
            self._failures = 1 if time.monotonic() - began >= MOST_S else self._failures + 1
            self._failed(error)
            self._rest()

    def _rest(self) -> None:
        self._asked.clear()
        # What came before that is seen here, what comes later wakes.
        if not self._requests and not self._closed.is_set():
            self._asked.wait(wait_s(self._failures))

    @abstractmethod
    def _begin(self) -> None:
        """Before the first turn, and after each failure."""

    @abstractmethod
    def _turn(self) -> None:
        """Sleep until there is something to do, and do it."""

    @abstractmethod
    def _failed(self, error: Exception) -> None:
        """Tell those who wait. Must not fail itself."""

    @abstractmethod
    def _shut(self) -> None:
        """At the end."""
