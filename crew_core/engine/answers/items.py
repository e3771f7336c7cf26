"""The items that an answer lists: a fenced JSON array of strings, else its one Markdown list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crew_core.engine.answers.fault_words import kind_of, listed
from crew_core.engine.answers.markdown_list import markdown_lists
from crew_core.engine.foreign_text import visible
from crew_core.model.json_blocks import Json, first_broken, json_blocks

#: An item says what one task is about; what is longer is a report.
ITEM_CHARS = 2_000

NO_LIST = "there is no fenced JSON array of strings in it"


@dataclass(frozen=True, slots=True)
class ListedItems:
    """Each once, in their order. ``left_out`` counts those beyond the limit. No items: there is nothing to do."""

    items: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class ListFaults:
    """What is wrong, in words for the author of the answer."""

    faults: tuple[str, ...]


def items_of(text: str, max_items: int) -> ListedItems | ListFaults:
    """The items of the first JSON array. Only without one, a Markdown list is taken, if there is just one."""
    found = list(json_blocks(visible(text)))
    for each in found:
        if isinstance(each, Json) and isinstance(each.value, list):
            return _from_array(each.value, max_items)
    broken = first_broken(found)
    if broken is not None:
        return ListFaults((f"the JSON in it is broken: {broken.reason}",))
    lists = markdown_lists(visible(text))
    match lists:
        case []:
            return ListFaults((NO_LIST,))
        case [only]:
            return _kept(only, max_items)
        case _:
            return ListFaults((f"{NO_LIST}, and {len(lists)} Markdown lists: it is not clear which is meant",))


def _from_array(values: Sequence[object], max_items: int) -> ListedItems | ListFaults:
    strings = [value for value in values if isinstance(value, str)]
    if len(strings) == len(values):
        return _kept(strings, max_items)
    faults = [f"$[{n}] is {kind_of(v)}; it must be a string" for n, v in enumerate(values) if not isinstance(v, str)]
    return ListFaults(listed(faults))


def _kept(values: Sequence[str], max_items: int) -> ListedItems | ListFaults:
    each = [item for item in dict.fromkeys(visible(value).strip() for value in values) if item]
    most = max(0, max_items)
    kept = tuple(each[:most])
    faults = [
        f"item {number} has {len(item)} characters; at most {ITEM_CHARS}"
        for number, item in enumerate(kept, 1)
        if len(item) > ITEM_CHARS
    ]
    return ListFaults(listed(faults)) if faults else ListedItems(kept, len(each) - len(kept))
