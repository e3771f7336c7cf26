"""One run of three tasks with a retry and a cancel, driven to its end through any number of crashes, as by a person."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from crew_core.model.commands import Command, CommandKind, CommandRecord, Outcome
from crew_core.model.events import Event
from crew_core.model.plan import RetryPolicy, RunPlan
from crew_core.model.reduce import reduce_all
from crew_core.model.state import RunState, Task
from crew_core.model.status import AttemptCause, AttemptOutcome, RunStatus, TaskStatus
from crew_core.observe.reading import RunReader
from crew_core.ops.control import Sender, Wanted
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.journal_reader import read_journal
from crew_core.store.layout import RunLayout
from crew_core.store.snapshot import write_snapshot
from tests.engine.run_builders import AT, plan, task

ROOT = Path(__file__).resolve().parents[2]
CANCEL_ID = "cmd_cancel_c"

#: Far more than any run needs; reached only when something hangs.
PATIENCE_S = 40.0

_STARTED = 'printf "%s\\n" "$CREW_WORKER_ID" >> "$PWD/starts"\n'
_A = _STARTED + "echo a is done"
_B = _STARTED + 'if mkdir "$PWD/b.failed" 2>/dev/null; then exit 3; fi\necho b is done'
_C = _STARTED + 'touch "$PWD/c.runs"\nexec sleep 60'


def crash_plan(cwd: Path) -> RunPlan:
    """a completes; b fails once, then completes; c sleeps until it is cancelled."""
    return plan(
        task("a", _A, cwd=str(cwd), retries=3),
        task("b", _B, cwd=str(cwd), after=("a",), retries=3),
        task("c", _C, cwd=str(cwd), retries=3),
        cwd=cwd,
        retry=RetryPolicy(base_ms=1, max_ms=2),
    )


@dataclass
class CrashRun:
    """Starts a coordinator, resumes what was interrupted, sends the one cancel, remembers what it was told."""

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    told: Outcome | None = None
    crashes: int = 0
    resumes: int = 0
    sent: bool = False
    #: Task → how it ended, and for the run how it ended: what `status` and the exit of `run --follow` have told.
    shown: dict[str, TaskStatus | RunStatus] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work = self.directory / "work"
        self.work.mkdir(parents=True)
        of = crash_plan(self.work)
        self.layout = RunLayout(self.directory / of.run_id)
        ensure_directory(RealFs(), self.layout.root)
        write_snapshot(RealFs(), self.layout.plan, of)
        self.reader = RunReader(self.layout.root)

    def until_ended(self) -> None:
        """Start a coordinator, and another whenever it is gone, until the run ended and the cancel is answered."""
        deadline = time.monotonic() + PATIENCE_S
        self.process = self.start(self.environment)
        while True:
            if time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the run hangs; {self.explain()}")
            if not self.sent and (self.work / "c.runs").exists():
                self.send_cancel()
                self.sent = True
            self.listen()
            try:
                status = self.process.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
            self.listen()
            if status != 0:
                self.crashes += 1
            if self.ended() and self.told is not None:
                return
            self.go_on()

    def go_on(self) -> None:
        """Nobody works on the run: it is resumed. Who waits for a cancel starts a coordinator, as `cancel` does."""
        if self.sent and self.told is None:
            self.start_again(self.layout.root)
            return
        self.resumes += 1
        sender = Sender(launch=self.start_again, again_s=PATIENCE_S)
        outcome = sender.send(self.layout.root, Wanted(CommandKind.RESUME), PATIENCE_S)
        assert outcome.ok, outcome

    def start_again(self, run_dir: Path) -> None:
        self.process = self.start({})

    def start(self, faults: Mapping[str, str]) -> subprocess.Popen[bytes]:
        inherited = {k: v for k, v in os.environ.items() if k != "CREW_TEST_FAULTS"}
        # The victim's orders are for the supervisor, whoever starts it.
        victim = {k: v for k, v in self.environment.items() if k.startswith("CREW_TEST_VICTIM")}
        with self.layout.coordinator_log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.coordinator_process", str(self.layout.root)],
                env={**inherited, "PYTHONPATH": str(ROOT), **victim, **faults},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def send_cancel(self) -> None:
        command = Command(id=CANCEL_ID, kind=CommandKind.CANCEL, at=AT, task_id="c", reason="enough")
        maildir.put(RealFs(), self.layout.commands_new, f"{CANCEL_ID}.json", msgspec.json.encode(command))
        ring(self.layout.bell)

    def listen(self) -> None:
        """Whoever looks, and the sender of the cancel, must be told the same for ever."""
        state = self.reader.read().state
        ends = {t.id: t.status for t in state.tasks.values()} | {"": state.run.status} if state is not None else {}
        for name, before in self.shown.items():
            assert ends.get(name) is before, f"{name or 'the run'} was shown as {before}, and now is {ends.get(name)}"
        self.shown |= {name: status for name, status in ends.items() if status.ended}
        try:
            data = (self.layout.commands_done / f"{CANCEL_ID}.json").read_bytes()
        except FileNotFoundError:
            assert self.told is None, "the outcome was told and is gone"
            return
        outcome = msgspec.json.decode(data, type=CommandRecord).outcome
        assert self.told in (None, outcome), "the outcome changed after it was told"
        self.told = outcome

    def events(self) -> list[Event]:
        return list(read_journal(self.layout.root, lambda problem: None))

    def state(self) -> RunState | None:
        return reduce_all(None, self.events())

    def ended(self) -> bool:
        state = self.state()
        return state is not None and state.run.status.ended

    def explain(self) -> str:
        state = self.state()
        said = self.layout.coordinator_log.read_text()[-2000:]
        return f"state {state and [(t.id, t.status, t.attempts) for t in state.tasks.values()]}\nlog {said}"

    def check(self) -> None:
        """The oracle."""
        assert self.told is not None
        assert self.told.ok, self.told
        assert self.told.survivors == 0, self.told
        events = self.events()
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        epochs = [event.metadata.epoch for event in events]
        assert epochs == sorted(epochs), "two coordinators wrote"
        starts = (self.work / "starts").read_text().split()
        assert len(starts) == len(set(starts)), "an attempt's agent started twice"
        state = self.state()
        assert state is not None
        self.check_tasks(state, set(starts))
        self.check_ends(events)

    def check_tasks(self, state: RunState, starts: set[str]) -> None:
        status = {t.id: t.status for t in state.tasks.values()}
        assert status == {
            "a": TaskStatus.COMPLETED,
            "b": TaskStatus.COMPLETED,
            "c": TaskStatus.CANCELLED,
        }, self.explain()
        assert state.run.status is RunStatus.CANCELLED
        for t in state.tasks.values():
            assert t.current is None
            self.check_attempts(t, starts)

    def check_attempts(self, t: Task, starts: set[str]) -> None:
        assert t.retries_spent <= t.max_retries
        agents = [a for a in t.attempts if a.outcome is not AttemptOutcome.REVOKED]
        retries = sum(1 for a in agents if a.cause is AttemptCause.RETRY)
        assert retries == t.retries_spent, "a revoked spawn spent a retry, or a lost one did not"
        for earlier, later in itertools.pairwise(agents):
            if earlier.outcome in (AttemptOutcome.LOST, AttemptOutcome.FAILED):
                assert later.cause is AttemptCause.RETRY
        for attempt in t.attempts:
            if attempt.outcome is AttemptOutcome.REVOKED:
                assert attempt.worker_id not in starts, "a revoked spawn started its agent"

    def check_ends(self, events: list[Event]) -> None:
        ended: set[str] = set()
        for event in events:
            if event.type == "attempt.starting" and event.task_id:
                assert event.task_id not in ended, "a task that had ended ran again"
            if event.type in ("task.completed", "task.cancelled") and event.task_id:
                assert event.task_id not in ended, "a task ended twice"
                ended.add(event.task_id)
        assert sum(event.type.startswith("run.") and event.type == "run.cancelled" for event in events) == 1
