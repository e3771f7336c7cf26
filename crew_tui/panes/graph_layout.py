"""Where each task stands in a drawing of the dependencies: its layer is its column, and it has a row of its own."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crew_core.observe.depths import depths


@dataclass(frozen=True, slots=True)
class Layout:
    """``order`` is from top to bottom, ``layer`` from left to right.

    ``after`` has what each task waits for: every one of these edges goes to a later row and to a later layer. Of a
    circle, which damaged data may have, the edges that go back are not among them.
    """

    order: tuple[str, ...]
    layer: Mapping[str, int]
    after: Mapping[str, tuple[str, ...]]


def layered(names: Sequence[str], after: Mapping[str, Iterable[str]]) -> Layout:
    """Layers by the longest path, rows by barycentre.

    The next row is for the task whose dependencies lie closest above, as they lie on average. Chains stay together,
    and few lines cross. What is equally close keeps the given order.
    """
    layer = depths(names, after)
    forward = {
        name: tuple(dict.fromkeys(each for each in after.get(name, ()) if each in layer and layer[each] < layer[name]))
        for name in layer
    }
    return Layout(_rows(tuple(dict.fromkeys(names)), forward), layer, forward)


def _rows(names: Sequence[str], after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    place = {name: number for number, name in enumerate(names)}
    dependants: dict[str, list[str]] = {name: [] for name in names}
    for name in names:
        for each in after[name]:
            dependants[each].append(name)
    open_ends = {name: len(after[name]) for name in names}
    row: dict[str, int] = {}
    # Kept sorted; the next one is the last.
    ready = [(-1.0, -place[name], name) for name in reversed(names) if not open_ends[name]]
    while ready:
        name = ready.pop()[2]
        row[name] = len(row)
        for each in dependants[name]:
            open_ends[each] -= 1
            if not open_ends[each]:
                centre = sum(row[above] for above in after[each]) / len(after[each])
                insort(ready, (centre, -place[each], each))
    return tuple(row)


def in_order(layout: Layout, names: Sequence[str]) -> tuple[str, ...]:
    """The given order, changed only where a task would stand before one that it waits for."""
    after = layout.after
    placed: dict[str, None] = {}
    waiting: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        free = [name]
        while free:
            each = free.pop(0)
            missing = next((one for one in after[each] if one not in placed), None)
            if missing is not None:
                waiting.setdefault(missing, []).append(each)
                continue
            placed[each] = None
            free += waiting.pop(each, [])
    return tuple(placed)
