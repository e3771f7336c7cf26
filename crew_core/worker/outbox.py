"""Messages from the worker: each file in ``out/new`` goes into the attempt's events once."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import msgspec

from crew_core.model.attempt import OutMessage
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store import maildir
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs
from crew_core.worker.stream import Stream

_LOG = logging.getLogger(__name__)

#: A message is for people and other agents; anything longer belongs into a file.
LONGEST_MESSAGE_BYTES = 1 << 20

#: Ids are kept for the life of the worker, to know a message that comes twice.
LONGEST_ID = 128

#: So many are in memory at once.
_BATCH = 8

#: It is the file that is wrong, not the moment; anything else is tried again.
_BAD_FILE = frozenset({errno.ELOOP, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENXIO})


class Outbox:
    """A message is removed when its event is durable; whatever else lies there becomes a notice."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory
        self._known: set[str] = set()
        #: Files that were read and are still there.
        self._handled: set[str] = set()
        self._recorded: list[str] = []
        self._unreadable = False
        self.count = 0

    def take(self, stream: Stream) -> bool:
        """Take all that waits; True when there was a message. Stops where the disk refuses, and goes on later."""
        before = self.count
        while not stream.pending:
            stream.record(self._batch())
            if stream.pending or not self._recorded:
                break
            if stream.sync_events():
                self._remove(self._recorded)
            self._recorded = []
        return self.count > before

    def _batch(self) -> list[AgentEvent]:
        events = []
        for name in self._waiting()[: _BATCH - len(self._recorded)]:
            try:
                event = self._read(name)
            except OSError as error:
                if error.errno not in _BAD_FILE:
                    _LOG.warning("%s: %s", name, error)
                    continue
                event = _no_message(name, error)
            self._handled.add(name)
            self._recorded.append(name)
            if event is not None:
                events.append(event)
        return events

    def _waiting(self) -> list[str]:
        try:
            names = maildir.pending(self._directory)
        except OSError as error:
            # The directory is the agent's: it may have made a file of it.
            if not self._unreadable:
                _LOG.warning("no more messages: %s", error)
            self._unreadable = True
            return []
        return [name for name in names if name not in self._handled]

    def _read(self, name: str) -> AgentEvent | None:
        """The event of one file, None when there is nothing new in it. :raises OSError: it could not be read."""
        try:
            data = maildir.read(self._directory, name, LONGEST_MESSAGE_BYTES)
            message = msgspec.json.decode(data, type=OutMessage)
        except FileNotFoundError:
            return None
        except (ValueError, RecursionError, StoreError) as error:
            # Not JSON, not UTF-8, nested without end, too long.
            return _no_message(name, error)
        if len(message.id) > LONGEST_ID:
            return _no_message(name, f"its id has more than {LONGEST_ID} characters")
        if message.id in self._known:
            return None
        self._known.add(message.id)
        self.count += 1
        return AgentEvent(
            kind=Kind.MESSAGE, id=message.id, to=message.to, text=message.text, data={"kind": message.kind}
        )

    def _remove(self, names: list[str]) -> None:
        for name in names:
            try:
                maildir.remove(self._fs, self._directory, name)
            except OSError as error:
                # It stays, and is not looked at again.
                _LOG.warning("%s: not removed: %s", name, error)
            else:
                self._handled.discard(name)


def _no_message(name: str, why: object) -> AgentEvent:
    # A file's name may hold bytes that are no text.
    told = os.fsencode(f"{name} in CREW_OUT is no message: {why}").decode("utf-8", "replace")
    return AgentEvent(kind=Kind.NOTICE, text=told)
