"""The lines of a difference as programs print it: which are added, which removed, which only lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    HEAD = "head"
    HUNK = "hunk"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line with its sign."""

    part: Part
    text: str


#: What git says of a file before its hunks.
_HEADS = ("diff ", "index ", "new file mode ", "deleted file mode ", "similarity ", "rename ", "old mode ", "new mode ")
_HUNK = re.compile(r"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")


def is_diff(text: str) -> bool:
    """Numbered or headed differences, as tools that edit print them."""
    return text.startswith(("@@ ", "diff --git ", "--- ")) or "\n@@ " in text


def parts_of(lines: Sequence[str]) -> Iterator[DiffLine]:
    """A `--- ` is the name of a file only where no hunk goes on: it may be a removed line that begins with `-- `."""
    #: Lines that are still to come of a hunk that tells how many it has.
    old = new = 0
    for at, line in enumerate(lines):
        if line.startswith("@@"):
            hunk = _HUNK.match(line)
            old, new = (int(each or 1) for each in hunk.groups()) if hunk else (0, 0)
            yield DiffLine(Part.HUNK, line)
        elif line.startswith(_HEADS) or (not (old or new) and _names_a_file(lines, at)):
            old = new = 0
            yield DiffLine(Part.HEAD, line)
        else:
            part = {"+": Part.ADDED, "-": Part.REMOVED}.get(line[:1], Part.SAME)
            old = max(0, old - (part is not Part.ADDED))
            new = max(0, new - (part is not Part.REMOVED))
            yield DiffLine(part, line)


def _names_a_file(lines: Sequence[str], at: int) -> bool:
    """Names come in pairs."""
    first = at - 1 if lines[at].startswith("+++ ") else at
    pair = lines[first : first + 2] if first >= 0 else ()
    return len(pair) == 2 and pair[0].startswith("--- ") and pair[1].startswith("+++ ")
