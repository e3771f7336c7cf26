"""A workflow: ``<name>.workflow.md``, whose headings are steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault, ResourceError, nearest
from crew_core.resources.front_matter import positive_integer, read_document, unknown_keys
from crew_core.resources.sections import split_sections
from crew_core.resources.step import Step, parse_step
from crew_core.store.layout import is_safe_id

_KEYS = frozenset({"name", "description", "maxConcurrency"})


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """Steps in the order of the file."""

    name: str
    path: Path
    description: str
    workers: int | None
    steps: tuple[Step, ...]


def read_workflow(path: Path) -> WorkflowFile:
    """:raises ResourceError: with everything that is wrong with it by itself."""
    document = read_document(path)
    faults = unknown_keys(document, _KEYS)
    name = document.text("name") or path.name.removesuffix(".workflow.md")
    if not is_safe_id(name):
        faults.append(document.fault("name", f"name {name!r} is no id", "letters, digits, - and _ only"))
    workers = positive_integer(document, "maxConcurrency", faults)
    steps = tuple(parse_step(path, section, faults) for section in split_sections(document.body, document.body_line))
    if not steps:
        faults.append(Fault(path, document.body_line, "the workflow has no step", "add a heading like: ## explore"))
    faults += _repeated(path, steps)
    if not faults:
        faults += _wrong_dependencies(path, steps)
    if faults:
        raise ResourceError(faults)
    return WorkflowFile(name, path, document.text("description") or "", workers, steps)


def _repeated(path: Path, steps: tuple[Step, ...]) -> list[Fault]:
    first: dict[str, int] = {}
    faults = []
    for step in steps:
        if step.id in first:
            what = f"step {step.id!r} is there already, on line {first[step.id]}"
            faults.append(Fault(path, step.line, what, "give each step a name of its own"))
        first.setdefault(step.id, step.line)
    return faults


def _wrong_dependencies(path: Path, steps: tuple[Step, ...]) -> list[Fault]:
    known = {step.id: step for step in steps}
    faults = []
    for step in steps:
        for edge in step.edges:
            if edge.task not in known:
                remedy = nearest(edge.task, [name for name in known if name != step.id])
                faults.append(
                    Fault(path, step.edges_line, f"{step.id!r} depends on unknown step {edge.task!r}", remedy)
                )
    if not faults and (cycle := find_cycle(known)):
        what = f"steps depend on each other in a circle: {' → '.join(cycle)}"
        faults.append(Fault(path, known[cycle[0]].edges_line, what, "remove one of these dependencies"))
    return faults


def find_cycle(steps: dict[str, Step]) -> list[str]:
    """The steps of one circle, the first repeated at the end; empty when there is none."""
    done: set[str] = set()
    for start in steps:
        path: list[str] = []
        stack = [iter([start])]
        while stack:
            step_id = next(stack[-1], None)
            if step_id is None:
                stack.pop()
                if path:
                    done.add(path.pop())
                continue
            if step_id in path:
                return [*path[path.index(step_id) :], step_id]
            if step_id not in done:
                path.append(step_id)
                stack.append(iter([edge.task for edge in steps[step_id].edges]))
    return []
