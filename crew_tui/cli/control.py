"""`cancel`, `stop`, `resume` and `retry`: one request, and what came of it."""

from __future__ import annotations

from pathlib import Path

from crew_core.model.commands import Outcome, OutcomeCode
from crew_core.ops import control as ops
from crew_core.ops.errors import NotFound, OpsError
from crew_core.ops.find import find_run, find_task
from crew_tui.cli.call import Call
from crew_tui.cli.json_form import document
from crew_tui.text import clean


def control(call: Call) -> int:
    """Returns when the outcome is known: after `cancel` and `stop` the workers are gone.

    :raises OpsError: it was refused, or nobody answers. :raises NotFound: no such run or task.
    """
    call.will_write()
    run_dir = find_run(call.options.run, call.start)
    named = getattr(call.options, "task", None)
    task_id = find_task(run_dir, named) if named is not None else None
    outcome = _ask(call, run_dir, task_id)
    if not outcome.ok:
        refused = NotFound if outcome.code is OutcomeCode.NO_SUCH_TASK else OpsError
        raise refused(f"{call.command} {run_dir.name}", outcome.message)
    if call.json:
        document({"outcome": outcome, "runId": run_dir.name})
    else:
        print(_words(outcome, run_dir, task_id, ends=call.command in ("cancel", "stop")), flush=True)
    return 0


def _ask(call: Call, run_dir: Path, task_id: str | None) -> Outcome:
    options = call.options
    match call.command:
        case "cancel":
            return ops.cancel(run_dir, task_id, options.reason, force=options.force)
        case "stop":
            return ops.stop(run_dir, task_id, options.reason, force=options.force)
        case "resume":
            return ops.resume(run_dir)
        case _:
            return ops.retry(run_dir, task_id)


def _words(outcome: Outcome, run_dir: Path, task_id: str | None, *, ends: bool) -> str:
    parts = [f"{run_dir.name}: {clean(outcome.message)}"]
    if outcome.code is not OutcomeCode.DONE:
        return parts[0]
    if outcome.tasks and task_id is None:
        parts[0] += f" ({', '.join(map(clean, outcome.tasks))})"
    if outcome.ended:
        parts.append(f"{outcome.ended} process{'es' if outcome.ended > 1 else ''} ended")
    if ends:
        parts.append(f"{outcome.survivors} left alive" if outcome.survivors else "no process left")
    return "; ".join(parts)
