"""`send` and `respond`: something for an agent that works, and how far it came."""

from __future__ import annotations

import sys

from crew_core.model.commands import Outcome, OutcomeCode, SendKind
from crew_core.model.steering import Decision
from crew_core.ops import steering as ops
from crew_core.ops.errors import InputWrong, NotFound, OpsError
from crew_core.ops.find import find_run, find_task
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.text import clean

#: In the place of a text: it is read from stdin.
FROM_STDIN = "-"


def send(call: Call) -> int:
    """Returns when there is word of it, or after about two seconds without.

    :raises OpsError: it was refused or lost, or nobody answers. :raises NotFound: no such run or task.
    """
    call.will_write()
    run_dir = find_run(call.options.run, call.start)
    task_id = find_task(run_dir, call.options.task)
    return _tell(call, run_dir.name, ops.send(run_dir, task_id, _text(call), SendKind(call.options.kind)))


def respond(call: Call) -> int:
    """Like `send`: the answer to the oldest thing that the agent asks."""
    call.will_write()
    run_dir = find_run(call.options.run, call.start)
    task_id = find_task(run_dir, call.options.task)
    decision = Decision(call.options.decision) if call.options.decision else None
    return _tell(call, run_dir.name, ops.respond(run_dir, task_id, _text(call), decision))


def _text(call: Call) -> str:
    """:raises InputWrong: stdin holds no text."""
    text: str = call.options.text
    if text != FROM_STDIN:
        return text
    if sys.stdin is None:
        raise InputWrong(str(call.command), "stdin is closed", f"{FROM_STDIN} reads the text from there")
    try:
        return sys.stdin.buffer.read(ops.LONGEST_BYTES + 1).decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise InputWrong(str(call.command), f"stdin is no UTF-8 text: {error.reason}") from error


def _tell(call: Call, run_id: str, outcome: Outcome) -> int:
    if outcome.code is OutcomeCode.NO_SUCH_TASK:
        raise NotFound(f"{call.command} {run_id}", outcome.message)
    if not outcome.ok:
        named = f" ({outcome.message_id})" if outcome.message_id else ""
        raise OpsError(f"{call.command} {run_id}", f"{clean(outcome.message)}{named}")
    if call.json:
        document({"outcome": outcome, "runId": run_id})
    else:
        print(f"{outcome.message_id}: {clean(outcome.message)}", flush=True)
    return 0
