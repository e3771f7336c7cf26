"""A workflow: ``<name>.workflow.md``, whose headings are steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crew_core.model.plan import Limits, Wants
from crew_core.resources.circles import find_cycle, never_ready
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

    @property
    def plans(self) -> bool:
        """Whether a step's answer brings tasks for any role of the team."""
        return any(step.wants is Wants.PLAN for step in self.steps)


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
                faults.append(Fault(path, step.line_of(edge), what, "remove this dependency"))
            elif edge.task not in known and len(faults) < MOST_FAULTS:
                remedy = nearest(edge.task, [name for name in known if name != step.id])
                what = f"step {step.id!r} depends on unknown step {edge.task!r}"
                faults.append(Fault(path, step.line_of(edge), what, remedy))
        faults += _wrong_fan_out(path, step, known)
    return faults + _unreachable(path, known) if len(faults) < MOST_FAULTS else faults


def _wrong_fan_out(path: Path, step: Step, known: Mapping[str, Step]) -> list[Fault]:
    source = known.get(step.for_each or "")
    if source is None or source is step or source.wants is Wants.LIST:
        return []
    what = f"step {step.id!r} runs for each of {source.id!r}, which wants no list"
    remedy = "a fan-out has no list of its own" if source.for_each else f"add wants: list to step {source.id!r}"
    return [Fault(path, step.for_each_line, what, remedy)]


def _unreachable(path: Path, known: Mapping[str, Step]) -> list[Fault]:
    """Circles, and what waits for a step of one. What depends on itself, or on nothing known, is told elsewhere."""
    never = dict.fromkeys(never_ready(known))
    faults: list[Fault] = []
    told = {name for name in never if any(edge.task == name for edge in known[name].edges)}
    while cycle := find_cycle({name: known[name] for name in never if name not in told}):
        edge = next(edge for edge in known[cycle[0]].edges if edge.task == cycle[1])
        what = f"steps depend on each other in a circle: {' → '.join(cycle)}"
        faults.append(Fault(path, known[cycle[0]].line_of(edge), what, "remove one of these dependencies"))
        told |= set(cycle)
        if len(faults) == MOST_FAULTS:
            return faults
    for name in never:
        if name not in told and len(faults) < MOST_FAULTS:
            edge = next(edge for edge in known[name].edges if edge.task in never)
            what = f"step {name!r} can never run: it waits for {edge.task!r}, which waits for itself"
            faults.append(Fault(path, known[name].line_of(edge), what, "remove the circle"))
    return faults
