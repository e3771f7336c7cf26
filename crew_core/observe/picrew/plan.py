"""The plan of a run: the phases of an adaptive plan, else the stages that the dependencies make."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.observe.depths import levels
from crew_core.observe.picrew import fields
from crew_core.observe.picrew.fields import Malformed
from crew_core.observe.picrew.plan_repair import repair_of
from crew_core.observe.picrew.task_record import RESUMED, TaskRecord
from crew_core.observe.slices import SliceState
from crew_core.observe.tab_slices import Approval, PlanItem, PlanPhase, PlanSlice

_PLAN_MARKS = re.compile(rb"ADAPTIVE_PLAN_JSON_START(.*?)ADAPTIVE_PLAN_JSON_END", re.DOTALL)

#: The step of an adaptive task: ``adaptive-<phase>-<number>-<role>``, both from 1.
_ADAPTIVE_STEP = re.compile(r"adaptive-(\d{1,4})-\d+-")

#: Titles of tasks that a phase without a name is called by.
_MOST_NAMES = 2


@dataclass(frozen=True, slots=True)
class WrittenItem:
    title: str
    role: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class WrittenPhase:
    """A phase as the planner wrote it."""

    name: str
    items: tuple[WrittenItem, ...]


def plan_in(data: bytes) -> tuple[WrittenPhase, ...]:
    """The plan in a planner's answer. :raises Malformed: there is none in it."""
    found = _PLAN_MARKS.search(data)
    record = fields.decoded_record(found.group(1) if found else data)
    phases = fields.records(record, "phases")
    if not phases and fields.records(record, "tasks"):
        phases = ({"name": "adaptive", "tasks": record["tasks"]},)
    if not phases:
        raise Malformed("it has no phases")
    return tuple(
        WrittenPhase(
            fields.text(phase, "name") or f"phase {number}",
            tuple(_written(item) for item in fields.records(phase, "tasks")),
        )
        for number, phase in enumerate(phases, 1)
    )


def _written(item: fields.Record) -> WrittenItem:
    text = fields.text(item, "task")
    return WrittenItem(fields.text(item, "title") or text, fields.text(item, "role"), text)


def plan_of(
    tasks: Sequence[TaskRecord],
    after: Mapping[str, tuple[str, ...]],
    written: tuple[WrittenPhase, ...],
    approval: Approval | None,
    source: Path | None,
    *,
    repaired: bool = False,
) -> PlanSlice:
    """``written``: what the planner's file says, where there is one; shown as it stands until it has become tasks.

    ``repaired``: pi-crew has changed it before.
    """
    adaptive = [task for task in tasks if _is_adaptive(task)]
    static = [task for task in tasks if not _is_adaptive(task)]
    if adaptive:
        phases = [PlanPhase("workflow", tuple(_item(task, after) for task in static), "workflow")] if static else []
        phases += _adaptive_phases(adaptive, after, written)
    else:
        phases = _stages(static, after)
        phases += [
            PlanPhase(phase.name, tuple(PlanItem(item.title, None, item.role) for item in phase.items), _id(number))
            for number, phase in enumerate(written, 1)
        ]
    state = SliceState.READY if phases else SliceState.EMPTY
    revisions = (repair_of(tasks, adaptive, written, after),) if repaired and adaptive and written else ()
    return PlanSlice(state, tuple(phases), approval, source, revisions)


def _is_adaptive(task: TaskRecord) -> bool:
    return task.id.startswith("adaptive-")


def _item(task: TaskRecord, after: Mapping[str, tuple[str, ...]]) -> PlanItem:
    return PlanItem(task.title, task.id, task.role, after.get(task.id, ()))


def _adaptive_phases(
    tasks: Sequence[TaskRecord], after: Mapping[str, tuple[str, ...]], written: tuple[WrittenPhase, ...]
) -> list[PlanPhase]:
    items: dict[int, list[PlanItem]] = {}
    names: dict[int, str] = {}
    for task in tasks:
        found = _ADAPTIVE_STEP.match(task.step_id)
        number = int(found.group(1)) if found else 0
        items.setdefault(number, []).append(_item(task, after))
        if task.phase and task.phase != RESUMED:
            names.setdefault(number, task.phase)
    for number, phase in enumerate(written, 1):
        names.setdefault(number, phase.name)
    return [
        PlanPhase(names.get(number) or f"phase {number}", tuple(found), _id(number))
        for number, found in sorted(items.items())
    ]


def _id(number: int) -> str:
    """Of a phase of the planner, before and after its items became tasks."""
    return f"adaptive-{number}"


def _stages(tasks: Sequence[TaskRecord], after: Mapping[str, tuple[str, ...]]) -> list[PlanPhase]:
    known = {task.id: task for task in tasks}
    stages = levels(tuple(known), after)
    return [_stage([known[name] for name in stage], after) for stage in stages]


def _stage(members: Sequence[TaskRecord], after: Mapping[str, tuple[str, ...]]) -> PlanPhase:
    titles = list(dict.fromkeys(task.title for task in members))
    more = f" and {len(titles) - _MOST_NAMES} more" if len(titles) > _MOST_NAMES else ""
    return PlanPhase(
        ", ".join(titles[:_MOST_NAMES]) + more, tuple(_item(task, after) for task in members), members[0].id
    )
