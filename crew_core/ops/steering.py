"""Speaking to an agent that works: send it something, or answer what it asks."""

from __future__ import annotations

from pathlib import Path

from crew_core.model.commands import CommandKind, Outcome, SendKind
from crew_core.model.steering import Decision
from crew_core.ops.control import START_S, Sender, Wanted
from crew_core.ops.errors import InputWrong

#: What a program is sent goes through its stdin, and a longer text belongs into a file that it can read.
LONGEST_BYTES = 1 << 20


def send(run_dir: Path, task_id: str, text: str, kind: SendKind = SendKind.MESSAGE) -> Outcome:
    """Send ``text`` to the task's agent. Returns when there is word of it, or after about two seconds without.

    :raises InputWrong: there is nothing to send, or too much. :raises NoAnswer: no coordinator answers.
    """
    _check(f"send {task_id}", text, may_be_empty=kind is SendKind.INTERRUPT)
    wanted = Wanted(CommandKind.SEND, task_id, text=text, sending=kind)
    return Sender().send(run_dir, wanted, START_S)


def respond(run_dir: Path, task_id: str, text: str, decision: Decision | None = None, asked: str = "") -> Outcome:
    """Answer what the task's agent asks under the id ``asked``, or the oldest thing that has no answer.

    A permission is decided by ``decision``, or by the text if that is the word for one.

    :raises InputWrong: there is nothing to send, or too much. :raises NoAnswer: no coordinator answers.
    """
    _check(f"respond {task_id}", text, may_be_empty=decision is not None)
    wanted = Wanted(CommandKind.RESPOND, task_id, text=text, decision=decision, asked=asked)
    return Sender().send(run_dir, wanted, START_S)


def _check(what: str, text: str, *, may_be_empty: bool) -> None:
    if not text.strip() and not may_be_empty:
        raise InputWrong(what, "there is no text")
    if len(text.encode("utf-8", "replace")) > LONGEST_BYTES:
        raise InputWrong(what, f"longer than {LONGEST_BYTES // 1024} KiB", "put it into a file, and send its name")
