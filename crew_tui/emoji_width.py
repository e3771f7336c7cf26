"""How this terminal draws pictographs: the setting `ui.emojiWidth`."""

from __future__ import annotations

import os
import re
from enum import StrEnum

from rich._unicode_data import load
from rich.cells import cached_cell_len, get_character_cell_size


class EmojiWidth(StrEnum):
    """`AUTO`: two cells, as Unicode says since version 9. `NARROW`: one. `STRIP`: nobody knows, a dot stands there."""

    AUTO = "auto"
    NARROW = "narrow"
    STRIP = "strip"


#: The last version in which pictographs have one cell: what terminals go by that draw them so.
_NARROW_VERSION = "8.0.0"

#: What Rich reads the version from that it measures by.
_VERSION = "UNICODE_VERSION"

_DOT = "·"

#: Outside of the Basic Multilingual Plane, except letters of flags and shades of skin; then those that Unicode has
#: taken for pictures all along (`Emoji_Presentation` in emoji-data.txt), such as the check mark that agents love.
_SIGN = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd"
    "\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e"
    "\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]"
)
_FLAG = "[\U0001f1e6-\U0001f1ff]{1,2}"

#: Shades of skin, and the selector of the coloured picture (U+FE0F).
_SHADE = "[\U0001f3fb-\U0001f3ff\ufe0f]"

_JOINED = re.compile(f"(?:{_FLAG}|{_SIGN}){_SHADE}*(?:\u200d+(?:{_FLAG}|{_SIGN}|[\u2600-\u27bf]){_SHADE}*)*")
_DRESSING = re.compile(_SHADE)


class _Terminal:
    """There is one for each process."""

    draws = EmojiWidth.AUTO


def draw_as(width: EmojiWidth) -> None:
    """For all text of this process from now on; to be called before anything is measured.

    Everything asks Rich, also Textual: lines that were measured by two tables would not meet.
    """
    _Terminal.draws = width
    for cached in (load, get_character_cell_size, cached_cell_len):
        cached.cache_clear()
    if width is EmojiWidth.NARROW:
        _measure_by(_NARROW_VERSION)


def _measure_by(version: str) -> None:
    """Rich reads it once. It is not left in the environment, which coordinators and agents inherit."""
    before = os.environ.get(_VERSION)
    os.environ[_VERSION] = version
    # As its functions call it: what it has read is kept for the word.
    load("auto")
    if before is None:
        del os.environ[_VERSION]
    else:
        os.environ[_VERSION] = before


def as_drawn(text: str) -> str:
    """Clean text without signs that this terminal would draw in another width than they are measured."""
    if _Terminal.draws is EmojiWidth.AUTO:
        return text
    # A terminal that has one cell for each of them knows of no sequences either.
    apart = _JOINED.sub(_DOT if _Terminal.draws is EmojiWidth.STRIP else _apart, text)
    return _DRESSING.sub("", apart)


def _apart(joined: re.Match[str]) -> str:
    return joined[0].replace("\u200d", "")
