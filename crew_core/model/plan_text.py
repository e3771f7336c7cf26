"""Where in an answer its plan is: between markers, after one, or in a fenced block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crew_core.model.fenced_blocks import fenced_blocks
from crew_core.model.json_blocks import Broken, Json, first_broken, json_blocks, read_json

#: pi-crew's markers (runtime-spec §3.10), for planners that know them.
START, END = "ADAPTIVE_PLAN_JSON_START", "ADAPTIVE_PLAN_JSON_END"

#: Somebody who repeats the marker so often is not stating a plan.
_MOST_STARTS = 8

KEYS = frozenset({"phases", "tasks"})


def stated_plan(text: str) -> Mapping[str, object] | str:
    """The JSON object that is the plan, or in words why there is none.

    The last marker counts before those above it, and markers before fences; of fenced blocks the first one that
    has phases or tasks is the plan, so that other JSON may be shown.
    """
    found = [*_marked(text), *json_blocks(text)]
    for each in found:
        if isinstance(each, Json) and isinstance(each.value, dict) and KEYS & each.value.keys():
            return each.value
    broken = first_broken(found)
    if broken is not None:
        return f"the JSON in it is broken: {broken.reason}"
    if found:
        return "the JSON in it is no object with phases or tasks"
    return "there is no fenced JSON object with the plan in it"


def _marked(text: str) -> Iterator[Json | Broken]:
    ends = len(text)
    for _ in range(_MOST_STARTS):
        start = text.rfind(START, 0, ends)
        if start < 0:
            return
        inside = text[start + len(START) :].split(END, 1)[0]
        blocks = fenced_blocks(inside)
        yield read_json(blocks[0].text if blocks else inside)
        ends = start
