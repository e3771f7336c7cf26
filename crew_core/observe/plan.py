"""The plan of a run of ours: its tasks in the stages that their dependencies make."""

from __future__ import annotations

from collections.abc import Sequence

from crew_core.model.state import Task
from crew_core.observe.depths import levels
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import PlanItem, PlanPhase, PlanRevision, PlanSlice

#: Names of steps that a phase is called by; more would be a list, not a name.
_MOST_NAMES = 2


def plan_of(tasks: Sequence[Task], revisions: tuple[PlanRevision, ...] = ()) -> PlanSlice:
    """A phase for each depth. Tasks that an answer brought are in it as soon as they are tasks of the run."""
    known = {task.id: task for task in tasks}
    stages = levels(tuple(known), {task.id: task.depends_on for task in tasks})
    phases = tuple(_phase([known[name] for name in stage]) for stage in stages)
    return PlanSlice(SliceState.READY if phases else SliceState.EMPTY, phases, revisions=revisions)


def _phase(members: Sequence[Task]) -> PlanPhase:
    steps = list(dict.fromkeys(task.step_id if task.item is None else f"each {task.added_by}" for task in members))
    more = f" and {len(steps) - _MOST_NAMES} more" if len(steps) > _MOST_NAMES else ""
    # Its name changes with each task that is added, its first task does not.
    return PlanPhase(", ".join(steps[:_MOST_NAMES]) + more, tuple(map(_item, members)), members[0].id)


def _item(task: Task) -> PlanItem:
    return PlanItem(task.item or task.title, task.id, task.role, task.depends_on)
