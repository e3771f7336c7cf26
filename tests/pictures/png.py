"""A picture as an image of pixels."""

from __future__ import annotations

from functools import cache

from PIL import Image, ImageDraw

from tests.pictures.cells import Cell, Picture
from tests.pictures.font import cell_size, font, has
from tests.pictures.shapes import is_upright, polygons

SIZE = 20

#: Slanted edges are drawn so many times larger, and then made smaller.
_FINER = 4


def image(shown: Picture, size: int = SIZE) -> Image.Image:
    """:param size: of the font, in pixels."""
    width, height = cell_size(size)
    made = Image.new("RGB", (shown.width * width, shown.height * height))
    draw = ImageDraw.Draw(made)
    for y, row in enumerate(shown.rows):
        for cell in row:
            corner = (cell.x * width, y * height)
            far = (corner[0] + cell.cells * width - 1, corner[1] + height - 1)
            draw.rectangle((corner, far), fill=cell.background)
            _draw(made, draw, cell, corner, size)
            if cell.underline:
                line = corner[1] + round(height * 0.88)
                draw.line(((corner[0], line), (far[0], line)), fill=cell.colour, width=max(1, size // 14))
    return made


def _draw(made: Image.Image, draw: ImageDraw.ImageDraw, cell: Cell, corner: tuple[int, int], size: int) -> None:
    if cell.text.isspace() or not cell.text:
        return
    width, height = cell_size(size)
    if polygons(cell.text):
        made.paste(cell.colour, corner, _mask(cell.text, size))
    elif has(cell.text[0]):
        baseline = (corner[0], corner[1] + round(height * 0.76))
        used = font(size, bold=cell.bold, italic=cell.italic)
        draw.text(baseline, cell.text, fill=cell.colour, font=used, anchor="ls")
    else:
        inner = (corner[0] + 2, corner[1] + 4, corner[0] + cell.cells * width - 3, corner[1] + height - 5)
        draw.rectangle(inner, outline=cell.colour)


@cache
def _mask(char: str, size: int) -> Image.Image:
    width, height = (_FINER * each for each in cell_size(size))
    mask = Image.new("L", (width, height))
    draw = ImageDraw.Draw(mask)
    for points, share in polygons(char):
        scaled = [_pixel(x * width, y * height) for x, y in points]
        if is_upright(points):
            # No line is thinner than a pixel. Pillow paints the last row and column too.
            (left, top), (right, bottom) = scaled[0], scaled[2]
            far = (max(right, left + _FINER) - 1, max(bottom, top + _FINER) - 1)
            draw.rectangle((left, top, *far), fill=round(255 * share))
        else:
            draw.polygon(scaled, fill=round(255 * share))
    return mask.resize(cell_size(size), Image.Resampling.BOX)


def _pixel(x: float, y: float) -> tuple[int, int]:
    """The nearest pixel of the finished image, for lines that are equally sharp everywhere."""
    return round(x / _FINER) * _FINER, round(y / _FINER) * _FINER
