"""In what two versions of a plan differ. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from crew_core.observe.tab_slices import ChangeKind, PlanChange

#: Items with other titles that are alike from here on are one item with another title.
_ALIKE = 0.6

#: As long as a line that anybody reads; what follows decides nothing.
_LONGEST_TITLE = 200

#: Of so many items those without a counterpart are compared with each other; no plan that is taken has more.
_MOST_COMPARED = 50


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """``after``: the places, in the same plan, of those that it waits for."""

    title: str
    role: str
    text: str = ""
    after: frozenset[int] = frozenset()


def titled(title: str, text: str) -> str:
    """What an item is called: by its title, else by how its text begins."""
    return (title.strip() or text.strip().partition("\n")[0])[:_LONGEST_TITLE]


def in_phases(phases: Sequence[Sequence[PlannedItem]]) -> tuple[PlannedItem, ...]:
    """Each item waits for all of the phase before."""
    items: list[PlannedItem] = []
    before: frozenset[int] = frozenset()
    for phase in phases:
        first = len(items)
        items += [PlannedItem(item.title, item.role, item.text, before) for item in phase]
        before = frozenset(range(first, len(items)))
    return tuple(items)


def changes_between(before: Sequence[PlannedItem], after: Sequence[PlannedItem]) -> tuple[PlanChange, ...]:
    """In the order of the newer plan; what it no longer has stands at the end."""
    former = _counterparts(before, after)
    found: list[PlanChange] = []
    for place, item in enumerate(after):
        if place not in former:
            found.append(PlanChange(ChangeKind.ADDED, item.title))
            continue
        old = before[former[place]]
        how = [*_differences(old, item)]
        if _order(old.after, former.values()) != _order({former.get(each, -1) for each in item.after}, former.values()):
            how.append("other order")
        if how:
            found.append(PlanChange(ChangeKind.CHANGED, item.title, ", ".join(how)))
    kept = set(former.values())
    removed = (item for place, item in enumerate(before) if place not in kept)
    return (*found, *(PlanChange(ChangeKind.REMOVED, item.title) for item in removed))


def _order(waits_for: Collection[int], known: Collection[int]) -> set[int]:
    """As far as both plans have these items: what is new or gone is told as that."""
    return set(waits_for) & set(known)


def _differences(old: PlannedItem, new: PlannedItem) -> Iterator[str]:
    if old.title != new.title:
        yield f"was {old.title}"
    elif old.text and new.text and old.text != new.text:
        yield "other words"
    if old.role != new.role:
        yield f"{old.role or 'nobody'} → {new.role or 'nobody'}"


def _counterparts(before: Sequence[PlannedItem], after: Sequence[PlannedItem]) -> Mapping[int, int]:
    """From the places of items in the newer plan to those that they had: the same title, else the most alike."""
    free: dict[str, list[int]] = {}
    for place, item in enumerate(before):
        free.setdefault(item.title, []).append(place)
    found = {place: free[item.title].pop(0) for place, item in enumerate(after) if free.get(item.title)}
    left = [place for place in range(len(after)) if place not in found][:_MOST_COMPARED]
    gone = [place for places in free.values() for place in places][:_MOST_COMPARED]
    taken: set[int] = set()
    for _, new, old in sorted(_alike(before, after, gone, left)):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found


def _alike(
    before: Sequence[PlannedItem], after: Sequence[PlannedItem], gone: Sequence[int], left: Sequence[int]
) -> Iterator[tuple[float, int, int]]:
    """How far apart two titles are, with their places: only those that are alike."""
    from difflib import SequenceMatcher

    for new in left:
        matcher = SequenceMatcher(b=after[new].title.casefold(), autojunk=False)
        for old in gone:
            matcher.set_seq1(before[old].title.casefold())
            if matcher.quick_ratio() >= _ALIKE and (ratio := matcher.ratio()) >= _ALIKE:
                yield 1 - ratio, new, old
