"""One run of three tasks with a retry and a cancel, driven to its end through any number of crashes, as by a person."""

from __future__ import annotations

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
from crew_core.model.state import Attempt, RunState
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.reading import RunReader
from crew_core.ops.control import Sender, Wanted
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.journal_reader import read_journal
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free
from crew_core.store.snapshot import write_snapshot
from crew_tui.cli.verdict_words import EXIT_STATUSES
from tests.engine.run_builders import AT, plan, task
from tests.faults import oracle
from tests.faults.by_hand import ByHand

ROOT = Path(__file__).resolve().parents[2]
CANCEL_ID = "cmd_cancel_c"

#: Far more than any run needs; reached only when something hangs.
PATIENCE_S = 40.0

#: What `run --follow` ends with when nobody works on the run.
_INTERRUPTED = 3

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
    """Starts a coordinator, resumes what was interrupted, sends the one cancel, remembers what it was told.

    ``by_hand``: by command lines of the program, whose words and exit statuses are what was told. Only the first
    coordinator is the test's then. Else by the same ops in this process, and every coordinator is the test's.
    """

    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    by_hand: bool = False
    crashes: int = 0
    sent: bool = False
    #: Command → outcome, of all that are written down as done.
    answers: dict[str, Outcome] = field(default_factory=dict)
    #: Task → how it ended, and for the run how it ended: what `status` has told.
    shown: dict[str, TaskStatus | RunStatus] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.work = self.directory / "work"
        self.work.mkdir(parents=True)
        of = crash_plan(self.work)
        self.layout = RunLayout(self.directory / ".crew" / "runs" / of.run_id)
        ensure_directory(RealFs(), self.layout.root)
        write_snapshot(RealFs(), self.layout.plan, of)
        self.reader = RunReader(self.layout.root)
        self.person = ByHand(self.layout.root)

    def until_ended(self) -> None:
        """Start a coordinator, and another whenever it is gone, until the run ended and the cancel is answered."""
        deadline = time.monotonic() + PATIENCE_S
        if self.by_hand:
            self.person.follow()
        self.process = self.start(self.environment)
        while True:
            if time.monotonic() > deadline:
                self.give_up()
            if not self.sent and (self.work / "c.runs").exists():
                self.send_cancel()
            self.listen()
            if self.somebody_works():
                continue
            self.listen()
            if self.ended() and self.told is not None:
                return
            self.go_on()

    def somebody_works(self) -> bool:
        """Whether a coordinator lives or a command is waited for; a little later."""
        if self.process is not None:
            try:
                self.crashes += self.process.wait(0.01) != 0
            except subprocess.TimeoutExpired:
                return True
            self.process = None
        if not self.by_hand:
            return False
        if self.person.busy() or not is_free(self.layout.lock):
            time.sleep(0.01)
            return True
        return False

    def go_on(self) -> None:
        """Nobody works on the run: it is resumed, unless a cancel is waited for, which starts a coordinator itself."""
        if self.by_hand:
            if self.sent and self.told is None:
                self.send_cancel()
            else:
                self.person.resume()
        elif self.sent and self.told is None:
            self.start_again(self.layout.root)
        else:
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
        self.sent = True
        if self.by_hand:
            self.person.cancel("c")
            return
        command = Command(id=CANCEL_ID, kind=CommandKind.CANCEL, at=AT, task_id="c", reason="enough")
        maildir.put(RealFs(), self.layout.commands_new, f"{CANCEL_ID}.json", msgspec.json.encode(command))
        ring(self.layout.bell)

    @property
    def told(self) -> Outcome | None:
        """What the sender of the cancel was told."""
        return self.person.cancelled if self.by_hand else self.answers.get(CANCEL_ID)

    def listen(self) -> None:
        """Whoever looks, and the sender of a command, must be told the same for ever."""
        state = self.reader.read().state
        ends = {t.id: t.status for t in state.tasks.values()} | {"": state.run.status} if state is not None else {}
        for name, before in self.shown.items():
            assert ends.get(name) is before, f"{name or 'the run'} was shown as {before}, and now is {ends.get(name)}"
        self.shown |= {name: status for name, status in ends.items() if status.ended}
        files = self.layout.commands_done.glob("cmd_*.json")
        done = {file.stem: msgspec.json.decode(file.read_bytes(), type=CommandRecord).outcome for file in files}
        for command, outcome in self.answers.items():
            assert done.get(command) == outcome, f"the outcome of {command} was told, and now is {done.get(command)}"
        self.answers = done

    def events(self) -> list[Event]:
        return list(read_journal(self.layout.root, lambda problem: None))

    def state(self) -> RunState | None:
        return reduce_all(None, self.events())

    def attempt(self, name: str) -> Attempt:
        """``<task>/<n>``."""
        task_id, n = name.split("/")
        state = self.state()
        assert state is not None
        return next(each for each in state.tasks[task_id].attempts if each.n == int(n))

    def ended(self) -> bool:
        state = self.state()
        return state is not None and state.run.status.ended

    def give_up(self) -> None:
        if self.process is not None:
            self.process.kill()
        raise AssertionError(f"the run hangs; {self.explain()}")

    def explain(self) -> str:
        state = self.state()
        said = self.layout.coordinator_log.read_text()[-2000:]
        tasks = state and [(t.id, t.status, t.attempts) for t in state.tasks.values()]
        return f"state {tasks}\nlog {said}\ncommands {self.person.errors}"

    def check(self) -> None:
        """The oracle, and what was told."""
        assert self.told is not None
        assert self.told.ok, self.told
        assert self.told.survivors == 0, self.told
        state = self.state()
        assert state is not None
        oracle.check(self.events(), state, (self.work / "starts").read_text().split())
        if self.by_hand:
            assert self.told in self.answers.values(), "cancel told what nobody has written down"
            status = self.person.followed()
            interrupted = status == _INTERRUPTED and self.crashes
            assert interrupted or status == EXIT_STATUSES[state.run.status], (status, self.explain())
