"""Who may ask for an end: the coordinator by file, the step's timeout, a SIGTERM to us, who removes our directory."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator

import msgspec

from crew_core.model.attempt import ControlMessage, StopRequest
from crew_core.model.status import StopCode, StopVerb
from crew_core.model.steering import Steer
from crew_core.store import maildir
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs
from crew_core.store.layout import AttemptLayout
from crew_core.worker.attempt_directory import AttemptDirectory
from crew_core.worker.wakeups import Wakeups

_LOG = logging.getLogger(__name__)


class Control:
    """Asked each round; a request may come more than once."""

    def __init__(self, fs: Fs, files: AttemptLayout, wakeups: Wakeups) -> None:
        """:raises OSError: the attempt's directory is gone already."""
        self._fs = fs
        self._attempt = AttemptDirectory(files.root)
        self._directory = files.control_new
        self._wakeups = wakeups
        self._timeout_s = 0.0
        #: When the agent has worked too long, on the monotonic clock.
        self.timeout_at = float("inf")
        #: What is to be said to the agent, in the order in which it was sent; taken out by whoever says it.
        self.steers: deque[Steer] = deque()
        #: Everything that it was ever given: after a crash the coordinator gives it again.
        self._known: set[str] = set()

    def limit(self, now: float, timeout_s: float | None) -> None:
        """From now on the agent may work for ``timeout_s`` seconds."""
        if timeout_s is not None:
            self._timeout_s = timeout_s
            self.timeout_at = now + timeout_s

    def no_limit(self) -> None:
        """The agent has ended in time."""
        self.timeout_at = float("inf")

    def abandoned(self) -> bool:
        """The attempt's directory is gone: nobody will read what we leave, and nobody can tell us anything."""
        return self._attempt.gone

    def requests(self, now: float) -> Iterator[StopRequest]:
        yield from self._sent()
        if self.abandoned():
            yield StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "the attempt's directory was removed")
        elif self._wakeups.told_to_end:
            yield StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "the supervisor was told to end")
        elif now >= self.timeout_at:
            self.no_limit()
            yield StopRequest(StopVerb.STOP, StopCode.WORKER_TIMEOUT, f"longer than {self._timeout_s:g} s")

    def _sent(self) -> Iterator[StopRequest]:
        try:
            names = maildir.pending(self._directory)
        except OSError as error:
            _LOG.warning("control: %s", error)
            return
        for name in names:
            try:
                message = self._take(name)
            except (ValueError, RecursionError, StoreError, OSError) as error:
                _LOG.warning("control %s: %s", name, error)
                continue
            if message.steer is not None and message.steer.id not in self._known:
                self._known.add(message.steer.id)
                self.steers.append(message.steer)
            if message.stop is not None:
                yield message.stop

    def _take(self, name: str) -> ControlMessage:
        """Read it, then remove it, whatever it holds."""
        try:
            data = maildir.read(self._directory, name)
        finally:
            maildir.remove(self._fs, self._directory, name)
        return msgspec.json.decode(data, type=ControlMessage)
