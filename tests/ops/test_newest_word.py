"""Who sends something to an agent is told how far it has come, not how far it had come a moment ago."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model import events as e
from crew_core.model.commands import Outcome, OutcomeCode
from crew_core.model.status import AttemptCause
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.ops import steering
from tests.engine.run_builders import plan, task
from tests.engine.trial_run import TRIAL, trial_run
from tests.observe.written_run import WrittenRun

SENT = Outcome(
    code=OutcomeCode.DONE,
    message="sent: its agent has not said yet that it took it (answers: rm -rf build)",
    tasks=("a",),
    message_id="msg_1",
    delivery=DeliveryState.SENT,
)


def sent_to(tmp_path: Path, *states: tuple[DeliveryState, str]) -> WrittenRun:
    run = WrittenRun(tmp_path, plan(task("a")))
    run.record(e.RunRunning())
    starting = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    run.record(starting, "a")
    steer = Steer(id="msg_1", kind=SteerKind.ANSWER)
    run.record(e.MessageSent(n=1, steer=steer, about="rm -rf build"), "a")
    for state, said in states:
        run.record(e.MessageDelivery(n=1, id="msg_1", state=state, said=said), "a")
    run.snapshots()
    return run


@pytest.mark.parametrize(
    ("state", "said", "code", "message"),
    [
        (DeliveryState.TAKEN, "", OutcomeCode.DONE, "taken (answers: rm -rf build)"),
        (DeliveryState.REFUSED, "not now", OutcomeCode.REFUSED, "refused: not now (answers: rm -rf build)"),
    ],
)
def test_what_came_of_it_meanwhile_is_told(
    tmp_path: Path, state: DeliveryState, said: str, code: OutcomeCode, message: str
) -> None:
    run = sent_to(tmp_path, (DeliveryState.SENT, ""), (state, said))
    told = steering.newest_word(run.path, SENT)
    assert (told.code, told.message, told.delivery, told.message_id) == (code, message, state, "msg_1")


def test_what_its_agent_has_not_taken_is_told_as_it_was(tmp_path: Path) -> None:
    run = sent_to(tmp_path, (DeliveryState.SENT, ""))
    assert steering.newest_word(run.path, SENT, 0.0) is SENT
    run.layout.tasks.write_bytes(b"damaged")
    assert steering.newest_word(run.path, SENT, 0.0) is SENT
    run.delete()
    assert steering.newest_word(run.path, SENT, 0.0) is SENT


@pytest.mark.usefixtures("no_process_left")
def test_it_is_waited_for_until_the_agent_has_it(tmp_path: Path) -> None:
    script = 'touch up; read -r id rest; while [ ! -e go ]; do sleep 0.01; done; echo "!taken $id"'
    run = trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path)))
    run.start().until((tmp_path / "up").exists)
    outcome = steering.send(run.layout.root, "a", "hello")
    assert outcome.delivery is DeliveryState.SENT
    (tmp_path / "go").touch()
    assert steering.newest_word(run.layout.root, outcome, 30.0).delivery is DeliveryState.TAKEN
    run.wait()
