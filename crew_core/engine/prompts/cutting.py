"""Cutting a text to a budget where it hurts least."""

from __future__ import annotations

import re

from crew_core.model.fenced_blocks import fenced_blocks

#: What follows such a heading says how to check the result: of a skill that is too long, the part to do without.
_CHECKING = re.compile(r"#{1,6}[ \t]+(?:verif|valid|check|test)", re.IGNORECASE)


def cut_at_border(text: str, room: int) -> str:
    """At most ``room`` characters of the beginning.

    Ends before the heading of a part about checking, else at the end of a paragraph, each only when that keeps at
    least half of the room; else at a space, else anywhere. Never inside of a code block when there is a border
    before it.
    """
    if len(text) <= room:
        return text
    if room <= 0:
        return ""
    borders = _borders(text, room)
    checking = [place for place, line in borders if _CHECKING.match(line)]
    paragraphs = [place for place, _ in borders]
    for places in (checking, paragraphs):
        if places and places[-1] >= room // 2:
            return text[: places[-1]].rstrip()
    outside = paragraphs[-1] if paragraphs else 0
    opened = [block for block in fenced_blocks(text[:room]) if not block.closed]
    if opened and outside:
        return text[:outside].rstrip()
    space = text.rfind(" ", room // 2, room)
    return text[: space if space > 0 else room].rstrip()


def _borders(text: str, room: int) -> list[tuple[int, str]]:
    """Where a paragraph or a heading begins within ``room``, outside of code, and the line that begins there."""
    lines = text[: room + 1].split("\n")
    code = {n for block in fenced_blocks("\n".join(lines)) for n in range(block.first + 1, block.last + 1)}
    found, place, before = [], 0, "x"
    for number, line in enumerate(lines):
        begins = line.strip() and (not before.strip() or line.startswith("#"))
        if begins and 0 < place <= room and number not in code:
            found.append((place, text[place : place + 80]))
        place += len(line) + 1
        before = line
    return found


def last_part(text: str, room: int) -> str:
    """At most ``room`` characters of the end, from the beginning of a line when there is one in them."""
    if len(text) <= room:
        return text
    end = text[len(text) - room :] if room > 0 else ""
    return end.partition("\n")[2] or end
