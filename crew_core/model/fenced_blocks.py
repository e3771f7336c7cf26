"""Fenced code blocks of a Markdown text, as agents write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: CommonMark's rule, at any indentation: blocks inside of lists are indented.
_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)$")


@dataclass(frozen=True, slots=True)
class Block:
    """``first`` and ``last`` are the indexes of its lines, fences included; ``closed`` False: it has no end."""

    info: str
    text: str
    first: int
    last: int
    closed: bool = True


def fenced_blocks(text: str) -> list[Block]:
    """In order. A fence that nothing closes reaches to the end of the text."""
    lines = text.split("\n")
    blocks: list[Block] = []
    opened: re.Match[str] | None = None
    first = 0
    for index, line in enumerate(lines):
        found = _FENCE.match(line)
        if found is None:
            continue
        if opened is None:
            opened, first = found, index
        elif found["fence"].startswith(opened["fence"]) and not found["info"].strip():
            blocks.append(_block(opened["info"], lines, first, index, closed=True))
            opened = None
    if opened is not None:
        blocks.append(_block(opened["info"], lines, first, len(lines) - 1, closed=False))
    return blocks


def _block(info: str, lines: list[str], first: int, last: int, *, closed: bool) -> Block:
    inside = lines[first + 1 : last if closed else last + 1]
    return Block(info.strip(), "\n".join(inside), first, last, closed)


def lines_outside(text: str) -> list[str]:
    """The lines of the text; those of code blocks are empty."""
    lines = text.split("\n")
    for block in fenced_blocks(text):
        for index in range(block.first, block.last + 1):
            lines[index] = ""
    return lines
