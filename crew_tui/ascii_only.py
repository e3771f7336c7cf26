"""For terminals that have no more than ASCII: what stands there for each character that we draw with."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

_LETTERS = {
    "…": "~",
    "–": "-",
    "—": "-",
    "−": "-",
    "·": "-",
    "•": "*",
    "×": "x",
    "›": ">",
    "‹": "<",
    "»": ">",
    "«": "<",
    "‖": "=",
    "✓": "v",
    "✗": "x",
    "≥": ">",
    "≤": "<",
    "≈": "~",
    "∞": "8",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "⎿": "\\",
    "⏎": "<",
    "⌃": "^",
    "␣": "_",
}

#: Textual draws the edge of a message with a block that is half a cell wide.
_BLOCKS = {"░": ".", "▒": ":", **dict.fromkeys("▌▍▎▏▐▕", "|")}

_ARROWS = {"LEFTWARDS": "<", "RIGHTWARDS": ">", "UPWARDS": "^", "DOWNWARDS": "v"}

_SHAPES = {
    "UP-POINTING": "^",
    "DOWN-POINTING": "v",
    "LEFT-POINTING": "<",
    "RIGHT-POINTING": ">",
    "SQUARE": "#",
    "RECTANGLE": "#",
    "DIAMOND": "*",
    "BLACK CIRCLE": "*",
    "DOTTED CIRCLE": "~",
    "BULLET": ".",
}


class _Instead(dict[int, str]):
    """For `str.translate`. Filled as characters are drawn: a terminal that has them all never pays for it."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        instead = char if char.isascii() else _instead(code, char)
        if instead != char:
            self[code] = instead
        return instead


def _instead(code: int, char: str) -> str:
    """A character of one cell, as like it as can be; letters of the world stay as they are."""
    if 0x2190 <= code < 0x2200:
        return _named(char, _ARROWS, "-")
    if 0x2500 <= code < 0x2580:
        return _box(unicodedata.name(char))
    if 0x2580 <= code < 0x25A0:
        return _BLOCKS.get(char, "#")
    if 0x25A0 <= code < 0x25FD:
        return _named(char, _SHAPES, "o")
    if 0x2800 <= code < 0x2900:
        dots = (code - 0x2800).bit_count()
        return " " if not dots else "." if dots < 4 else ":"
    return char


def _named(char: str, words: Mapping[str, str], other: str) -> str:
    name = unicodedata.name(char, "")
    return next((instead for word, instead in words.items() if word in name), other)


def _box(name: str) -> str:
    flat = any(way in name for way in ("HORIZONTAL", "LEFT", "RIGHT"))
    upright = any(way in name for way in ("VERTICAL", "UP", "DOWN"))
    if flat and upright:
        return "+"
    if flat:
        return "=" if "HEAVY" in name or "DOUBLE" in name else "-"
    return "|"


INSTEAD: Mapping[int, str] = _Instead({ord(char): instead for char, instead in _LETTERS.items()})
