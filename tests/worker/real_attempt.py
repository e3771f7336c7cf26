"""One attempt with a real supervisor process, driven by files, as its coordinator would."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from crew_core.model.attempt import AttemptResult, AttemptSpec, ControlMessage, StopRequest, WorkerStatus
from crew_core.model.status import Access, AttemptCause, StopCode, StopVerb
from crew_core.model.steering import Steer
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.verdict import Evidence, Verdict, verdict
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.layout import AttemptLayout
from crew_core.store.snapshot import read_snapshot, write_snapshot
from tests.awaiting import PATIENCE_S, until

ROOT = Path(__file__).resolve().parents[2]

CANCEL = StopRequest(StopVerb.CANCEL, StopCode.CALLER_CANCELLED, "enough")
STOP = StopRequest(StopVerb.STOP, StopCode.CALLER_STOPPED, "please")

Steps = Sequence[Mapping[str, Any]]


def agent_script(steps: Steps, scenario: Path) -> str:
    """A shell script that becomes the scripted agent."""
    scenario.write_bytes(msgspec.json.encode(list(steps)))
    python, path, root = map(shlex.quote, (sys.executable, str(scenario), str(ROOT)))
    return f"PYTHONPATH={root} exec {python} -S -m tests.fake_agent {path}\n"


def worker_of(directory: Path) -> str:
    """Of the whole path: two tests at a time may have directories of one name, and sweep each other's processes."""
    return f"team_1_a:t:{crc32(os.fsencode(directory)):08x}"


def wait_until(true: Callable[[], object], explain: Callable[[], str] = str) -> None:
    """Look until something holds of which no file tells; fails loudly when it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"it never came; {explain()}")
        time.sleep(0.003)


@dataclass
class RealAttempt:
    """``make`` writes the spec, ``start`` begins, ``wait`` gives the result. ``work`` is the agent's directory."""

    files: AttemptLayout
    work: Path
    module: str = "crew_core.worker"
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def make(cls, directory: Path, steps: Steps | str, system: str = "", **fields: Any) -> RealAttempt:
        """An attempt of the scripted agent with these steps, or of a shell script; ``system`` is its system prompt."""
        files, work = AttemptLayout(directory / "attempts" / "t" / "1"), directory / "work"
        ensure_directory(RealFs(), files.root)
        work.mkdir(exist_ok=True)
        script = steps if isinstance(steps, str) else agent_script(steps, directory / "scenario.json")
        files.inputs.write_text('{"goal": "", "inputs": []}')
        if system:
            files.system_prompt.write_text(system)
        spec = {
            "run_id": "team_1_a",
            "task_id": "t",
            "n": 1,
            "cause": AttemptCause.FIRST,
            "worker_id": worker_of(directory),
            "program": "shell",
            "agent": "tester",
            "role": "worker",
            "access": Access.WRITE,
            "goal": "try it",
            "text": f"```sh\n{script}\n```\n",
            "cwd": str(work),
            "inputs_path": str(files.inputs),
            "bell_path": str(directory / "bell"),
            "depth": 0,
            "max_depth": 2,
        }
        write_snapshot(RealFs(), files.spec, AttemptSpec(**(spec | fields)))
        return cls(files, work)

    def start(self, *arguments: str, pass_fds: Sequence[int] = ()) -> RealAttempt:
        with self.files.supervisor_log.open("ab") as log:
            self.process = subprocess.Popen(
                [*arguments, sys.executable, "-m", self.module, os.fspath(self.files.root)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def wait(self) -> AttemptResult:
        """Until the supervisor is gone."""
        assert self.process is not None
        self.process.wait(PATIENCE_S)
        return self.result()

    def finish(self) -> AttemptResult:
        return self.start().wait()

    def result(self) -> AttemptResult:
        assert self.files.result.exists(), self.log()
        return read_snapshot(self.files.result, AttemptResult)

    def verdict(self) -> Verdict:
        """What the result means; none is ``lost``."""
        return verdict(Evidence(self.result() if self.files.result.exists() else None))

    def until(self, true: Callable[[], object]) -> RealAttempt:
        until(true, self.work.parent, self.log)
        return self

    def until_there(self, *names: str) -> RealAttempt:
        """Until the agent has made these files in its directory."""
        return self.until(lambda: all((self.work / name).exists() for name in names))

    def send(self, stop: StopRequest) -> RealAttempt:
        maildir.put(RealFs(), self.files.control_new, "1.json", msgspec.json.encode(ControlMessage(stop)))
        ring(self.files.control_bell)
        return self

    def say(self, steer: Steer, name: str = "") -> RealAttempt:
        """Send it to the agent, as its coordinator would."""
        message = msgspec.json.encode(ControlMessage(steer=steer))
        maildir.put(RealFs(), self.files.control_new, name or f"steer-{steer.id}.json", message)
        ring(self.files.control_bell)
        return self

    def cancel(self) -> AttemptResult:
        return self.send(CANCEL).wait()

    def stop(self) -> AttemptResult:
        return self.send(STOP).wait()

    def kill_supervisor(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def status(self) -> WorkerStatus | None:
        return read_snapshot(self.files.status, WorkerStatus) if self.files.status.exists() else None

    def events(self) -> list[AgentEvent]:
        """Split at the newline character only, every line decoded."""
        lines = self.files.events.read_bytes().split(b"\n")
        assert lines[-1] == b""
        return [msgspec.json.decode(line, type=AgentEvent) for line in lines[:-1]]

    def of_kind(self, kind: Kind) -> list[AgentEvent]:
        return [event for event in self.events() if event.kind is kind]

    def text(self) -> str:
        return "".join(event.text for event in self.of_kind(Kind.TEXT))

    def answer(self) -> bytes:
        return self.files.answer.read_bytes()

    def log(self) -> str:
        return self.files.supervisor_log.read_text()
