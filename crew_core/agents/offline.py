"""The program ``offline``: works with real tools, without model, key or network; reads its task packet."""

from __future__ import annotations

import signal
import sys

import msgspec

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.protocol import Abilities, Finish, Launch, Reaction
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.transcript import AgentEvent, Kind

#: A line that is longer is none of the program's own: the first piece of it is told as ``raw``.
LONGEST_LINE = 8 * 1024 * 1024

#: So much of a line that is not understood is told; the transcript has all of it.
RAW_SHOWN = 4_096

#: What the program may say; whatever else comes is ``raw``.
SPOKEN = frozenset(
    {Kind.SESSION, Kind.NOTICE, Kind.TEXT, Kind.TOOL_START, Kind.TOOL_END, Kind.RESULT, Kind.ERROR},
)

_NO_RESULT = "the offline agent ended without a result"


class OfflineSession:
    """One JSON line is one event; the last ``result`` is the answer."""

    abilities = Abilities(structured_result=True)

    def __init__(self, spec: AttemptSpec) -> None:
        self._packet_path = spec.packet_path
        self._answer_bytes = spec.answer_bytes
        self._decoder = msgspec.json.Decoder(AgentEvent)
        self._rest = bytearray()
        self._passing_over = False
        self._answer: HeadAndTail | None = None
        self._error: str | None = None

    def open(self) -> Launch:
        """:raises ValueError: the attempt has no packet.

        ``-P``: the working directory is the project's, and none of its files may be imported as a module of ours.
        """
        if not self._packet_path:
            raise ValueError("the offline agent needs a task packet, and this attempt has none")
        return Launch(argv=(sys.executable, "-P", "-m", "crew_core.agents.offline_program", self._packet_path))

    def feed(self, data: bytes) -> Reaction:
        events: list[AgentEvent] = []
        *ended, rest = data.split(b"\n")
        for piece in ended:
            self._add(piece, events)
            self._end_line(events)
        self._add(rest, events)
        return Reaction(events=tuple(events))

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events: list[AgentEvent] = []
        self._end_line(events)
        seen = self._answer is not None
        return Finish(
            events=tuple(events),
            answer=self._answer.text() if self._answer is not None else b"",
            answer_bytes=self._answer.size if self._answer is not None else 0,
            answer_seen=seen,
            program_error=self._error if self._error is not None or seen else _NO_RESULT,
        )

    def _add(self, piece: bytes, events: list[AgentEvent]) -> None:
        if self._passing_over:
            return
        self._rest += piece
        if len(self._rest) > LONGEST_LINE:
            events.append(_raw(bytes(self._rest[:RAW_SHOWN])))
            self._rest.clear()
            self._passing_over = True

    def _end_line(self, events: list[AgentEvent]) -> None:
        line = bytes(self._rest)
        self._rest.clear()
        self._passing_over = False
        if line:
            events.append(self._understood(line))

    def _understood(self, line: bytes) -> AgentEvent:
        try:
            event = self._decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return _raw(line[:RAW_SHOWN])
        if event.kind not in SPOKEN:
            return _raw(line[:RAW_SHOWN])
        if event.kind is Kind.RESULT:
            self._answer = HeadAndTail(self._answer_bytes)
            self._answer.add(event.text.encode("utf-8", "replace"))
        elif event.kind is Kind.ERROR:
            self._error = event.text or "the offline agent reported an error without words"
        return event


def _raw(line: bytes) -> AgentEvent:
    return AgentEvent(kind=Kind.RAW, text=line.decode("utf-8", "replace"))


def session(spec: AttemptSpec) -> OfflineSession:
    """See ``registry``."""
    return OfflineSession(spec)
