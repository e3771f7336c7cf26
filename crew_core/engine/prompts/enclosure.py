"""Text of others inside of tags that it cannot close."""

from __future__ import annotations

import re

from crew_core.engine.foreign_text import one_line, visible

_ATTRIBUTE_CHARS = 160

_QUOTES = str.maketrans({'"': "'", "<": "(", ">": ")"})


def tag_for(kind: str, *texts: str) -> str:
    """The first of ``kind``, ``kind-2``, ``kind-3`` … that none of the texts has as a tag.

    The same texts give the same tag. A text that holds ``</data>`` is enclosed by ``<data-2>``; to end that too, it
    would have to hold ``</data-2>``, and then the tag would be ``<data-3>``.
    """
    tags = re.compile(rf"<\s*/?\s*{re.escape(kind)}(?:-0*([0-9]{{1,9}})(?![0-9]))?", re.IGNORECASE)
    used = {found for text in texts for found in tags.findall(visible(text))}
    if not used:
        return kind
    number = 2
    while str(number) in used:
        number += 1
    return f"{kind}-{number}"


def enclosed(tag: str, text: str, **attributes: str) -> str:
    """``text`` as a block of its own. ``tag`` is of ``tag_for``, with this text among its texts."""
    said = "".join(f' {name}="{_attribute(value)}"' for name, value in attributes.items() if value)
    return f"<{tag}{said}>\n{visible(text).strip(chr(10))}\n</{tag}>"


def _attribute(value: str) -> str:
    return one_line(value, _ATTRIBUTE_CHARS).translate(_QUOTES)
