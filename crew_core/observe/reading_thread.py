"""A thread that reads one file for a screen: does what it is asked in order, then step by step what is left to do."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable

from crew_core.observe.text_book import why_not

_LOG = logging.getLogger(__name__)

#: How often what was read or found so far is told while there is more: seldom enough that the screen is not busy
#: with it.
TELL_S = 0.05

#: A file that may change is looked at again after this; any other at most this often.
LOOK_AGAIN_S = 1.0


class ReadingThread(ABC):
    """``_ask`` may be called from any thread and returns at once; everything else happens in this one."""

    def __init__(self, name: str, *, may_change: bool = False) -> None:
        self._requests: deque[Callable[[], None]] = deque()
        self._awake = threading.Event()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        #: Its file is looked at again from time to time.
        self._may_change = may_change
        #: When that was done last; whoever looks says so.
        self._looked_at = 0.0

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End the thread; does not wait for it."""
        self._closed = True
        self._awake.set()

    def _ask(self, request: Callable[[], None]) -> None:
        self._requests.append(request)
        self._awake.set()

    def _run(self) -> None:
        try:
            while not self._closed:
                self._turn()
        except Exception:
            # Nobody waits for this thread: its end must not be silent.
            _LOG.exception("%s failed", type(self).__name__)
            self._fail("it cannot be shown: the program's own error, see its log")
        finally:
            self._shut()

    def _turn(self) -> None:
        """One step of what is most urgent; sleep when there is nothing."""
        self._awake.clear()
        if self._closed:
            # Its wake-up may have been the one that was just cleared.
            return
        try:
            while self._requests:
                self._requests.popleft()()
            if not self._step():
                self._awake.wait(LOOK_AGAIN_S if self._may_change else None)
                if self._looks_again() and time.monotonic() - self._looked_at >= LOOK_AGAIN_S:
                    self._look_again()
        except OSError as error:
            self._fail(why_not(error))

    def _looks_again(self) -> bool:
        """Asked when it was woken: whether its file is looked at, unless that was done just now."""
        return self._may_change

    @abstractmethod
    def _step(self) -> bool:
        """Do a bit of what is left to do; False when there is nothing. :raises OSError: the file cannot be read."""

    @abstractmethod
    def _look_again(self) -> None:
        """Look whether the file has changed."""

    @abstractmethod
    def _fail(self, why: str) -> None:
        """It cannot be read, for now or for good: tell the screen."""

    @abstractmethod
    def _shut(self) -> None:
        """Close the file."""
