"""Messages from the worker: each file in ``out/new`` goes into the attempt's events once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from crew_core.model.attempt import OutMessage
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store import maildir
from crew_core.store.errors import StoreError
from crew_core.store.fs import Fs

#: A message is for people and other agents; anything longer belongs into a file.
LONGEST_MESSAGE_BYTES = 1 << 20


class Outbox:
    """``new`` yields what is to be recorded; ``taken`` is called when that is durable."""

    def __init__(self, fs: Fs, directory: Path) -> None:
        self._fs = fs
        self._directory = directory
        self._known: set[str] = set()
        self._recorded: list[str] = []
        self.count = 0

    def new(self) -> Iterator[AgentEvent]:
        """Messages that wait, and a notice for each file that is none."""
        for name in maildir.pending(self._directory):
            event = self._read(name)
            self._recorded.append(name)
            if event is None:
                continue
            if event.kind is Kind.MESSAGE:
                self._known.add(event.id)
                self.count += 1
            yield event

    def _read(self, name: str) -> AgentEvent | None:
        try:
            data = maildir.read(self._directory, name, LONGEST_MESSAGE_BYTES)
            message = msgspec.json.decode(data, type=OutMessage)
        except FileNotFoundError:
            return None
        except (msgspec.DecodeError, StoreError, OSError) as error:
            return AgentEvent(kind=Kind.NOTICE, text=f"{name} in CREW_OUT is no message: {error}")
        if message.id in self._known:
            return None
        return AgentEvent(
            kind=Kind.MESSAGE, id=message.id, to=message.to, text=message.text, data={"kind": message.kind}
        )

    def taken(self) -> None:
        recorded, self._recorded = self._recorded, []
        for name in recorded:
            maildir.remove(self._fs, self._directory, name)
