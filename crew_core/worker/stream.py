"""One agent's output on its way: pipe → raw transcript → adapter → normalized events, in fixed memory."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable

import msgspec
from msgspec.structs import replace

from crew_core.agents.protocol import Finish, Reaction, Session
from crew_core.model.attempt import StopRequest
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.clock import Clock, iso
from crew_core.store.fs import Fs
from crew_core.store.layout import AttemptLayout
from crew_core.worker.progress import ProgressLedger
from crew_core.worker.recording import GrowingFile

_LOG = logging.getLogger(__name__)

CHUNK_BYTES = 65_536
STDERR_TAIL_BYTES = 2_000


class Stream:
    """Owned by the supervisor. Every method that writes may raise OSError: then nothing more may be read."""

    def __init__(self, fs: Fs, clock: Clock, files: AttemptLayout, session: Session, progress: ProgressLedger) -> None:
        self._clock = clock
        self._session: Session | None = session
        self._progress = progress
        self._transcript = GrowingFile(fs, files.transcript)
        self._events = GrowingFile(fs, files.events)
        self._stderr = GrowingFile(fs, files.stderr)
        self._encoder = msgspec.json.Encoder()
        self.stderr_tail = b""
        self.decoder_error: str | None = None

    @property
    def output_bytes(self) -> int:
        return self._transcript.size + self._stderr.size

    @property
    def pending(self) -> bool:
        return any(file.pending for file in self._files())

    def _files(self) -> tuple[GrowingFile, ...]:
        return (self._transcript, self._stderr, self._events)

    def flush(self) -> None:
        for file in self._files():
            file.flush()

    def give_up(self) -> int:
        return sum(file.give_up() for file in self._files())

    def stdout(self, data: bytes) -> Reaction:
        """Keep the bytes, then let the adapter read them; an adapter that fails is left out from then on."""
        failed: OSError | None = None
        try:
            self._transcript.append(data)
        except OSError as error:
            failed = error
        reaction = self._ask(lambda session: session.feed(data))
        self.record(reaction.events)
        if failed is not None:
            raise failed
        return reaction

    def stderr(self, data: bytes) -> None:
        self.stderr_tail = (self.stderr_tail + data)[-STDERR_TAIL_BYTES:]
        self._stderr.append(data)

    def interrupt(self, stop: StopRequest) -> Reaction:
        return self._ask(lambda session: session.interrupt(stop))

    def _ask(self, question: Callable[[Session], Reaction]) -> Reaction:
        if self._session is None:
            return Reaction()
        try:
            return question(self._session)
        except Exception as error:
            # A decoder that fails never ends an agent: its bytes are kept and can be decoded again.
            return self._without_adapter(error)

    def _without_adapter(self, error: Exception) -> Reaction:
        _LOG.exception("the adapter failed")
        self._session = None
        self.decoder_error = f"its output could not be decoded: {error!r}"
        return Reaction(events=(AgentEvent(kind=Kind.ERROR, text=self.decoder_error),))

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        """The adapter's last word; without an adapter there is no answer."""
        if self._session is not None:
            try:
                return self._session.finish(exit_code, signal)
            except Exception as error:
                self.record(self._without_adapter(error).events)
        return Finish(program_error=self.decoder_error)

    def record(self, events: Iterable[AgentEvent]) -> None:
        """Append to the normalized events, stamped now."""
        now = self._clock.now()
        lines = []
        for event in events:
            self._progress.observe(event, now)
            lines.append(self._encoder.encode(replace(event, at=iso(now))) + b"\n")
        if lines:
            self._events.append(b"".join(lines))

    def sync_events(self) -> None:
        self._events.sync()

    def sync(self) -> None:
        for file in self._files():
            file.sync()

    def close(self) -> None:
        for file in self._files():
            file.close()


def read_chunk(fd: int) -> bytes | None:
    """The next bytes, empty at the end, None when nothing is there now."""
    try:
        return os.read(fd, CHUNK_BYTES)
    except BlockingIOError:
        return None
