"""What the run's agents use, as their programs report it, and the end of a run whose limit is used up."""

from __future__ import annotations

from collections.abc import Callable

from crew_core.engine.budget import Purse, asks_model, exhausted
from crew_core.engine.ledger import Ledger
from crew_core.engine.seams import Seams
from crew_core.engine.steering import abilities_of
from crew_core.model.amounts import is_limited
from crew_core.model.attempt import AttemptResult, StopRequest
from crew_core.model.plan import RunPlan
from crew_core.model.prices import price_of
from crew_core.model.progress import Progress
from crew_core.model.spent import NOTHING, Spent, spent_by
from crew_core.model.state import HoldCause, Task
from crew_core.model.status import AttemptOutcome, StopCode, StopVerb
from crew_core.model.usage import Usage
from crew_core.store.clock import iso

#: A run keeps the limits that it was started with.
_HINT = "a run keeps its limits: start anew with a higher one"


class Spending:
    """Part of the coordinator's turn; owned by its loop."""

    def __init__(self, plan: RunPlan, seams: Seams, ledger: Ledger) -> None:
        """:param plan: as the starter wrote it; tasks that come later have the same agents."""
        self._plan = plan
        self._seams = seams
        self._ledger = ledger

    def model_of(self, task: Task) -> str | None:
        """The model that its agent was asked to use."""
        agent = self._plan.agents.get(task.agent)
        return agent.model if agent is not None else None

    def so_far(self, task: Task, progress: Progress) -> Spent | None:
        """What the present attempt of ``task`` has used; None before it has reported anything."""
        if progress.usage is None:
            return None
        return self._spent(task, progress.usage, progress.model, cost_behind=progress.cost_behind)

    def in_the_end(self, task: Task, result: AttemptResult | None, outcome: AttemptOutcome) -> Spent | None:
        """What its newest attempt has used. An agent that was ended while it worked may have used more than it says.

        None when it left nothing but what it had told before.
        """
        if result is not None and result.spawn_error is not None:
            return NOTHING
        so_far = task.attempts[-1].spent
        usage = result.usage if result is not None else None
        cut = outcome is not AttemptOutcome.COMPLETED and (
            result is None or result.stop is not None or result.signal is not None
        )
        if usage is None:
            return so_far.at_least() if so_far is not None else None
        return self._spent(task, usage, result.model if result is not None else None, partial=cut)

    def _spent(
        self, task: Task, usage: Usage, model: str | None, *, partial: bool = False, cost_behind: bool = False
    ) -> Spent:
        named = model or task.attempts[-1].model or self.model_of(task)
        price = price_of(named, self._plan.prices)
        return spent_by(usage, price, partial=partial, cost_behind=cost_behind)

    def purse(self) -> Purse | None:
        """What may still be reserved; None where nothing limits that."""
        if not is_limited(self._plan.limits):
            return None
        return Purse(self._plan.limits, self._ledger.state, lambda program: abilities_of(program).asks_model)

    def check(self, stop_run: Callable[[StopRequest], None]) -> bool:
        """Stop the run when a limit is used up and an agent would go on or begin. True when that is news."""
        run = self._ledger.run
        if run.stop is not None or run.status.ended:
            return False
        why = exhausted(self._plan.limits, self._ledger.state)
        if not why or not any(map(_would_use_more, self._ledger.state.tasks.values())):
            return False
        at = iso(self._seams.clock.now())
        stop_run(StopRequest(verb=StopVerb.STOP, code=StopCode.BUDGET_EXHAUSTED, reason=f"{why}; {_HINT}", at=at))
        return True


def _would_use_more(task: Task) -> bool:
    current = task.current
    held = task.hold is not None and task.hold.cause is HoldCause.BUDGET and not task.status.ended
    return held or (current is not None and asks_model(current))
