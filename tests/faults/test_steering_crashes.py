"""kill -9 of the coordinator while something is sent to an agent: it arrives once, and what was told stays true."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from crew_core.model.commands import Command, CommandKind, CommandRecord, Outcome, SendKind
from crew_core.model.status import RunStatus
from crew_core.model.steering import DeliveryState
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs
from tests.engine.real_run import PATIENCE_S, RealRun
from tests.engine.run_builders import AT, task
from tests.engine.trial_run import TRIAL, states, trial_run
from tests.faults.crash_run import ROOT
from tests.seams.faulty_fs import Effect, Fault, environment

pytestmark = pytest.mark.usefixtures("no_process_left")

_NAME = "msg_1"

#: Takes one line, and looks whether it comes a second time.
_SCRIPT = """
touch up
read -r id rest; echo "$rest" >> got; echo "!taken $id"
while [ ! -e go ]; do sleep 0.01; done
"""


class SteeringRun:
    """Starts coordinators until the run ended; sends one message when the agent is up."""

    def __init__(self, directory: Path) -> None:
        self.work = directory / "work"
        self.work.mkdir(parents=True)
        self.run: RealRun = trial_run(directory, task("a", _SCRIPT, agent=TRIAL, cwd=str(self.work), retries=3))
        self.told: Outcome | None = None

    def crash(self, faults: Mapping[str, str]) -> int:
        """Through the crash to the end; returns how often a coordinator died."""
        crashes, sent = 0, False
        deadline = time.monotonic() + PATIENCE_S
        process = self.start(faults)
        while not (self.told is not None and process.poll() is not None and self.ended()):
            assert time.monotonic() < deadline, f"it hangs; {self.run.log()}"
            if not sent and (self.work / "up").exists():
                self.send()
                sent = True
            self.listen()
            if self.told is not None:
                (self.work / "go").touch()
            try:
                crashes += process.wait(0.01) != 0
            except subprocess.TimeoutExpired:
                continue
            self.listen()
            if not (self.told is not None and self.ended()):
                process = self.start({})
        return crashes

    def start(self, faults: Mapping[str, str]) -> subprocess.Popen[bytes]:
        with self.run.layout.coordinator_log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.steering_coordinator", str(self.run.layout.root)],
                env={**os.environ, "PYTHONPATH": str(ROOT), **faults},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def ended(self) -> bool:
        return bool(self.run.events()) and self.run.state().run.status.ended

    def send(self) -> None:
        command = Command(id=_NAME, kind=CommandKind.SEND, at=AT, task_id="a", text="hello", sending=SendKind.STEER)
        layout = self.run.layout
        maildir.put(RealFs(), layout.commands_new, f"{_NAME}.json", msgspec.json.encode(command))
        ring(layout.bell)

    def listen(self) -> None:
        """What the sender is told must be told the same for ever."""
        try:
            data = (self.run.layout.commands_done / f"{_NAME}.json").read_bytes()
        except FileNotFoundError:
            assert self.told is None, "the outcome was told and is gone"
            return
        outcome = msgspec.json.decode(data, type=CommandRecord).outcome
        assert self.told in (None, outcome), "the outcome changed after it was told"
        self.told = outcome

    def check(self) -> None:
        """The oracle."""
        assert self.told is not None
        assert self.told.delivery in (DeliveryState.SENT, DeliveryState.TAKEN, DeliveryState.QUEUED), self.told
        assert (self.work / "got").read_text() == "steer - - hello\n"
        state = self.run.state()
        assert state.run.status is RunStatus.COMPLETED, self.run.log()
        assert states(state.tasks["a"]) == ["taken"]
        types = self.run.types()
        assert (types.count("message.sent"), types.count("command.done")) == (1, 1)
        assert not any(self.run.layout.commands_new.glob("*.json"))


def crash(directory: Path, faults: Mapping[str, str]) -> int:
    run = SteeringRun(directory)
    crashes = run.crash(faults)
    run.check()
    return crashes


def test_a_coordinator_killed_at_each_kind_of_operation_while_something_is_sent(tmp_path: Path) -> None:
    log = tmp_path / "operations"
    assert crash(tmp_path / "count", environment(log=log)) == 0
    lines = log.read_text().splitlines()
    kinds = [line.split(" ", 1)[0] for line in lines]
    # From the hand-over to the worker on; what comes before it is killed by the other tests.
    first = next(i for i, line in enumerate(lines, 1) if "steer-msg_1" in line or "msg_1.json" in line)
    chance = random.Random(5)
    died = 0
    for kind in sorted(set(kinds[first - 1 :])):
        at = chance.choice([i for i, each in enumerate(kinds, 1) if each == kind and i >= first - 8])
        for effect in (Effect.KILL_BEFORE, Effect.KILL_AFTER):
            died += crash(tmp_path / f"{kind}-{effect}", environment(Fault(effect=effect, at=at)))
    # One with fewer operations than the counted run may have ended before its own was due.
    assert died > len(set(kinds[first - 1 :]))


@pytest.mark.torture
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("effect", [Effect.KILL_BEFORE, Effect.KILL_AFTER])
def test_a_coordinator_killed_at_every_operation_while_something_is_sent(tmp_path: Path, effect: Effect) -> None:
    at = 1
    while crash(tmp_path / str(at), environment(Fault(effect=effect, at=at))):
        at += 1
    assert at > 30
