"""Whether an answer keeps its contract, and what then follows from it."""

from __future__ import annotations

from dataclasses import dataclass

from crew_core.engine.answers import ListedItems, ListFaults, PlanFaults, PlannedTasks, items_of, plan_of, verdict_of
from crew_core.engine.expanding import planned
from crew_core.engine.prompts import roles_for_plans
from crew_core.model.events import TasksAdded
from crew_core.model.plan import RunPlan, TaskPlan, Wants
from crew_core.model.state import RunState
from crew_core.model.status import Verdict


@dataclass(frozen=True, slots=True)
class Accepted:
    """``added``: tasks that the answer brings."""

    verdict: Verdict | None = None
    reason: str = ""
    added: TasksAdded | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What is wrong with the answer, in words for its author."""

    faults: tuple[str, ...]


def accept(plan: TaskPlan, text: str, run: RunPlan, state: RunState) -> Accepted | Refused:
    """Read ``text`` by what its step wants."""
    match plan.wants:
        case Wants.ANSWER:
            return Accepted()
        case Wants.VERDICT:
            return _verdict(text)
        case Wants.PLAN:
            return _plan(plan, text, run, state)
        case Wants.LIST:
            return _list(plan, text)


def _verdict(text: str) -> Accepted | Refused:
    stated = verdict_of(text)
    if stated is None:
        return Refused(("there is no line 'VERDICT: PASS', 'VERDICT: FAIL: why' or 'VERDICT: NOT VERIFIED: why'",))
    return Accepted(verdict=stated.verdict, reason=stated.reason)


def _plan(plan: TaskPlan, text: str, run: RunPlan, state: RunState) -> Accepted | Refused:
    room = run.limits.max_tasks - len(state.tasks)
    found = plan_of(text, [role.name for role in roles_for_plans(run)], min(plan.max_items, max(0, room)))
    match found:
        case PlanFaults(faults):
            return Refused(faults)
        case PlannedTasks(tasks):
            dependants = [task for task in state.tasks.values() if plan.id in task.depends_on]
            return Accepted(added=planned(plan, tasks, run, dependants))


def _list(plan: TaskPlan, text: str) -> Accepted | Refused:
    match items_of(text, plan.max_items):
        case ListFaults(faults):
            return Refused(faults)
        case ListedItems():
            return Accepted()
