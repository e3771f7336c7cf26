"""Speaking to an agent that works: send it something, or answer what it asks."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from crew_core.model.commands import CommandKind, Outcome, OutcomeCode, SendKind
from crew_core.model.snapshots import TasksFile
from crew_core.model.steering import Decision, DeliveryState, Sent
from crew_core.ops.control import START_S, Sender, Wanted, may_command
from crew_core.ops.errors import InputWrong
from crew_core.ops.forcing import living_supervisors
from crew_core.store.errors import StoreError
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free
from crew_core.store.snapshot import read_snapshot

#: What a program is sent goes through its stdin, and a longer text belongs into a file that it can read.
LONGEST_BYTES = 1 << 20

#: Who asks how far it has come is not kept longer: an agent may be at work for minutes before it takes anything.
TAKEN_S = 1.0

#: Half of the time between two snapshots.
_LOOK_S = 0.05


def send(run_dir: Path, task_id: str, text: str, kind: SendKind = SendKind.MESSAGE) -> Outcome:
    """Send ``text`` to the task's agent. Returns when there is word of it, or after about two seconds without.

    :raises InputWrong: there is nothing to send, or too much. :raises NoAnswer: no coordinator answers.
    """
    _check(f"send {task_id}", text, may_be_empty=kind is SendKind.INTERRUPT)
    return _told(run_dir, task_id, Wanted(CommandKind.SEND, task_id, text=text, sending=kind))


def respond(run_dir: Path, task_id: str, text: str, decision: Decision | None = None, asked: str = "") -> Outcome:
    """Answer what the task's agent asks under the id ``asked``, or the oldest thing that has no answer.

    A permission is decided by ``decision``, or by the text if that is the word for one.

    :raises InputWrong: there is nothing to send, or too much. :raises NoAnswer: no coordinator answers.
    """
    _check(f"respond {task_id}", text, may_be_empty=decision is not None)
    return _told(run_dir, task_id, Wanted(CommandKind.RESPOND, task_id, text=text, decision=decision, asked=asked))


def newest_word(run_dir: Path, outcome: Outcome, patience_s: float = TAKEN_S) -> Outcome:
    """``outcome`` of something that was sent, as it stands now; waits up to ``patience_s`` until its agent has it.

    What its agent was given a moment ago it mostly takes in the next.
    """
    deadline = time.monotonic() + patience_s
    while outcome.delivery is DeliveryState.SENT:
        sent = _sent(run_dir, outcome)
        if sent is not None and sent.state.ended:
            return _said(sent, outcome)
        if time.monotonic() >= deadline:
            break
        time.sleep(_LOOK_S)
    return outcome


def _sent(run_dir: Path, outcome: Outcome) -> Sent | None:
    try:
        known = read_snapshot(RunLayout(run_dir).tasks, TasksFile).tasks
    except (OSError, StoreError):
        # What the coordinator has said stays true.
        return None
    every = (each for task in known for attempt in task.attempts for each in attempt.sent)
    return next((each for each in every if each.steer.id == outcome.message_id), None)


def _said(sent: Sent, outcome: Outcome) -> Outcome:
    told = f"{sent.state}: {sent.said}" if sent.said else sent.state.value
    return replace(
        outcome,
        code=OutcomeCode.DONE if sent.state is DeliveryState.TAKEN else OutcomeCode.REFUSED,
        message=f"{told} (answers: {sent.about})" if sent.about else told,
        delivery=sent.state,
    )


def _told(run_dir: Path, task_id: str, wanted: Wanted) -> Outcome:
    """A run that nobody works on is not taken up by words to an agent that it does not have."""
    layout, sender = RunLayout(run_dir), Sender()
    may_command(layout, wanted.kind)
    if is_free(layout.lock) and not living_supervisors(layout, task_id, sender.identities):
        return Outcome(code=OutcomeCode.REFUSED, message=_why_nobody(layout, task_id))
    return sender.send(run_dir, wanted, START_S)


def _why_nobody(layout: RunLayout, task_id: str) -> str:
    with suppress(OSError, StoreError):
        known = {task.id: task.status for task in read_snapshot(layout.tasks, TasksFile).tasks}
        if task_id in known and known[task_id].ended:
            return f"task {task_id} is {known[task_id]}: no agent works on it now"
    return f"nobody works on task {task_id}: `crew-tui resume {layout.run_id}` takes the run up"


def _check(what: str, text: str, *, may_be_empty: bool) -> None:
    if not text.strip() and not may_be_empty:
        raise InputWrong(what, "there is no text", "say what the agent is to know")
    if len(text.encode("utf-8", "replace")) > LONGEST_BYTES:
        raise InputWrong(what, f"longer than {LONGEST_BYTES // 1024} KiB", "put it into a file, and send its name")
