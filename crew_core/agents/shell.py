"""The program ``shell``: a step's script, run by ``sh``; what it prints is the answer."""

from __future__ import annotations

import re
import signal

from crew_core.agents.head_and_tail import HeadAndTail
from crew_core.agents.protocol import Abilities, Finish, Launch, Reaction
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.transcript import AgentEvent, Kind

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n`]*\n(?P<body>.*?)^(?P=fence)[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)

#: An unfinished last line is told after this many bytes, so that a line of any length needs fixed memory.
_LONGEST_PIECE = 65_536


def script_of(text: str) -> str:
    """The step's first fenced code block, else its text."""
    found = _FENCE.search(text)
    return found.group("body") if found else text


class ShellSession:
    """Exit status 0 completes, and an empty output is an answer too."""

    abilities = Abilities()

    def __init__(self, spec: AttemptSpec) -> None:
        self._script = script_of(spec.text)
        self._answer = HeadAndTail(spec.answer_bytes)
        self._rest = b""

    def open(self) -> Launch:
        script = self._script if self._script.endswith("\n") else self._script + "\n"
        return Launch(argv=("sh", "{files}/script.sh"), files={"script.sh": script.encode()})

    def feed(self, data: bytes) -> Reaction:
        self._answer.add(data)
        text = self._rest + data
        cut = text.rfind(b"\n") + 1
        if cut == 0 and len(text) >= _LONGEST_PIECE:
            cut = len(text)
        self._rest = text[cut:]
        return Reaction(events=_text(text[:cut]))

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signal.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        events = _text(self._rest)
        self._rest = b""
        return Finish(events=events, answer=self._answer.text(), answer_bytes=self._answer.size, answer_seen=True)


def _text(data: bytes) -> tuple[AgentEvent, ...]:
    if not data:
        return ()
    return (AgentEvent(kind=Kind.TEXT, text=data.decode("utf-8", "replace")),)


def session(spec: AttemptSpec) -> ShellSession:
    """See ``registry``."""
    return ShellSession(spec)
