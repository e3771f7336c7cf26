"""A plan as a graph: tasks with ids, each with ``dependsOn`` of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from crew_core.engine.answers.fault_words import quoted
from crew_core.engine.answers.plan_entries import objects_in, refuse_other_words, role_in, text_in
from crew_core.engine.answers.planned import PlannedTask
from crew_core.engine.foreign_text import visible

ID_CHARS = 64

_Entries = Sequence[tuple[str, Mapping[str, object]]]


def tasks_of_graph(value: object, roles: Collection[str], faults: list[str]) -> list[PlannedTask]:
    """Each behind those that it depends on, else in the order of the plan."""
    entries = objects_in(value, "$.tasks", "tasks", faults)
    ids = _ids(entries, faults)
    tasks = []
    for name, (at, task) in zip(ids, entries, strict=True):
        refuse_other_words(task, at, faults)
        role, text = role_in(task, at, roles, faults), text_in(task, at, faults)
        tasks.append(PlannedTask(name, role, text, _depends_on(task, at, set(ids), faults)))
    return tasks if faults else _ordered(tasks, faults)


def _ids(entries: _Entries, faults: list[str]) -> list[str]:
    """A task that nothing depends on needs no id; it gets one that no other has."""
    stated = [_id(task, at, faults) for at, task in entries]
    taken: set[str] = set()
    for name, (at, _) in zip(stated, entries, strict=True):
        if name in taken:
            faults.append(f"{at}.id is {quoted(name)}, which another task has")
        taken |= {name} if name else set()
    ids = []
    for number, name in enumerate(stated, 1):
        free = name or f"task-{number}"
        while name is None and free in taken:
            free += "'"
        taken.add(free)
        ids.append(free)
    return ids


def _id(task: Mapping[str, object], at: str, faults: list[str]) -> str | None:
    said = task.get("id")
    if said is None:
        return None
    name = _name(said)
    if not 0 < len(name) <= ID_CHARS:
        faults.append(f"{at}.id is {quoted(said)}; it must be a string of 1 to {ID_CHARS} characters")
        return None
    return name


def _name(said: object) -> str:
    """Planners number their tasks; a number is as good a name as any."""
    if isinstance(said, int) and not isinstance(said, bool):
        return str(said) if abs(said) < 10**ID_CHARS else ""
    return visible(said).strip() if isinstance(said, str) else ""


def _depends_on(task: Mapping[str, object], at: str, ids: Collection[str], faults: list[str]) -> tuple[str, ...]:
    said = task.get("dependsOn")
    named = said if isinstance(said, list) else [] if said is None else [said]
    found: dict[str, None] = {}
    for each in named:
        name = _name(each)
        if name in ids:
            found[name] = None
        else:
            faults.append(f"{at}.dependsOn names {quoted(each)}, which is the id of no task")
    return tuple(found)


def _ordered(tasks: Sequence[PlannedTask], faults: list[str]) -> list[PlannedTask]:
    by_id = {task.id: task for task in tasks}
    places = {name: place for place, name in enumerate(by_id)}
    sorter = TopologicalSorter({task.id: task.depends_on for task in tasks})
    try:
        sorter.prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        faults.append(f"$.tasks wait for each other in a circle: {' → '.join(map(quoted, reversed(circle)))}")
        return []
    ordered: list[PlannedTask] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=places.__getitem__)
        ordered += (by_id[name] for name in ready)
        sorter.done(*ready)
    return ordered
