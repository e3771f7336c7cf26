"""One attempt of a real program under a real supervisor, against a model server of its own."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psutil

from crew_core.model.attempt import AttemptResult, ControlMessage, SessionRef
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import AttemptOutcome
from crew_core.model.steering import Decision, DeliveryState, Steer, SteerKind
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.verdict import Verdict
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs
from tests.agents_real.programs import Program
from tests.model_server import ModelServer
from tests.worker.real_attempt import RealAttempt

#: More than the slowest program needs for the longest answer on a busy machine.
PATIENCE_S = 200.0


@dataclass
class Trial:
    """``directory`` holds what attempts of one conversation share: the working and the state directory."""

    program: Program
    server: ModelServer
    directory: Path
    attempts: list[RealAttempt] = field(default_factory=list)

    def end(self) -> None:
        """End what a test that failed left running."""
        for attempt in self.attempts:
            if attempt.process is not None and attempt.process.poll() is None:
                attempt.cancel()

    def attempt(self, prompt: str, name: str = "1", resume: SessionRef | None = None, **fields: Any) -> RealAttempt:
        """Not started yet. ``{work}`` in the prompt is the working directory, which has a ``README.md``."""
        work, state, home = self.directory / "work", self.directory / "state", Path.home()
        work.mkdir(exist_ok=True)
        if not (work / "README.md").exists():
            (work / "README.md").write_text("alpha\nbeta\n")
        for path, content in self.program.state(self.server.url).items():
            theirs = home / f"{self.program.home}{path}"
            theirs.parent.mkdir(parents=True, exist_ok=True)
            theirs.write_text(content)
        place = self.directory / name
        place.mkdir()
        settings = ProgramSettings(self.program.command, env=dict(self.program.env(self.server.url)))
        chosen: dict[str, Any] = {
            "program": self.program.name,
            "worker_id": f"team_1_a:t:{uuid.uuid4().hex}",
            "model": self.program.model,
            "settings": settings,
            "state_dir": str(state),
            "resume": resume,
            "cwd": str(work),
            "timeout_s": PATIENCE_S,
            "answer_bytes": 16 << 20,
        }
        made = RealAttempt.make(place, "", **(chosen | fields))
        made.work, made.environment = work, self.program.environment
        self.attempts.append(made)
        made.files.prompt.write_text(prompt.format(work=work))
        made.files.system_prompt.write_text("You are one of a crew.")
        return made

    def run(self, prompt: str, **fields: Any) -> RealAttempt:
        """From its start to its result."""
        attempt = self.attempt(prompt, **fields).start()
        finish(attempt)
        return attempt


def finish(attempt: RealAttempt) -> AttemptResult:
    """Until its supervisor is gone; nothing of it lives then."""
    assert attempt.process is not None
    attempt.process.wait(PATIENCE_S + 30)
    result = attempt.result()
    assert result.survivors == 0
    assert not living(result.worker_id), "processes with its CREW_WORKER_ID outlived it"
    return result


def living(worker_id: str) -> list[psutil.Process]:
    """Processes that have it in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("CREW_WORKER_ID") == worker_id:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def completed(attempt: RealAttempt) -> str:
    """It is a success; returns its answer."""
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED, story(attempt)
    return attempt.answer().decode()


def failed(attempt: RealAttempt) -> Verdict:
    """It is a failure that says why."""
    meaning = attempt.verdict()
    assert meaning.outcome is AttemptOutcome.FAILED, story(attempt)
    assert meaning.detail
    return meaning


def story(attempt: RealAttempt) -> str:
    """What there is to read when it is not as it should be."""
    events = "\n".join(str(msgspec.json.encode(event))[:400] for event in attempt.events()[-40:])
    stderr = attempt.files.stderr.read_text(errors="replace")[-2_000:]
    return f"{attempt.verdict()}\n{events}\nstderr: {stderr}\nsupervisor: {attempt.log()[-2_000:]}"


def told(attempt: RealAttempt, kind: Kind) -> list[AgentEvent]:
    """Its events of the kind so far, also while the last line is still being written."""
    if not attempt.files.events.exists():
        return []
    lines = attempt.files.events.read_bytes().split(b"\n")[:-1]
    events = [msgspec.json.decode(line, type=AgentEvent) for line in lines]
    return [event for event in events if event.kind is kind]


def until_told(attempt: RealAttempt, kind: Kind, count: int = 1) -> list[AgentEvent]:
    """Wait for that many; fails at once when the attempt ends without them."""
    attempt.until(lambda: len(told(attempt, kind)) >= count or attempt.files.result.exists())
    found = told(attempt, kind)
    assert len(found) >= count, story(attempt)
    return found


def send(
    attempt: RealAttempt, kind: SteerKind, text: str = "", asked: str = "", decision: Decision | None = None
) -> str:
    """Through the supervisor's maildir, as a coordinator does; returns its id."""
    steer = Steer(uuid.uuid4().hex, kind, text, asked, decision)
    maildir.put(
        RealFs(), attempt.files.control_new, f"{steer.id}.json", msgspec.json.encode(ControlMessage(steer=steer))
    )
    ring(attempt.files.control_bell)
    return steer.id


def deliveries(attempt: RealAttempt, steer_id: str) -> list[DeliveryState]:
    events = [event for event in told(attempt, Kind.DELIVERY) if event.id == steer_id]
    return [DeliveryState((event.data or {})["state"]) for event in events]


def written_since(moment_ns: int, place: Path, but: Path) -> Iterator[Path]:
    """Files below ``place`` that are newer than that, in directories where something is; none below ``but``."""
    try:
        inside = list(place.iterdir())
    except OSError:
        # It has gone meanwhile, or is another person's.
        return
    for path in inside:
        try:
            found = path.lstat()
        except FileNotFoundError:
            continue
        if found.st_ctime_ns < moment_ns or path == but:
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from written_since(moment_ns, path, but)
        elif stat.S_ISREG(found.st_mode):
            yield path


def has(path: Path, text: str) -> bool:
    """Whether the file has it; one that has gone has nothing."""
    try:
        return text.encode() in path.read_bytes()
    except OSError:
        return False


class Gate:
    """A command that runs until the test lets it go on: it reads a named pipe."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / "gate"
        os.mkfifo(self.path)

    @property
    def command(self) -> str:
        """As an option of a marker."""
        return f"cat%20{self.path}"

    def open(self) -> None:
        """Waits until somebody reads."""
        self.path.write_text("open\n")
