"""Steps that wait, at last, for themselves."""

from __future__ import annotations

from collections.abc import Mapping

from crew_core.resources.step import Step


def never_ready(steps: Mapping[str, Step]) -> list[str]:
    """Steps that wait, at last, for themselves. Unknown dependencies are passed over."""
    waits = {name: sum(edge.task in steps for edge in step.edges) for name, step in steps.items()}
    dependants: dict[str, list[str]] = {name: [] for name in steps}
    for name, step in steps.items():
        for edge in step.edges:
            if edge.task in steps:
                dependants[edge.task].append(name)
    ready = [name for name, count in waits.items() if count == 0]
    while ready:
        for dependant in dependants[ready.pop()]:
            waits[dependant] -= 1
            if waits[dependant] == 0:
                ready.append(dependant)
    return [name for name, count in waits.items() if count > 0]


def find_cycle(steps: Mapping[str, Step]) -> list[str]:
    """The steps of one circle, the first repeated at the end; empty when there is none."""
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
                stack.append(iter([edge.task for edge in steps[step_id].edges if edge.task in steps]))
    return []
