"""Speaking to an agent that works: send it something, or answer what it asks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from crew_core.model.commands import CommandKind, Outcome, OutcomeCode, SendKind
from crew_core.model.snapshots import TasksFile
from crew_core.model.steering import Decision
from crew_core.ops.control import START_S, Sender, Wanted, may_command
from crew_core.ops.errors import InputWrong
from crew_core.ops.forcing import living_supervisors
from crew_core.store.errors import StoreError
from crew_core.store.layout import RunLayout
from crew_core.store.lock import is_free
from crew_core.store.snapshot import read_snapshot

#: What a program is sent goes through its stdin, and a longer text belongs into a file that it can read.
LONGEST_BYTES = 1 << 20


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
