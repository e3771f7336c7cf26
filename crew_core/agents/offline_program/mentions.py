"""Files and lines that a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: A path with a slash or an extension, and the line after it; URLs and versions do not fit.
_MENTION = re.compile(
    r"(?<![\w/.:-])(?P<path>(?:[\w@+-][\w.@+-]{0,80}/){0,12}[\w@+-][\w.@+-]{0,120}\.[A-Za-z]\w{0,9}|Makefile|Dockerfile)"
    r"(?::(?P<line>\d{1,6}))?(?![\w/])"
)

_LONGEST_LINE = 2_000


@dataclass(frozen=True, slots=True)
class Mention:
    """``line`` 0: the file as a whole. ``text`` is the line of the text that names it."""

    path: str
    line: int
    text: str


def mentions(text: str) -> list[Mention]:
    """In their order; a line that names several files gives several."""
    found: list[Mention] = []
    for line in text.split("\n"):
        places = _MENTION.finditer(line[:_LONGEST_LINE])
        told = line.strip()[:_LONGEST_LINE]
        found.extend(Mention(each["path"], int(each["line"] or 0), told) for each in places)
    return found
