"""Many pictures on one: to see at a glance what does not belong."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import Image, ImageDraw

from tests.pictures.cells import Picture
from tests.pictures.font import font
from tests.pictures.png import image

_GAP = 24
_CAPTION = 15
_PAPER, _INK = (58, 60, 66), (235, 235, 235)


def sheet(pictures: Mapping[str, Picture], *, across: int = 3, size: int = 10) -> Image.Image:
    """Pictures in rows of `across`, each under its caption.

    :param size: of the font within the pictures, in pixels; 10 is the smallest that can be read.
    """
    images = {caption: image(shown, size) for caption, shown in pictures.items()}
    names = list(images)
    rows = [names[start : start + across] for start in range(0, len(names), across)]
    columns = [names[place::across] for place in range(min(across, len(names)))]
    widths = [max(images[name].width for name in column) for column in columns]
    heights = [max(images[name].height for name in row) for row in rows]
    made = Image.new(
        "RGB",
        (sum(widths) + _GAP * (len(widths) + 1), sum(heights) + (_GAP + 2 * _CAPTION) * len(rows) + _GAP),
        _PAPER,
    )
    draw = ImageDraw.Draw(made)
    y = _GAP
    for row, height in zip(rows, heights, strict=True):
        x = _GAP
        for name, width in zip(row, widths, strict=False):
            draw.text((x, y), name, fill=_INK, font=font(_CAPTION, bold=True))
            made.paste(images[name], (x, y + 2 * _CAPTION))
            x += width + _GAP
        y += height + 2 * _CAPTION + _GAP
    return made
