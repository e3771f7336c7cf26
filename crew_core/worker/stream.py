"""One agent's output on its way: pipe → raw transcript → adapter → normalized events, in fixed memory."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable

import msgspec
from msgspec.structs import replace

from crew_core.agents.protocol import Consult, Finish, Reaction, Session
from crew_core.agents.telling import delivery
from crew_core.model.attempt import StopRequest
from crew_core.model.steering import DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store.clock import Clock, iso
from crew_core.store.fs import Fs
from crew_core.store.layout import AttemptLayout
from crew_core.worker.dealings import Dealings
from crew_core.worker.own_records import OwnRecords
from crew_core.worker.progress import ProgressLedger
from crew_core.worker.recording import GrowingFile
from crew_core.worker.redaction import Redaction
from crew_core.worker.tool_times import ToolTimes

_LOG = logging.getLogger(__name__)

STDERR_TAIL_BYTES = 2_000


class Stream:
    """Owned by the supervisor. Nothing here fails on a full disk: ``pending`` then says that bytes wait for room,
    and until they are written nothing more may be read."""

    def __init__(
        self, fs: Fs, clock: Clock, files: AttemptLayout, progress: ProgressLedger, dealings: Dealings
    ) -> None:
        """:raises OSError: a file could not be opened."""
        self._clock = clock
        self._session: Session | None = None
        self._progress = progress
        self.dealings = dealings
        self._transcript = GrowingFile(fs, files.transcript)
        self._events = GrowingFile(fs, files.events)
        self._stderr = GrowingFile(fs, files.stderr)
        self._encoder = msgspec.json.Encoder()
        self._hide_stdout = self._hide_stderr = Redaction()
        self._decoder_error: str | None = None
        self._records = OwnRecords()
        self._tool_times = ToolTimes()
        self._consult: Consult | None = None
        self.stderr_tail = b""
        #: Why the files may lack what was written to them.
        self.fault: str | None = None

    def decode_with(self, session: Session) -> None:
        self._session = session

    def hide(self, secrets: Collection[bytes]) -> None:
        """From now on they are made unreadable before anything is kept or told."""
        self._hide_stdout, self._hide_stderr = Redaction(secrets), Redaction(secrets)

    @property
    def usage(self) -> Usage | None:
        """What the agent has reported while it worked."""
        return self._progress.usage

    @property
    def model(self) -> str | None:
        """The one that it asked most, if it says so."""
        return self._progress.model

    @property
    def output_bytes(self) -> int:
        return self._transcript.size + self._stderr.size

    @property
    def pending(self) -> int:
        """Bytes that wait for room on the disk."""
        return sum(file.pending for file in self._files())

    def _files(self) -> tuple[GrowingFile, ...]:
        return (self._transcript, self._stderr, self._events)

    def flush(self) -> bool:
        """Try again what the disk refused; True when nothing waits any more."""
        for file in self._files():
            file.flush()
        return not self.pending

    def give_up(self) -> int:
        """Drop what waits for room; returns how many bytes are lost."""
        return sum(file.give_up() for file in self._files())

    def stdout(self, data: bytes) -> Reaction:
        """Keep the bytes, then let the adapter read them."""
        return self._read(self._hide_stdout.feed(data))

    def _read(self, data: bytes) -> Reaction:
        if not data:
            return Reaction()
        self._transcript.append(data)
        return self._ask(lambda session: session.feed(data))

    def stderr(self, data: bytes) -> None:
        self._keep_stderr(self._hide_stderr.feed(data))

    def _keep_stderr(self, data: bytes) -> None:
        self.stderr_tail = (self.stderr_tail + data)[-STDERR_TAIL_BYTES:]
        self._stderr.append(data)

    def interrupt(self, stop: StopRequest) -> Reaction:
        return self._ask(lambda session: session.interrupt(stop))

    def control(self, steer: Steer) -> Reaction:
        """Say it to the agent; without an adapter, or with one that fails at it, nobody can."""
        reaction = self._ask(lambda session: session.control(steer))
        if self._session is None:
            self.record([delivery(steer.id, DeliveryState.REFUSED, "its output cannot be decoded")])
        return reaction

    def tick(self, now: float) -> Reaction:
        return self._ask(lambda session: session.tick(now))

    def consult(self, consult: Consult) -> Reaction:
        """Tell the adapter what is new in the program's own record."""
        self._consult = consult
        return self.consult_again()

    def consult_again(self) -> Reaction:
        """The same as last time: a program may record a moment later what it has told."""
        consult = self._consult
        if consult is None:
            return Reaction()
        rows = self._records.new(consult.record)
        return self._ask(lambda _: consult.take(rows))

    def _ask(self, question: Callable[[Session], Reaction]) -> Reaction:
        """The adapter's reaction, its events recorded; an adapter that fails is left out from then on."""
        if self._session is None:
            return Reaction()
        try:
            reaction = question(self._session)
        except Exception as error:
            # A decoder that fails never ends an agent: its bytes are kept and can be decoded again.
            reaction = self._without_adapter(error)
        self.record(reaction.events)
        return reaction

    def _without_adapter(self, error: Exception) -> Reaction:
        _LOG.exception("the adapter failed")
        self._session = None
        self._decoder_error = f"its output could not be decoded: {error!r}"
        # Nobody will tell it any more that its work is done: a program that waits for words would wait for ever.
        return Reaction(events=(AgentEvent(kind=Kind.ERROR, text=self._decoder_error),), close_stdin=True)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        """The adapter's last word, its events recorded; without an adapter there is no answer."""
        self._read(self._hide_stdout.end())
        self._keep_stderr(self._hide_stderr.end())
        self.consult_again()
        finish = self._finish(exit_code, signal)
        self.record(finish.events)
        # Only now: the last events may have told the end of what was under way.
        self.record(self.dealings.lost())
        return finish

    def _finish(self, exit_code: int | None, signal: int | None) -> Finish:
        if self._session is not None:
            try:
                return self._session.finish(exit_code, signal)
            except Exception as error:
                self.record(self._without_adapter(error).events)
        return Finish(program_error=self._decoder_error)

    def record(self, events: Iterable[AgentEvent]) -> None:
        """Append to the normalized events, stamped now; the end of a tool says how long it took."""
        now, moment_s = self._clock.now(), self._clock.monotonic()
        lines = []
        for event in events:
            told, line = self._encoded(replace(self._tool_times.timed(event, moment_s), at=iso(now)))
            self._progress.observe(told, now)
            self.dealings.observe(told)
            lines.append(line)
        if lines:
            self._events.append(b"".join(lines))

    def _encoded(self, event: AgentEvent) -> tuple[AgentEvent, bytes]:
        """The event and its line; in place of one that cannot be written, such as half a surrogate, an error."""
        try:
            # What comes past stdout, such as a message, is looked through here.
            return event, self._hide_stdout.whole(self._encoder.encode(event)) + b"\n"
        except (UnicodeEncodeError, TypeError, OverflowError, RecursionError) as error:
            broken = AgentEvent(kind=Kind.ERROR, at=event.at, text=f"{event.kind} could not be written: {error!r}")
            return broken, self._encoder.encode(broken) + b"\n"

    def sync_events(self) -> bool:
        """Make the events durable; False when that is not known."""
        return self._sync(self._events)

    def sync(self) -> None:
        for file in self._files():
            self._sync(file)

    def _sync(self, file: GrowingFile) -> bool:
        try:
            file.sync()
        except OSError as error:
            # Never repeated: the kernel may have dropped the bytes, and would call a second sync a success.
            _LOG.error("not durable: %s", error)
            self.fault = f"its output may be incomplete on disk: {error}"
            return False
        return True

    def close(self) -> None:
        for file in self._files():
            file.close()
