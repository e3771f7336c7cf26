"""A plan in phases: every task of a phase depends on all tasks of the phase before."""

from __future__ import annotations

from collections.abc import Collection

from crew_core.engine.answers.fault_words import kind_of
from crew_core.engine.answers.plan_entries import objects_in, refuse_other_words, role_in, text_in
from crew_core.engine.answers.planned import PlannedTask


def tasks_of_phases(value: object, roles: Collection[str], faults: list[str]) -> list[PlannedTask]:
    """In the order of the plan; their ids are ``<phase>.<task>``, counted from 1."""
    tasks: list[PlannedTask] = []
    before: tuple[str, ...] = ()
    for number, (at, phase) in enumerate(objects_in(value, "$.phases", "phases", faults), 1):
        _check_name(phase.get("name"), at, faults)
        these = []
        for index, (path, task) in enumerate(objects_in(phase.get("tasks"), f"{at}.tasks", "tasks", faults), 1):
            refuse_other_words(task, path, faults)
            if task.get("dependsOn"):
                faults.append(f"{path}.dependsOn cannot be given in phases: they are the order")
            role, text = role_in(task, path, roles, faults), text_in(task, path, faults)
            these.append(PlannedTask(f"{number}.{index}", role, text, before))
        tasks += these
        before = tuple(task.id for task in these)
    return tasks


def _check_name(name: object, at: str, faults: list[str]) -> None:
    """It is for whoever reads the plan."""
    if name is not None and not isinstance(name, str):
        faults.append(f"{at}.name is {kind_of(name)}; it must be a string")
