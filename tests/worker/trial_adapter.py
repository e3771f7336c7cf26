"""An adapter that does what its orders say; run as a module, a supervisor that knows it.

Its orders are the first line of its system prompt, as JSON; its agent is the step's script. Lines of the agent that
begin with ``!`` are orders too: ``!done``, ``!session ID``, ``!ask ID TEXT``, ``!question ID TEXT``, ``!answered ID``,
``!taken ID``.
"""

from __future__ import annotations

import json
import runpy
import signal as signals
import sys

from crew_core.agents import registry
from crew_core.agents.lines import Lines
from crew_core.agents.one_shot import OneShot
from crew_core.agents.protocol import Abilities, Briefing, Finish, Launch, Place, Reaction
from crew_core.agents.script import script_of
from crew_core.agents.telling import delivery
from crew_core.model.attempt import AttemptSpec, StopRequest
from crew_core.model.steering import DeliveryState, Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage

PROGRAM = "trial"

ABILITIES = Abilities(steer_now=True, steer_next_turn=True, resume=True, ask=True, permissions=True)


class TrialSession(OneShot):
    def __init__(self, spec: AttemptSpec, briefing: Briefing) -> None:
        self._spec = spec
        self._briefing = briefing
        self._script = script_of(spec.text)
        self._orders = json.loads(briefing.system.partition("\n")[0] or "{}")
        self._fed = b""
        self._lines = Lines()

    def _fail(self, where: str) -> None:
        if self._orders.get("fails") == where:
            raise RuntimeError(f"no {where}")

    def open(self) -> Launch:
        self._fail("open")
        resumed = self._spec.resume.id if self._spec.resume else ""
        return Launch(
            argv=("sh", "{files}/trial.sh", *self._orders.get("arguments", ())),
            files={"trial.sh": self._script.encode()},
            env={"TRIAL": "yes", "TRIAL_RESUMED": resumed, "TRIAL_STATE": self._spec.state_dir},
            stdin=self._orders.get("prompt", "").encode(),
            close_stdin=self._orders.get("close_stdin", False),
            own_state=bool(self._orders.get("state_copies")),
            state_copies={name: Place(*place) for name, place in self._orders.get("state_copies", {}).items()},
            keys=tuple(self._orders.get("keys", ())),
            keys_with=self._orders.get("keys_with", {}),
        )

    def feed(self, data: bytes) -> Reaction:
        self._fail("feed")
        self._fed += data[:1000]
        text = self._orders.get("text", "")
        outgoing = b"y" * self._orders.get("reply_bytes", 0)
        events = [AgentEvent(kind=Kind.NOTICE, text=f"fed {text}")]
        lines = [line.data.decode("utf-8", "replace") for line in self._lines.feed(data)]
        events.extend(event for line in lines if (event := self._ordered(line)) is not None)
        return Reaction(events=tuple(events), outgoing=outgoing, done="!done" in lines)

    def _ordered(self, line: str) -> AgentEvent | None:
        word, _, rest = line.partition(" ")
        about, _, text = rest.partition(" ")
        match word:
            case "!session":
                return AgentEvent(kind=Kind.SESSION, id=about, data={"cwd": self._spec.cwd})
            case "!ask":
                return AgentEvent(kind=Kind.PERMISSION, id=about, tool="Bash", text=text)
            case "!question":
                return AgentEvent(kind=Kind.QUESTION, id=about, text=text, data={"options": ["red", {"label": "blue"}]})
            case "!answered":
                return AgentEvent(kind=Kind.ANSWERED, id=about)
            case "!taken":
                return delivery(about, DeliveryState.TAKEN)
            case _:
                return None

    def control(self, steer: Steer) -> Reaction:
        """Written to the agent as one line: id, kind, decision, text."""
        self._fail("control")
        if self._orders.get("mute"):
            return super().control(steer)
        if self._orders.get("silent"):
            return Reaction(events=(delivery(steer.id, DeliveryState.QUEUED),))
        words = (steer.id, steer.kind.value, steer.decision or "-", steer.asked or "-", steer.text)
        told = delivery(steer.id, DeliveryState.SENT)
        return Reaction(events=(told,), outgoing=(" ".join(words) + "\n").encode())

    def tick(self, now: float) -> Reaction:
        self._fail("tick")
        if not self._orders.get("tick"):
            return Reaction()
        return Reaction(events=(AgentEvent(kind=Kind.NOTICE, text="tick"),), outgoing=b"tick\n")

    def interrupt(self, stop: StopRequest) -> Reaction:
        self._fail("interrupt")
        event = AgentEvent(kind=Kind.NOTICE, text="interrupting")
        if "goodbye" in self._orders:
            return Reaction(events=(event,), outgoing=self._orders["goodbye"].encode(), close_stdin=True)
        return Reaction(events=(event,), signal=signals.SIGUSR1)

    def finish(self, exit_code: int | None, signal: int | None) -> Finish:
        self._fail("finish")
        events = tuple(delivery(steer_id, DeliveryState.REFUSED) for steer_id in self._orders.get("refuses_last", ()))
        if not self._orders.get("answers", True):
            return Finish(program_error=self._orders.get("error"))
        return Finish(
            events=events, answer=self._fed, answer_bytes=len(self._fed), answer_seen=True, usage=Usage(input=3)
        )


def session(spec: AttemptSpec, briefing: Briefing) -> TrialSession:
    return TrialSession(spec, briefing)


def register() -> None:
    """Let this process know the program."""
    registry._ADAPTERS[PROGRAM] = "tests.worker.trial_adapter"


if __name__ == "__main__":
    register()
    sys.argv[0] = "crew_core.worker"
    runpy.run_module("crew_core.worker", run_name="__main__")
