"""The font of the pictures: Source Code Pro, from a package, so that pictures are the same on every machine."""

from __future__ import annotations

from functools import cache

import fontpkg_source_code_pro
from PIL import ImageFont

#: Its characters are six tenths of their size wide.
_WIDTH = 0.6

_FILES = fontpkg_source_code_pro.ROOT / "files"
_REGULAR, _BOLD = 400, 700

#: No font has it: what is drawn instead tells which characters are missing.
_NOWHERE = "\U0010fffe"


@cache
def font(size: int, *, bold: bool = False, italic: bool = False) -> ImageFont.FreeTypeFont:
    """:param size: pixels; a multiple of 5 gives cells of whole pixels."""
    loaded = ImageFont.truetype(_FILES / f"SourceCodePro{'-Italic' if italic else ''}[wght].ttf", size)
    loaded.set_variation_by_axes([_BOLD if bold else _REGULAR])
    return loaded


def cell_size(size: int) -> tuple[int, int]:
    """Width and height in pixels."""
    return round(size * _WIDTH), round(size * 1.25)


@cache
def has(char: str) -> bool:
    """The font can draw `char`."""
    known = font(40)
    return char.isspace() or bytes(known.getmask(char)) != bytes(known.getmask(_NOWHERE))
