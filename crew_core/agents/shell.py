"""The program ``shell``: a step's script, run by ``sh``; what it prints is the answer."""

from __future__ import annotations

import signal

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.one_shot import OneShot
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.script import script_of
from crew_core.agents.text_pieces import TextPieces
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.transcript import AgentEvent, Kind

#: What its script may ask a model for is the script's own business.
ABILITIES = Abilities(commands_when_reading=True, asks_model=False)


class ShellSession(OneShot):
    """Exit status 0 completes, and an empty output is an answer too."""

    def __init__(self, spec: AttemptSpec) -> None:
        self._script = script_of(spec.text)
        self._answer = HeadAndTail(spec.answer_bytes)
        self._pieces = TextPieces()

    def open(self) -> Launch:
        script = self._script if self._script.endswith("\n") else self._script + "\n"
        # The script is the person's own: what it may see, and where its files go, is as in the person's shell.
        return Launch(
            argv=("sh", "{files}/script.sh"), files={"script.sh": script.encode()}, keys=None, own_temporary=False
        )

    def feed(self, data: bytes) -> Reaction:
        self._answer.add(data)
        return Reaction(events=_text(self._pieces.add(data)))

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        return Finish(
            events=_text(self._pieces.end()),
            answer=self._answer.text(),
            answer_bytes=self._answer.size,
            answer_seen=True,
        )


def _text(text: str) -> tuple[AgentEvent, ...]:
    return (AgentEvent(kind=Kind.TEXT, text=text),) if text else ()


def session(spec: AttemptSpec, briefing: Briefing) -> ShellSession:
    """See ``registry``."""
    return ShellSession(spec)
