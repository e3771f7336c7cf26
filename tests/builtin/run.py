"""The built-in agent as a process, driven by its adapter: what a supervisor does, without one."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crew_core.agents.builtin import BuiltinSession
from crew_core.agents.protocol import Briefing, Finish, Reaction
from crew_core.model.attempt import AttemptSpec, SessionRef, StopRequest
from crew_core.model.status import Access, AttemptCause, PermissionMode, StopCode, StopVerb
from crew_core.model.steering import Decision, DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind

#: Reached only when something hangs.
PATIENCE_S = 30.0

STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED, "please")


def spec(cwd: Path, **fields: Any) -> AttemptSpec:
    told = {
        "run_id": "r",
        "task_id": "t",
        "n": 1,
        "cause": AttemptCause.FIRST,
        "worker_id": "w",
        "program": "builtin",
        "agent": "a",
        "role": "r",
        "access": Access.WRITE,
        "goal": "",
        "text": "",
        "cwd": str(cwd),
        "inputs_path": "",
        "bell_path": "",
        "depth": 0,
        "max_depth": 1,
    }
    return AttemptSpec(**(told | fields))


@dataclass
class Run:
    """``begin`` it, talk to it, ``end`` it: then ``finish`` has what its adapter says of it."""

    session: BuiltinSession
    process: subprocess.Popen[bytes]
    work: Path
    events: list[AgentEvent] = field(default_factory=list)
    output: bytearray = field(default_factory=bytearray)
    finish: Finish | None = None
    done: bool = False

    @classmethod
    def begin(
        cls,
        directory: Path,
        url: str,
        prompt: str = "do it",
        *,
        system: str = "",
        env: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Run:
        work = directory / "work"
        work.mkdir(exist_ok=True)
        session = BuiltinSession(spec(work, **({"model": "m"} | fields)), Briefing(system, prompt))
        launch = session.open()
        for name, content in launch.files.items():
            (directory / name).write_bytes(content)
        endpoint = {"OPENAI_BASE_URL": url} if url else {}
        process = subprocess.Popen(
            [part.replace("{files}", str(directory)) for part in launch.argv],
            cwd=work,
            env=_environment() | {"CREW_BUILTIN_RETRY_S": "0.01"} | endpoint | dict(env or {}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        return cls(session, process, work)

    def react(self, reaction: Reaction) -> None:
        assert self.process.stdin is not None
        self.events += reaction.events
        self.done = self.done or reaction.done
        if reaction.outgoing:
            self.process.stdin.write(reaction.outgoing)
            self.process.stdin.flush()
        if reaction.signal is not None:
            os.killpg(self.process.pid, reaction.signal)

    def read(self) -> bool:
        """Wait for more of its output; False at its end."""
        assert self.process.stdout is not None
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE_S)
        assert ready, f"it says nothing more; {self.events[-3:]}"
        data = os.read(self.process.stdout.fileno(), 65_536)
        self.output += data
        self.react(self.session.feed(data))
        return bool(data)

    def until(self, true: Callable[[AgentEvent], object]) -> AgentEvent:
        """The first event for which it is true, waited for if need be."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            for event in self.events:
                if true(event):
                    return event
            assert self.read(), f"it ended; {self.events[-3:]}"
        raise AssertionError(f"it never came; {self.events[-3:]}")

    def until_kind(self, kind: Kind, text: str = "") -> AgentEvent:
        return self.until(lambda event: event.kind is kind and text in event.text)

    def send(self, kind: SteerKind, text: str = "", **fields: Any) -> str:
        """Send it; the id of what was sent."""
        steer = Steer(id=f"s{len(self.events)}", kind=kind, text=text, **fields)
        self.react(self.session.control(steer))
        return steer.id

    def answer(self, decision: Decision | None, asked: str, text: str = "") -> str:
        return self.send(SteerKind.ANSWER, text, asked=asked, decision=decision)

    def stop(self) -> None:
        self.react(self.session.interrupt(STOP))

    def end(self) -> Finish:
        """Until it has ended by itself."""
        while self.read():
            pass
        code = self.process.wait(PATIENCE_S)
        assert self.process.stderr is not None
        assert self.process.stderr.read() == b""
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()
        self.finish = self.session.finish(code if code >= 0 else None, -code if code < 0 else None)
        self.events += self.finish.events
        return self.finish

    def of_kind(self, kind: Kind) -> list[AgentEvent]:
        return [event for event in self.events if event.kind is kind]

    def texts(self, kind: Kind) -> list[str]:
        return [event.text for event in self.of_kind(kind)]

    def kinds(self) -> list[Kind]:
        return [event.kind for event in self.events]

    def deliveries(self, sent: str) -> list[DeliveryState]:
        return [DeliveryState((e.data or {})["state"]) for e in self.of_kind(Kind.DELIVERY) if e.id == sent]

    def ref(self) -> SessionRef:
        """What the supervisor would keep of its session."""
        import hashlib
        import json

        orders = json.loads((self.work.parent / "builtin.json").read_bytes())
        first = hashlib.sha256(orders["prompt"].encode()).hexdigest()
        return SessionRef("builtin", self.of_kind(Kind.SESSION)[0].id, str(self.work), first)


def ran(directory: Path, url: str, prompt: str = "do it", **fields: Any) -> Run:
    """From its begin to its end, with nobody who says anything meanwhile."""
    run = Run.begin(directory, url, prompt, **fields)
    run.end()
    return run


ASK = PermissionMode.ASK
READ = Access.READ


def _environment() -> dict[str, str]:
    """Ours, without what would lead it to a model elsewhere."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "OLLAMA_", "CREW_BUILTIN_")) and not name.lower().endswith("_proxy")
    }
