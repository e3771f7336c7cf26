"""The versions of a plan in a run of ours: the answers of its planner, of which the last one became tasks.

An answer that was refused, or whose verification failed, stays on disk; the corrected or repeated one is the next
version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crew_core.model.plan_text import stated_plan
from crew_core.model.state import Task
from crew_core.model.status import AttemptOutcome
from crew_core.observe.plan_changes import PlannedItem, changes_between, in_phases, titled
from crew_core.observe.tab_slices import PlanRevision
from crew_core.store.layout import RunLayout
from crew_core.store.regular import open_regular

#: A plan of fifty tasks with the longest texts that are taken is half of it.
_LARGEST_ANSWER = 1_000_000


class PlanVersions:
    """Reads each answer once: the answer of an attempt that has ended does not change. Owned by the store thread."""

    def __init__(self, layout: RunLayout) -> None:
        self._layout = layout
        self._known: dict[tuple[str, tuple[int, ...]], PlanRevision | None] = {}

    def revisions(self, tasks: Sequence[Task]) -> tuple[PlanRevision, ...]:
        """Of each planner whose plan became tasks of the run, and that had given another one before."""
        planners = {task.added_by for task in tasks if task.added_by is not None and task.item is None}
        found = (self._revision(task) for task in tasks if task.id in planners)
        return tuple(revision for revision in found if revision is not None)

    def _revision(self, planner: Task) -> PlanRevision | None:
        answers = tuple(each.n for each in planner.tried if each.outcome is AttemptOutcome.COMPLETED)
        if len(answers) < 2:
            return None
        key = (planner.id, answers)
        if key not in self._known:
            self._known[key] = self._read(planner.id, answers)
        return self._known[key]

    def _read(self, planner: str, answers: Sequence[int]) -> PlanRevision | None:
        plans = [self._plan(planner, n) for n in answers]
        *earlier, last = plans
        earlier = [plan for plan in earlier if plan]
        if not last or not earlier:
            return None
        return PlanRevision(planner, len(earlier) + 1, changes_between(earlier[-1], last))

    def _plan(self, planner: str, n: int) -> tuple[PlannedItem, ...]:
        """Empty when the answer has no plan that can be read."""
        try:
            with open_regular(self._layout.attempt(planner, n).answer) as file:
                text = file.read(_LARGEST_ANSWER).decode("utf-8", "replace")
        except OSError:
            return ()
        stated = stated_plan(text)
        return () if isinstance(stated, str) else items_of(stated)


def items_of(stated: Mapping[str, object]) -> tuple[PlannedItem, ...]:
    """What can be read of a plan, also of one that was refused."""
    if "phases" in stated:
        phases = [_objects(phase.get("tasks")) for phase in _objects(stated["phases"])]
        return in_phases([list(map(_item, tasks)) for tasks in phases])
    tasks = _objects(stated.get("tasks"))
    places = {str(task["id"]): place for place, task in enumerate(tasks) if isinstance(task.get("id"), str | int)}
    return tuple(_item(task, _after(task, places)) for task in tasks)


def _after(task: Mapping[str, object], places: Mapping[str, int]) -> frozenset[int]:
    said = task.get("dependsOn")
    named = said if isinstance(said, list) else [said]
    return frozenset(places[str(name)] for name in named if isinstance(name, str | int) and str(name) in places)


def _item(task: Mapping[str, object], after: frozenset[int] = frozenset()) -> PlannedItem:
    text = _word(task.get("task"))
    return PlannedItem(titled(_word(task.get("title")), text), _word(task.get("role")), text, after)


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _objects(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
