"""The program ``metered``: a step's script, whose lines ``use N [N …]`` report one response each; as a module, the
coordinator or the supervisor that knows it.

``use INPUT OUTPUT [CACHE_WRITE [COST]]`` is a response of the model; ``late`` is one of which only the end tells;
whatever else it prints is the answer.
"""

from __future__ import annotations

import signal as signals
import sys
from pathlib import Path

from crew_core.agents import registry
from crew_core.agents.one_shot import OneShot
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.script import script_of
from crew_core.engine.coordinator import main
from crew_core.engine.seams import Seams
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.store.clock import SystemClock
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.worker.process import supervise

PROGRAM = "metered"
ABILITIES = Abilities(usage=True)

_MODULE = "tests.engine.metered_agent"


class MeteredSession(OneShot):
    def __init__(self, spec: AttemptSpec) -> None:
        self._script = script_of(spec.text)
        self._model = spec.model
        self._rest = b""
        self._answer = b""
        self._total: list[list[float]] = []

    def open(self) -> Launch:
        return Launch(argv=("sh", "{files}/script.sh"), files={"script.sh": self._script.encode()}, keys=None)

    def feed(self, data: bytes) -> Reaction:
        *lines, self._rest = (self._rest + data).split(b"\n")
        return Reaction(events=tuple(event for line in lines for event in self._said(line)))

    def _said(self, line: bytes) -> tuple[AgentEvent, ...]:
        word, *numbers = line.decode().split(" ")
        if word == "late":
            self._total.append([float(number) for number in numbers])
            return ()
        if word != "use":
            self._answer += line + b"\n"
            return (AgentEvent(kind=Kind.TEXT, text=line.decode()),)
        self._total.append([float(number) for number in numbers])
        data = {"model": self._model} if self._model else None
        return (AgentEvent(kind=Kind.USAGE, usage=_usage(self._total[-1:], turns=len(self._total)), data=data),)

    def interrupt(self, stop: StopRequest) -> Reaction:
        return Reaction(signal=signals.SIGINT)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        usage = _usage(self._total, turns=len(self._total)) if self._total else None
        return Finish(answer=self._answer, answer_bytes=len(self._answer), answer_seen=True, usage=usage)


def _usage(responses: list[list[float]], turns: int) -> Usage:
    def of(place: int) -> float | None:
        told = [each[place] for each in responses if len(each) > place]
        return sum(told) if told else None

    whole = [None if (amount := of(place)) is None else int(amount) for place in range(3)]
    return Usage(input=whole[0], output=whole[1], cache_write=whole[2], cost=of(3), turns=turns)


def session(spec: AttemptSpec, briefing: Briefing) -> MeteredSession:
    return MeteredSession(spec)


if __name__ == "__main__":
    registry._ADAPTERS[PROGRAM] = _MODULE
    *worker, directory = sys.argv[1:]
    if not worker:
        sys.exit(main(Path(directory), Seams(worker_argv=(sys.executable, "-m", _MODULE, "worker"))))
    sys.exit(supervise(Path(directory), fs=RealFs(), clock=SystemClock(), identities=real_identities()))
