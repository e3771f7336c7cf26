"""An adapter that does what its orders say; run as a module, a supervisor that knows it.

Its orders are the spec's ``system_prompt``, as JSON; its agent is the step's script.
"""

from __future__ import annotations

import json
import runpy
import signal as signals
import sys

from crew_core.agents import registry
from crew_core.agents.one_shot import OneShot
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Reaction
from crew_core.agents.script import script_of
from crew_core.model.attempt import AttemptSpec, StopRequest, Usage
from crew_core.model.transcript import AgentEvent, Kind

PROGRAM = "trial"


class TrialSession(OneShot):
    abilities = Abilities()

    def __init__(self, spec: AttemptSpec) -> None:
        self._script = script_of(spec.text)
        self._orders = json.loads(spec.system_prompt or "{}")
        self._fed = b""

    def _fail(self, where: str) -> None:
        if self._orders.get("fails") == where:
            raise RuntimeError(f"no {where}")

    def open(self) -> Launch:
        self._fail("open")
        return Launch(
            argv=("sh", "{files}/trial.sh", *self._orders.get("arguments", ())),
            files={"trial.sh": self._script.encode()},
            env={"TRIAL": "yes"},
            stdin=self._orders.get("prompt", "").encode(),
            close_stdin=self._orders.get("close_stdin", False),
        )

    def feed(self, data: bytes) -> Reaction:
        self._fail("feed")
        self._fed += data[:1000]
        text = self._orders.get("text", "")
        outgoing = b"y" * self._orders.get("reply_bytes", 0)
        return Reaction(events=(AgentEvent(kind=Kind.NOTICE, text=f"fed {text}"),), outgoing=outgoing)

    def interrupt(self, stop: StopRequest) -> Reaction:
        self._fail("interrupt")
        event = AgentEvent(kind=Kind.NOTICE, text="interrupting")
        if "goodbye" in self._orders:
            return Reaction(events=(event,), outgoing=self._orders["goodbye"].encode(), close_stdin=True)
        return Reaction(events=(event,), signal=signals.SIGUSR1)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        self._fail("finish")
        if not self._orders.get("answers", True):
            return Finish(program_error=self._orders.get("error"))
        return Finish(answer=self._fed, answer_bytes=len(self._fed), answer_seen=True, usage=Usage(input=3))


def session(spec: AttemptSpec, briefing: Briefing) -> TrialSession:
    return TrialSession(spec)


if __name__ == "__main__":
    registry._ADAPTERS[PROGRAM] = "tests.worker.trial_adapter"
    sys.argv[0] = "crew_core.worker"
    runpy.run_module("crew_core.worker", run_name="__main__")
