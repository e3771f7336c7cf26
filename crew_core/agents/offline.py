"""The program ``offline``: works with real tools, without model, key or network; reads its task packet."""

from __future__ import annotations

import signal
import sys

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.lines import Line, Lines
from crew_core.agents.one_shot import OneShot
from crew_core.agents.own_events import own_event
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.understanding import understood
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.transcript import AgentEvent, Kind

#: What the program may say; whatever else comes is ``raw``.
SPOKEN = frozenset(
    {Kind.SESSION, Kind.NOTICE, Kind.TEXT, Kind.TOOL_START, Kind.TOOL_END, Kind.RESULT, Kind.ERROR},
)

_NO_RESULT = "the offline agent ended without a result"


ABILITIES = Abilities(commands_when_reading=True, asks_model=False)


class OfflineSession(OneShot):
    """One JSON line is one event; the last ``result`` is the answer."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._packet_path = spec.packet_path
        self._answer_bytes = spec.answer_bytes
        self._lines = Lines()
        self._answer: HeadAndTail | None = None
        self._error: str | None = None

    def open(self) -> Launch:
        """:raises ValueError: the attempt has no packet.

        ``-P``: the working directory is the project's, and none of its files may be imported as a module of ours.
        """
        if not self._packet_path:
            raise ValueError("the offline agent needs a task packet, and this attempt has none")
        # It removes what it makes itself; the project's checks leave theirs where they always do.
        argv = (sys.executable, "-P", "-m", "crew_core.agents.offline_program", self._packet_path)
        return Launch(argv=argv, own_temporary=False)

    def feed(self, data: bytes) -> Reaction:
        return Reaction(events=tuple(understood(self._lines.feed(data), self._told)))

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events = tuple(understood(self._lines.end(), self._told))
        seen = self._answer is not None
        return Finish(
            events=events,
            answer=self._answer.text() if self._answer is not None else b"",
            answer_bytes=self._answer.size if self._answer is not None else 0,
            answer_seen=seen,
            program_error=self._error if self._error is not None or seen else _NO_RESULT,
        )

    def _told(self, line: Line) -> tuple[AgentEvent]:
        event = own_event(line, SPOKEN)
        if event.kind is Kind.RESULT:
            self._answer = HeadAndTail(self._answer_bytes)
            self._answer.add(event.text.encode("utf-8", "replace"))
        elif event.kind is Kind.ERROR:
            self._error = event.text or "the offline agent reported an error without words"
        return (event,)


def session(spec: AttemptSpec, briefing: Briefing) -> OfflineSession:
    """See ``registry``."""
    return OfflineSession(spec)
