"""One run of the offline agent as a real process, and what it said."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from crew_core.agents.offline import OfflineSession
from crew_core.agents.offline_program.carrying_out import carry_out
from crew_core.agents.offline_program.interruption import Interruption
from crew_core.agents.offline_program.stream import Stream
from crew_core.agents.protocol import Finish
from crew_core.model.attempt import AttemptSpec
from crew_core.model.packet import PacketRole, TaskPacket, Wants
from crew_core.model.status import Access, AttemptCause
from crew_core.model.transcript import AgentEvent, Kind
from tests.awaiting import until

#: Far more than any of these runs needs.
PATIENCE_S = 50.0

NEVER_INTERRUPTED = Interruption()

ROLES = tuple(
    PacketRole(name, Access.READ)
    for name in ("explorer", "test-engineer", "security-reviewer", "reviewer", "verifier", "writer")
)


@dataclass(frozen=True)
class Said:
    """What the adapter made of the program's output."""

    status: int
    events: tuple[AgentEvent, ...]
    finish: Finish
    stderr: str

    @property
    def answer(self) -> str:
        return self.finish.answer.decode()

    @property
    def last_line(self) -> str:
        return self.answer.rstrip("\n").rpartition("\n")[2]

    def tools(self) -> list[str]:
        return [f"{event.tool} {event.text}" for event in self.events if event.kind is Kind.TOOL_START]

    def section(self, title: str) -> list[str]:
        """The lines below a heading."""
        lines = self.answer.split("\n")
        begin = lines.index(f"## {title}") + 1
        end = next((n for n in range(begin, len(lines)) if lines[n].startswith(("## ", "```", "VERDICT:"))), len(lines))
        return [line for line in lines[begin:end] if line]

    def json(self) -> Any:
        return json.loads(self.answer.split("```json\n")[1].split("\n```")[0])


def packet(cwd: Path, role: str, **fields: Any) -> TaskPacket:
    told = {
        "run_id": "run",
        "task_id": "01_task",
        "step_id": "task",
        "role": role,
        "agent": role,
        "goal": "how is the discount computed",
        "text": "",
        "cwd": str(cwd),
        "access": Access.READ,
        "inputs_path": "",
        "checks_refused": "",
        "check_timeout_s": 30.0,
        "wants": Wants.ANSWER,
    }
    return TaskPacket(**(told | fields))


def spec(packet_path: str, **fields: Any) -> AttemptSpec:
    told = {
        "run_id": "run",
        "task_id": "01_task",
        "n": 1,
        "cause": AttemptCause.FIRST,
        "worker_id": "w",
        "program": "offline",
        "agent": "a",
        "role": "explorer",
        "access": Access.READ,
        "goal": "g",
        "text": "t",
        "cwd": "/",
        "inputs_path": "",
        "bell_path": "/b",
        "depth": 0,
        "max_depth": 1,
        "packet_path": packet_path,
    }
    return AttemptSpec(**(told | fields))


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The interpreter of the tests is the one that has pytest, and it loads no plugins that a small check needs."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"} | extra


def run(told: TaskPacket, scratch: Path, env: Mapping[str, str] | None = None) -> Said:
    """Run it to its end in the directory of the packet; what a wrong program prints is in the failure."""
    return _said(told, scratch, env or {}, None)


def look(told: TaskPacket) -> Said:
    """The same work in this process, for tasks that run no check: what is said is the point, not how it is started."""
    session = OfflineSession(spec("/packet"))
    events: list[AgentEvent] = []
    done = carry_out(told, Stream(lambda data: events.extend(session.feed(data).events)), NEVER_INTERRUPTED)
    return Said(0 if done else 1, tuple(events), session.finish(0, None), "")


def run_and_interrupt(told: TaskPacket, scratch: Path, when: Callable[[], bool]) -> Said:
    """The same, with SIGINT once ``when`` is true."""
    return _said(told, scratch, {}, when)


def _said(told: TaskPacket, scratch: Path, env: Mapping[str, str], when: Callable[[], bool] | None) -> Said:
    file = scratch / "packet.json"
    file.write_bytes(msgspec.json.encode(told))
    session = OfflineSession(spec(str(file)))
    launch = session.open()
    process = subprocess.Popen(
        launch.argv,
        cwd=told.cwd,
        env=environment(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    if when is not None:
        until(lambda: when() or process.poll() is not None, scratch, "what it is interrupted at")
        process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE_S)
    events = session.feed(output).events
    finish = session.finish(process.returncode, None)
    return Said(process.returncode, (*events, *finish.events), finish, errors.decode())


def inputs_file(scratch: Path, entries: Sequence[Mapping[str, Any]]) -> str:
    """A file as ``crew_core.engine.handoff`` makes it."""
    from crew_core.engine.handoff import Predecessor, build_inputs

    predecessors = [Predecessor(**{**entry, "text": entry["text"].encode()}) for entry in entries]
    file = scratch / "inputs.json"
    file.write_bytes(msgspec.json.encode(build_inputs("g", "run", "01_task", predecessors, 65_536)))
    return str(file)
