"""How deep each task stands: how many others must end before it in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def depths(names: Sequence[str], after: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """The length of the longest chain of dependencies before each name, in the order in which they can be done.

    Among those that can be done at the same time the given order stays. What is depended on and not among `names` is
    passed over. Names that wait for each other in a circle, which damaged data may say, are let go one by one in the
    given order: only then a name may not be deeper than what it depends on.
    """
    known = dict.fromkeys(names)
    before = {name: tuple(dict.fromkeys(each for each in after.get(name, ()) if each in known)) for name in known}
    dependants: dict[str, list[str]] = {name: [] for name in known}
    for name, needed in before.items():
        for each in needed:
            dependants[each].append(name)
    open_ends = {name: len(needed) for name, needed in before.items()}
    ready = [name for name in known if not open_ends[name]]
    found: dict[str, int] = {}
    left = iter(known)
    while len(found) < len(known):
        if not ready:
            ready = [next(name for name in left if name not in found)]
        freed: list[str] = []
        for name in ready:
            found[name] = 1 + max((found[each] for each in before[name] if each in found), default=-1)
            for each in dependants[name]:
                open_ends[each] -= 1
                if open_ends[each] == 0 and each not in found:
                    freed.append(each)
        ready = [name for name in dict.fromkeys(freed) if name not in found]
    return found


def levels(names: Sequence[str], after: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], ...]:
    """The names by depth, each level in the given order."""
    depth = depths(names, after)
    members: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        members.setdefault(depth[name], []).append(name)
    return tuple(tuple(members[level]) for level in sorted(members))
