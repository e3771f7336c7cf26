"""The two versions of a plan that pi-crew has repaired: what its planner wrote, and what became tasks.

A plan that is wrong is repaired by dropping tasks and by putting the names of roles right (runtime-spec §3.10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crew_core.observe.picrew.task_record import TaskRecord
from crew_core.observe.plan_changes import PlannedItem, changes_between, in_phases, titled
from crew_core.observe.tab_slices import PlanRevision

if TYPE_CHECKING:
    from crew_core.observe.picrew.plan import WrittenItem, WrittenPhase

_After = Mapping[str, tuple[str, ...]]

#: The step whose answer is the plan.
_PLANNER = "assess"


def repair_of(
    tasks: Sequence[TaskRecord], adaptive: Sequence[TaskRecord], written: Sequence[WrittenPhase], after: _After
) -> PlanRevision:
    """``adaptive``: those of ``tasks`` that the plan brought."""
    first = in_phases([[_written(item) for item in phase.items] for phase in written])
    places = {task.id: place for place, task in enumerate(adaptive)}
    waits = (frozenset(places[each] for each in after[task.id] if each in places) for task in adaptive)
    second = tuple(map(_taken, adaptive, waits))
    planner = next((task.id for task in tasks if task.step_id == _PLANNER), "")
    return PlanRevision(planner, 2, changes_between(first, second))


def _written(item: WrittenItem) -> PlannedItem:
    return PlannedItem(titled(item.title, item.text), item.role, item.text)


def _taken(task: TaskRecord, after: frozenset[int]) -> PlannedItem:
    # A task without a title of its own is called as its step.
    title = "" if task.title == task.step_id and task.planned else task.title
    return PlannedItem(titled(title, task.planned), task.role, task.planned, after)
