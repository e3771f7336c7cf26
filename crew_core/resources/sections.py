"""Which headings of a workflow are steps (pi-crew's rule, with one repair: a heading inside a fence is code)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault, closest
from crew_core.resources.fences import find_fences, unclosed_fence

#: Keys of a step that mean something here.
STEP_KEYS = frozenset(
    {"role", "dependsOn", "task", "verify", "retries", "timeout", "keepProcesses", "cwd"}
    | {"wants", "forEach", "max", "skills"}
)

#: Keys of pi-crew's steps that load and say nothing here yet.
UNUSED_STEP_KEYS = frozenset({"parallelGroup", "output", "reads", "model", "progress", "worktree"})

#: What other tools call it.
_OTHER_WORDS = {"retry": "retries", "needs": "dependsOn", "agent": "role", "workdir": "cwd"}

_HEADING = re.compile(r"##[ \t]+(?P<title>.*\S)[ \t]*$")
_KEBAB = re.compile(r"[a-z][a-z0-9-]*")
SETTING = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_-]*)[ \t]*:(?P<value>.*)$")


@dataclass(frozen=True, slots=True)
class Section:
    """A step as text: its heading, and the lines below it."""

    title: str
    line: int
    lines: tuple[str, ...]


def split_sections(path: Path, body: str, first_line: int, faults: list[Fault]) -> list[Section]:
    """When any heading is followed by a step's key, only such headings and kebab-case ones are steps.

    A fence that is not closed would hide all steps below it: a fault.
    """
    lines = body.split("\n")
    fences = find_fences(lines)
    if fences.unclosed is not None:
        faults.append(unclosed_fence(path, first_line + fences.unclosed))
    heads = [
        (index, found["title"])
        for index, line in enumerate(lines)
        if not fences.code[index] and (found := _HEADING.match(line))
    ]
    ends = [*(index for index, _ in heads[1:]), len(lines)]
    explicit = {index for (index, _), end in zip(heads, ends, strict=False) if _begins_with_key(lines[index + 1 : end])}
    if explicit:
        heads = [(i, title) for i, title in heads if i in explicit or _KEBAB.fullmatch(title)]
        ends = [*(index for index, _ in heads[1:]), len(lines)]
    return [
        Section(title, first_line + index, tuple(lines[index + 1 : end]))
        for (index, title), end in zip(heads, ends, strict=False)
    ]


def intended_key(word: str) -> str | None:
    """The step's key that ``word`` is, or was probably meant to be."""
    if word in STEP_KEYS | UNUSED_STEP_KEYS:
        return word
    return _OTHER_WORDS.get(word.casefold()) or closest(word, sorted(STEP_KEYS | UNUSED_STEP_KEYS), 0.72)


def _begins_with_key(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    found = SETTING.match(first)
    return found is not None and intended_key(found["key"]) is not None
