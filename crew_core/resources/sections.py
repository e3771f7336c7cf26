"""Which headings of a workflow are steps (pi-crew's rule, with one repair: a heading inside a fence is code)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crew_core.resources.fences import mark_fences

#: Keys of a step that mean something here.
STEP_KEYS = frozenset({"role", "dependsOn", "task", "verify", "retries", "timeout", "keepProcesses", "cwd"})

#: Keys of pi-crew's steps that load and say nothing here yet.
UNUSED_STEP_KEYS = frozenset({"parallelGroup", "output", "reads", "model", "skills", "progress", "worktree"})

_HEADING = re.compile(r"##[ \t]+(?P<title>.*\S)[ \t]*$")
_KEBAB = re.compile(r"[a-z][a-z0-9-]*")
SETTING = re.compile(r"(?P<key>[A-Za-z][A-Za-z0-9_-]*)[ \t]*:(?P<value>.*)$")


@dataclass(frozen=True, slots=True)
class Section:
    """A step as text: its heading, and the lines below it."""

    title: str
    line: int
    lines: tuple[str, ...]


def split_sections(body: str, first_line: int) -> list[Section]:
    """When any heading is followed by a step's key, only such headings and kebab-case ones are steps."""
    lines = body.split("\n")
    code = mark_fences(lines)
    heads = [
        (index, found["title"])
        for index, line in enumerate(lines)
        if not code[index] and (found := _HEADING.match(line))
    ]
    explicit = {
        index
        for (index, _), (end, _) in zip(heads, [*heads[1:], (len(lines), "")], strict=True)
        if _begins_with_key(lines[index + 1 : end])
    }
    if explicit:
        heads = [(i, title) for i, title in heads if i in explicit or _KEBAB.fullmatch(title)]
    ends = [index for index, _ in heads[1:]] + [len(lines)]
    return [
        Section(title, first_line + index, tuple(lines[index + 1 : end]))
        for (index, title), end in zip(heads, ends, strict=True)
    ]


def _begins_with_key(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    found = SETTING.match(first)
    return found is not None and found["key"] in STEP_KEYS | UNUSED_STEP_KEYS
