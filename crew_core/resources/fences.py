"""Which lines of a Markdown text are code: what stands inside a fence is never structure."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: CommonMark: at least three of one character, at most three spaces before them; no backtick behind backticks.
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")


def mark_fences(lines: list[str]) -> list[bool]:
    """For each line whether it belongs to a fenced block, its fences included."""
    inside: str | None = None
    marks = []
    for line in lines:
        found = _FENCE.match(line)
        if inside is None:
            inside = found["fence"] if found else None
            marks.append(found is not None)
            continue
        marks.append(True)
        if found and found["fence"].startswith(inside) and not found["info"].strip():
            inside = None
    return marks


def outside_fences(text: str, first_line: int = 1) -> Iterator[tuple[int, str]]:
    """The lines that are no code, each with its number."""
    lines = text.split("\n")
    for number, (line, code) in enumerate(zip(lines, mark_fences(lines), strict=True), first_line):
        if not code:
            yield number, line
