"""The lists of a Markdown text, for answers that wrote their items so."""

from __future__ import annotations

import re

from crew_core.model.fenced_blocks import lines_outside

_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+]|[0-9]{1,9}[.)])[ \t]+(?P<text>\S.*)$")
_RULE = re.compile(r"[ \t]*([-*_])(?:[ \t]*\1){2,}[ \t]*$")


def markdown_lists(text: str) -> list[list[str]]:
    """The lists of the first level, each with the text of its items.

    What is indented below an item belongs to it, lists below lists too. A line of other text ends the list; blank
    lines do not.
    """
    lists: list[list[list[str]]] = []
    items: list[list[str]] = []
    margin = 0
    for line in lines_outside(text):
        found = None if _RULE.match(line) else _ITEM.match(line)
        if found is not None and (not items or len(found["indent"]) <= margin):
            if not items:
                lists.append(items)
                margin = len(found["indent"])
            items.append([found["text"].strip()])
        elif items and line.strip() and line[0] in " \t":
            items[-1].append(line.strip())
        elif line.strip():
            items = []
    return [["\n".join(lines) for lines in each] for each in lists]
