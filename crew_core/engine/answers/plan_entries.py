"""One task in the JSON of a plan: its role and its text, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from crew_core.engine.answers.fault_words import kind_of, quoted
from crew_core.engine.answers.role_names import role_of
from crew_core.engine.foreign_text import one_line, visible

#: The text of a task goes whole into a prompt, beside the results that it builds on.
TASK_CHARS = 8_000

_KEY_CHARS = 64

#: Ways to write ``dependsOn`` that would otherwise be lost without a word.
_MEANS_DEPENDS_ON = re.compile(r"depend.*|after|needs|requires|blocked_?by", re.IGNORECASE)


def objects_in(value: object, at: str, what: str, faults: list[str]) -> list[tuple[str, Mapping[str, object]]]:
    """The objects of an array, each with its path; anything else in it is a fault."""
    if not isinstance(value, list) or not value:
        is_now = "missing" if value is None else "empty" if value == [] else kind_of(value)
        faults.append(f"{at} is {is_now}; it must be an array of {what}")
        return []
    objects: list[tuple[str, Mapping[str, object]]] = []
    for index, entry in enumerate(value):
        if isinstance(entry, dict):
            objects.append((f"{at}[{index}]", entry))
        else:
            faults.append(f"{at}[{index}] is {kind_of(entry)}; it must be an object")
    return objects


def role_in(task: Mapping[str, object], at: str, roles: Collection[str], faults: list[str]) -> str:
    """The role of the team that it names; empty when it names none."""
    said = task.get("role")
    role = role_of(said, roles) if isinstance(said, str) else None
    if role is None:
        is_now = "missing" if said is None else quoted(said)
        faults.append(f"{at}.role is {is_now}; there is: {', '.join(sorted(roles)) or 'no role at all'}")
    return role or ""


def text_in(task: Mapping[str, object], at: str, faults: list[str]) -> str:
    """What is to be done."""
    said = task.get("task")
    text = visible(said).strip() if isinstance(said, str) else ""
    if not text:
        is_now = "missing" if said is None else "empty" if isinstance(said, str) else kind_of(said)
        faults.append(f"{at}.task is {is_now}; it must say what to do")
    elif len(text) > TASK_CHARS:
        faults.append(f"{at}.task has {len(text)} characters; at most {TASK_CHARS}")
    return text


def refuse_other_words(task: Mapping[str, object], at: str, faults: list[str]) -> None:
    """What is not known is passed over, unless it means a dependency."""
    others = [key for key in task if key != "dependsOn" and _MEANS_DEPENDS_ON.fullmatch(key)]
    faults += [f"{at}.{one_line(key, _KEY_CHARS)} is not known; write dependsOn" for key in others]
