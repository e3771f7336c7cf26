"""Running again: ``retry`` and ``resume`` put tasks back, with what was skipped because of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crew_core.engine.budget import exhausted
from crew_core.engine.conduct import Conduct
from crew_core.engine.ledger import Ledger
from crew_core.model import events as e
from crew_core.model.commands import Command, CommandKind, Outcome, OutcomeCode
from crew_core.model.state import Task
from crew_core.model.status import TaskStatus

_AGAIN = frozenset({TaskStatus.FAILED, TaskStatus.CANCELLED})


def requeue(ledger: Ledger, conduct: Conduct, command: Command) -> Outcome:
    """Record the requeueing that ``command`` asks for and say what was done. Twice is as good as once."""
    tasks = ledger.state.tasks
    if command.kind is CommandKind.RESUME and not ledger.run.status.ended:
        # What failed or was cancelled in it stays so: it only goes on where it was interrupted.
        return Outcome(code=OutcomeCode.DONE, message="the run goes on")
    if command.task_id is None:
        roots = [task.id for task in tasks.values() if task.status in _AGAIN]
        # A skip whose cause completed in the meantime has nothing else that would wake it.
        chosen = {*roots, *(t.id for t in tasks.values() if t.status is TaskStatus.SKIPPED)}
    elif command.task_id not in tasks:
        return Outcome(code=OutcomeCode.NO_SUCH_TASK, message=f"no task {command.task_id}")
    else:
        task = tasks[command.task_id]
        if task.status not in _AGAIN:
            return _refusal(task)
        chosen = {task.id, *skipped_because_of(task.id, tasks)}
    if not chosen:
        return Outcome(code=OutcomeCode.NOTHING_TO_DO, message=f"nothing failed: the run is {ledger.run.status}")
    if ledger.run.stop is not None and not ledger.run.status.ended:
        return Outcome(code=OutcomeCode.REFUSED, message="the run is being ended; try again when it has ended")
    used_up = exhausted(conduct.plan.limits, ledger.state)
    if used_up:
        return Outcome(code=OutcomeCode.REFUSED, message=f"{used_up}; start a new run with a higher limit")
    over = conduct.time.over()
    if over is not None:
        # It would end again in the same moment.
        return Outcome(code=OutcomeCode.REFUSED, message=f"{over[1]}; start a new run")
    if ledger.run.status.ended:
        ledger.record(e.RunRunning(clock_spent_s=conduct.time.clock_spent()))
    order = [task_id for task_id in tasks if task_id in chosen]
    for task_id in order:
        ledger.record(e.TaskRequeued(cause=command.kind.value), task_id, command_id=command.id)
    return Outcome(
        code=OutcomeCode.DONE,
        message="1 task runs again" if len(order) == 1 else f"{len(order)} tasks run again",
        tasks=tuple(order),
    )


def skipped_because_of(task_id: str, tasks: Mapping[str, Task]) -> Iterable[str]:
    """Every skipped task that ``task_id`` is to blame for, directly or through another skipped one."""
    blamed = {task_id}
    changed = True
    while changed:
        more = {t.id for t in tasks.values() if t.status is TaskStatus.SKIPPED and t.because in blamed}
        changed = not more <= blamed
        blamed |= more
    return blamed - {task_id}


def _refusal(task: Task) -> Outcome:
    if task.status is TaskStatus.SKIPPED:
        message = f"task {task.id} was skipped because of {task.because}: retry that one"
        return Outcome(code=OutcomeCode.REFUSED, message=message)
    return Outcome(code=OutcomeCode.NOTHING_TO_DO, message=f"task {task.id} is {task.status}")
