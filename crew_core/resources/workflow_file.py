"""A workflow: ``<name>.workflow.md``, whose headings are steps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from crew_core.model.plan import Limits
from crew_core.resources.faults import MOST_FAULTS, Fault, ResourceError, nearest
from crew_core.resources.front_matter import Document, name_of, read_document, unknown_keys, workers
from crew_core.resources.sections import split_sections
from crew_core.resources.step import Step, parse_step

_KEYS = frozenset({"name", "description", "maxConcurrency"})

#: Steps of one workflow; more are a generated file gone wrong.
MOST_STEPS = Limits().max_tasks


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
    name = name_of(document, path.name.removesuffix(".workflow.md"), faults)
    most = workers(document, "maxConcurrency", faults)
    steps = _steps(document, faults)
    if not faults:
        faults = _repeated(path, steps) or _wrong_dependencies(path, steps)
    if faults:
        raise ResourceError(sorted(faults, key=lambda fault: fault.line)[:MOST_FAULTS], name)
    return WorkflowFile(name, path, document.text("description") or "", most, steps)


def _steps(document: Document, faults: list[Fault]) -> tuple[Step, ...]:
    sections = split_sections(document.path, document.body, document.body_line, faults)
    if not sections and not faults:
        faults.append(Fault(document.path, 1, "the workflow has no step", "add a heading like: ## explore"))
    if len(sections) > MOST_STEPS:
        what = f"the workflow has {len(sections)} steps"
        faults.append(Fault(document.path, sections[MOST_STEPS].line, what, f"at most {MOST_STEPS} are taken"))
        return ()
    return tuple(parse_step(document.path, section, faults) for section in sections)


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
    faults: list[Fault] = []
    for step in steps:
        for edge in step.edges:
            if edge.task == step.id:
                what = f"step {step.id!r} depends on itself"
                faults.append(Fault(path, step.edges_line, what, "remove this dependency"))
            elif edge.task not in known and len(faults) < MOST_FAULTS:
                remedy = nearest(edge.task, [name for name in known if name != step.id])
                what = f"step {step.id!r} depends on unknown step {edge.task!r}"
                faults.append(Fault(path, step.edges_line, what, remedy))
    if not faults and (cycle := find_cycle(known)):
        what = f"steps depend on each other in a circle: {' → '.join(cycle)}"
        faults.append(Fault(path, known[cycle[0]].edges_line, what, "remove one of these dependencies"))
    return faults


def find_cycle(steps: dict[str, Step]) -> list[str]:
    """The steps of one circle, the first repeated at the end; empty when there is none. Needs known steps only."""
    done: set[str] = set()
    for start in steps:
        path: dict[str, None] = {}
        stack = [iter([start])]
        while stack:
            step_id = next(stack[-1], None)
            if step_id is None:
                stack.pop()
                if path:
                    done.add(path.popitem()[0])
            elif step_id in path:
                circle = list(path)
                return [*circle[circle.index(step_id) :], step_id]
            elif step_id not in done:
                path[step_id] = None
                stack.append(iter([edge.task for edge in steps[step_id].edges]))
    return []
