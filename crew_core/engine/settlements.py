"""Recording what a settled task comes to: its result is kept, its answer read, its tasks added."""

from __future__ import annotations

from collections.abc import Iterator

from crew_core.engine.accepting import Accepted, Refused, accept
from crew_core.engine.answers import ListedItems, items_of
from crew_core.engine.expanding import fanned_out
from crew_core.engine.keeping import keep
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.engine.settling import CalledOff, Done, GiveUp, Settlement, TryAgain
from crew_core.model import events as e
from crew_core.model.plan import RunPlan
from crew_core.model.records import Artifact
from crew_core.model.state import Attempt, Task
from crew_core.model.status import Verdict
from crew_core.store.clock import iso
from crew_core.store.layout import RunLayout
from crew_core.store.regular import read_regular


class Settlements:
    """Part of the coordinator's turn; records events and writes results, starts nothing."""

    def __init__(self, layout: RunLayout, seams: Seams, ledger: Ledger) -> None:
        self._layout = layout
        self._seams = seams
        self._ledger = ledger

    def record(self, task: Task, settlement: Settlement, plan: RunPlan) -> None:
        """Record the settlement of ``task``."""
        match settlement:
            case Done():
                self._done(task, settlement, plan)
            case TryAgain(until, delay_ms, code, error):
                self._ledger.record(
                    e.TaskParked(until=iso(until), delay_ms=delay_ms, code=code, error=error),
                    task.id,
                    message=f"retry in {delay_ms / 1000:.1f} s after: {error or code}",
                )
            case GiveUp(code, error, exit_code, dead_letter):
                if dead_letter:
                    self._ledger.record(e.TaskDeadLettered(attempts=len(task.attempts), last_error=error), task.id)
                failed = e.TaskFailed(code=code, error=error, exit_code=exit_code)
                self._ledger.record(failed, task.id, message=error or code)
            case CalledOff(code, error):
                self._ledger.record(e.TaskCancelled(code=code, error=error), task.id, message=error or code)

    def _done(self, task: Task, done: Done, plan: RunPlan) -> None:
        answer = accept(plan.task(task.id), self._answer(task, done.answer.n), plan, self._ledger.state)
        match answer:
            case Refused(faults):
                self._refuse(task, done.answer, faults)
            case Accepted(verdict=Verdict.FAIL, reason=reason):
                self._fail(task, done.answer, Verdict.FAIL, reason)
            case Accepted():
                self._complete(task, done, answer)

    def _refuse(self, task: Task, answer: Attempt, faults: tuple[str, ...]) -> None:
        said = "; ".join(faults)
        if task.refused is None:
            refused = e.AnswerRefused(n=answer.n, faults=faults)
            self._ledger.record(refused, task.id, message=f"to be corrected: {said}")
            return
        result = self._keep_result(task, answer.n)
        failed = e.TaskFailed(code="answer_refused", error=said, exit_code=answer.exit_code, result=result)
        self._ledger.record(failed, task.id, message=said)

    def _fail(self, task: Task, answer: Attempt, verdict: Verdict, reason: str) -> None:
        said = f"{verdict}: {reason}" if reason else str(verdict)
        failed = e.TaskFailed(
            code="verdict_fail",
            error=said,
            exit_code=answer.exit_code,
            result=self._keep_result(task, answer.n),
            usage=answer.usage,
            verdict=verdict,
            verdict_reason=reason,
        )
        self._ledger.record(failed, task.id, message=said)

    def _complete(self, task: Task, done: Done, accepted: Accepted) -> None:
        if accepted.added is not None and not any(self._brought_by(task.id)):
            said = f"{len(accepted.added.tasks)} tasks planned"
            self._ledger.record(accepted.added, task.id, message=said)
        completed = e.TaskCompleted(
            result=self._keep_result(task, done.answer.n),
            exit_code=done.answer.exit_code,
            usage=done.answer.usage,
            verified=done.verified,
            verdict=accepted.verdict,
            verdict_reason=accepted.reason,
        )
        said = ": ".join(part for part in (accepted.verdict or "", accepted.reason) if part)
        self._ledger.record(completed, task.id, message=said or None)

    def expand(self, task_id: str, plan: RunPlan) -> None:
        """Make the tasks of a fan-out whose list is there; it completes by that itself. Twice is as good as once."""
        template = plan.task(task_id)
        assert template.for_each is not None
        listed = items_of(self._result(self._ledger.task(template.for_each)), template.max_items)
        listed = listed if isinstance(listed, ListedItems) else ListedItems()
        items = listed.items
        dependants = [task for task in self._ledger.state.tasks.values() if task_id in task.depends_on]
        if items and not any(self._brought_by(task_id)):
            added = fanned_out(template, items, plan, dependants)
            left_out = f"; {listed.left_out} left out, over the limit" if listed.left_out else ""
            self._ledger.record(added, task_id, message=f"one task for each of {len(items)} items{left_out}")
        self._ledger.record(e.TaskCompleted(), task_id, message=None if items else "the list is empty: nothing to do")

    def _brought_by(self, task_id: str) -> Iterator[Task]:
        return (task for task in self._ledger.state.tasks.values() if task.added_by == task_id)

    def _answer(self, task: Task, n: int) -> str:
        try:
            return read_regular(self._layout.attempt(task.id, n).answer).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _result(self, task: Task) -> str:
        if task.result_artifact is None:
            return ""
        try:
            return read_regular(self._layout.artifacts / task.result_artifact.path).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""

    def _keep_result(self, task: Task, n: int) -> Artifact | None:
        try:
            text = read_regular(self._layout.attempt(task.id, n).answer)
        except FileNotFoundError:
            return None
        return keep(self._layout, self._seams, f"results/{task.id}.txt", text, kind="result", producer=task.id)
