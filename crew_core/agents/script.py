"""The script in a step's text: its first fenced code block, by CommonMark's rules."""

from __future__ import annotations

import re

#: At least three of one character, at most three spaces before them; no backtick behind backticks.
_FENCE = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")

#: A line with its end; only the newline character ends one.
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def script_of(text: str) -> str:
    """The first fenced code block of any language, else the whole text.

    A fence that nothing closes reaches to the end of the text; an indented one takes its indent from the lines.
    """
    block: list[str] | None = None
    fence, indent = "", 0
    for line in _LINE.findall(text):
        found = _FENCE.match(line.rstrip("\r\n"))
        if block is None:
            if found is not None:
                block, fence, indent = [], found["fence"], len(found["indent"])
        elif found is not None and found["fence"].startswith(fence) and not found["info"].strip():
            break
        else:
            block.append(_without(indent, line))
    return text if block is None else "".join(block)


def _without(indent: int, line: str) -> str:
    """The line with at most ``indent`` spaces taken from its beginning."""
    return line[min(indent, len(line) - len(line.lstrip(" "))) :]
