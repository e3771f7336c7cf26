"""Runs of ours as a test of the whole dashboard wants them on disk: ended well, ended badly, in the middle."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from crew_core.model import events as e
from crew_core.model.identity import ProcessIdentity
from crew_core.model.progress import Progress
from crew_core.model.records import Artifact, Message
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.model.transcript import AgentEvent, Kind
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun

TASKS = ("01_look", "02_change", "03_check")

#: A process of another boot: what it worked on is not worked on any more.
SOMEBODY = ProcessIdentity("another-boot", "1", 7, 1)


def moment(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"2026-05-15T14:{int(minutes):02}:{rest:06.3f}Z"


class OwnRun(WrittenRun):
    """Three tasks, one after the other; every word in it that a person or an agent could have written is `says`."""

    def __init__(self, root: Path, number: int, says: str = "guard the division") -> None:
        self.says = says
        steps = (task(name, says, after=TASKS[place - 1 : place] if place else ()) for place, name in enumerate(TASKS))
        made = plan(*steps, run_id=f"team_202605151400{number:02}_{number:016x}", cwd=root)
        super().__init__(root, msgspec.structs.replace(made, goal=says, created_at=moment(0)))
        self._clock = 0.0
        self.happens(e.RunRunning())

    def happens(self, payload: e.Payload, task_id: str | None = None) -> None:
        """One event, half a second after the one before."""
        self._clock += 0.5
        self.append(self.book.record(payload, task_id, at=moment(self._clock)))

    def start(self, name: str, n: int = 1) -> None:
        cause = AttemptCause.FIRST if n == 1 else AttemptCause.RETRY
        self.happens(
            e.AttemptStarting(n=n, cause=cause, worker_id=f"w-{name}-{n}", program="shell", retries_spent=n - 1), name
        )
        self.happens(e.TaskStarted(), name)
        self.happens(e.AttemptStarted(n=n, supervisor=SOMEBODY, started_at=moment(self._clock)), name)
        self.tell(name, n, AgentEvent(kind=Kind.STARTED), AgentEvent(kind=Kind.THINKING, text=self.says))

    def tell(self, name: str, n: int, *told: AgentEvent) -> None:
        """Append to what an agent did."""
        files = self.layout.attempt(name, n)
        files.root.mkdir(parents=True, exist_ok=True)
        with files.events.open("ab") as file:
            for each in told:
                file.write(msgspec.json.encode(msgspec.structs.replace(each, at=moment(self._clock))) + b"\n")
        with files.transcript.open("a", errors="surrogatepass") as file:
            file.writelines(f"{each.text}\n" for each in told)

    def work(self, name: str, n: int = 1) -> None:
        """The agent uses a tool, says something, and sends a message."""
        self.tell(
            name,
            n,
            AgentEvent(kind=Kind.TOOL_START, tool="bash", id="t1", text=self.says),
            AgentEvent(kind=Kind.TOOL_END, tool="bash", id="t1", text=self.says, duration_ms=1200),
            AgentEvent(kind=Kind.TEXT, text=self.says),
            AgentEvent(kind=Kind.TEXT, text=f"{name} has seen it"),
        )
        self.happens(e.TaskProgress(progress=Progress(recent_output=(self.says,), tokens=1200)), name)
        sent = Message(
            id=f"m-{name}", task_id=name, kind="message", to="leader", text=self.says, at=moment(self._clock)
        )
        self.happens(e.MessageReceived(received=sent, messages=1), name)

    def end(self, name: str, n: int = 1, *, well: bool = True) -> None:
        outcome = AttemptOutcome.COMPLETED if well else AttemptOutcome.FAILED
        code, detail = ("ok", "") if well else ("exit", self.says)
        exit_code = 0 if well else 2
        ended = e.AttemptEnded(
            n=n, outcome=outcome, code=code, detail=detail, ended_at=moment(self._clock), exit_code=exit_code
        )
        self.happens(ended, name)
        if well:
            result = self.bring_forth(name, self.says)
            self.happens(e.TaskCompleted(result=result, exit_code=0), name)
        else:
            self.happens(e.TaskFailed(code="exit", error=self.says or "exit status 2", exit_code=2), name)

    def bring_forth(self, name: str, text: str) -> Artifact:
        """The file of a result."""
        data = f"# {name}\n\n{text}\n".encode(errors="replace")
        path = self.layout.artifacts / "results" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return Artifact(
            kind="result",
            path=f"results/{name}.md",
            created_at=moment(self._clock),
            producer=name,
            size_bytes=len(data),
            content_hash=hashlib.sha256(data).hexdigest(),
        )


def completed(root: Path, number: int = 1, says: str = "guard the division") -> OwnRun:
    run = OwnRun(root, number, says)
    for name in TASKS:
        run.start(name)
        run.work(name)
        run.end(name)
    (run.layout.artifacts / "summary.md").write_text(f"# Summary\n\nAll is well.\n\n{says}\n", errors="replace")
    for number in range(12):
        run.happens(e.ArtifactRecorded(artifact=run.bring_forth(f"piece-{number:02}", says)))
    run.happens(e.RunCompleted(code="completed"))
    run.snapshots()
    return run


def _at_work_on_second(root: Path, number: int, says: str) -> OwnRun:
    run = OwnRun(root, number, says)
    run.start(TASKS[0])
    run.work(TASKS[0])
    run.end(TASKS[0])
    run.start(TASKS[1])
    run.work(TASKS[1])
    return run


def failed(root: Path, number: int = 2, says: str = "guard the division") -> OwnRun:
    """The second task fails, and again; the third is skipped."""
    run = _at_work_on_second(root, number, says)
    run.end(TASKS[1], well=False)
    run.happens(e.TaskSkipped(because=TASKS[1]), TASKS[2])
    run.happens(e.RunFailed(code="task_failed"))
    run.snapshots()
    return run


def interrupted(root: Path, number: int = 3, says: str = "guard the division") -> OwnRun:
    """The second task runs, as far as the journal goes; whoever worked on it is gone."""
    run = _at_work_on_second(root, number, says)
    run.snapshots()
    return run
