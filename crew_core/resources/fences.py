"""Which lines of a Markdown text are code: what stands inside a fence is never structure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crew_core.resources.faults import Fault

#: CommonMark: at least three of one character, at most three spaces before them; no backtick behind backticks.
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")


@dataclass(frozen=True, slots=True)
class Fences:
    """``code``: for each line whether it belongs to a fenced block, its fences included.

    ``unclosed`` is the index of a fence that nothing closes; all lines from it on are code.
    """

    code: tuple[bool, ...]
    unclosed: int | None


def find_fences(lines: Sequence[str]) -> Fences:
    opened: str | None = None
    since = 0
    code = []
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        code.append(opened is not None or found is not None)
        if found is None:
            continue
        if opened is None:
            opened, since = found["fence"], index
        elif found["fence"].startswith(opened) and not found["info"].strip():
            opened = None
    return Fences(tuple(code), since if opened is not None else None)


def outside_fences(path: Path, text: str, first_line: int, faults: list[Fault]) -> Iterator[tuple[int, str]]:
    """The lines that are no code, each with its number. A fence that is not closed is a fault."""
    lines = text.split("\n")
    fences = find_fences(lines)
    if fences.unclosed is not None:
        faults.append(unclosed_fence(path, first_line + fences.unclosed))
    for number, (line, code) in enumerate(zip(lines, fences.code, strict=True), first_line):
        if not code:
            yield number, line


def unclosed_fence(path: Path, line: int) -> Fault:
    what = "the code block that begins here does not end"
    return Fault(path, line, what, "close it with a line of the same characters, alone and at least as many")
