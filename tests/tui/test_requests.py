"""What a person is told of what was asked for."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec

from crew_core.model import events as e
from crew_core.model.commands import Command, CommandRecord, Outcome, OutcomeCode
from crew_core.model.status import AttemptCause
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.store.fs import RealFs, ensure_directory
from crew_core.store.lock import RunLock
from crew_core.store.snapshot import write_snapshot
from crew_tui.actions import Action
from crew_tui.requests import Target, Word, word_request
from crew_tui.steering import Told
from tests.awaiting import until
from tests.engine.run_builders import plan, task
from tests.observe.written_run import WrittenRun


def answer_as_coordinator(run: WrittenRun) -> None:
    """Answers as soon as the agent has been sent it; by the time that this is read the agent has taken it."""
    until(lambda: any(run.layout.commands_new.glob("*.json")), run.path, "no command came")
    (file,) = run.layout.commands_new.glob("*.json")
    command = msgspec.json.decode(file.read_bytes(), type=Command)
    run.record(e.MessageSent(n=1, steer=Steer(id=command.id, kind=SteerKind.MESSAGE)), "a")
    run.record(e.MessageDelivery(n=1, id=command.id, state=DeliveryState.TAKEN), "a")
    run.snapshots()
    said = "sent: its agent has not said yet that it took it"
    sent = Outcome(code=OutcomeCode.DONE, message=said, message_id=command.id, delivery=DeliveryState.SENT)
    ensure_directory(RealFs(), run.layout.commands_done)
    write_snapshot(RealFs(), run.layout.commands_done / file.name, CommandRecord(command=command, outcome=sent))


def test_what_an_agent_has_taken_meanwhile_is_told_as_taken(tmp_path: Path) -> None:
    run = WrittenRun(tmp_path, plan(task("a")))
    run.record(e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0), "a")
    lock = RunLock.acquire(run.layout.lock, RealFs())
    target, told = Target(run.path, "a"), list[Told]()
    request = word_request(Word(Action.MESSAGE_TASK, "hello"), target)
    asking = threading.Thread(target=lambda: told.append(request()))
    asking.start()
    answer_as_coordinator(run)
    asking.join()
    lock.release()
    assert [each.text for each in told] == [f"{target.name}: taken"]
