"""A picture as SVG: text that can be searched and copied; the same screen gives the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from tests.pictures.cells import Cell, Picture, Rgb
from tests.pictures.shapes import is_upright, polygons

_WIDTH, _HEIGHT = 9, 19
_SIZE = 15
_FONT = "'Source Code Pro','JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace"


@dataclass(frozen=True, slots=True)
class _Look:
    colour: Rgb
    bold: bool
    italic: bool
    underline: bool

    def css(self) -> str:
        parts = [f"fill:{_hex(self.colour)}"]
        parts += ["font-weight:700"] * self.bold + ["font-style:italic"] * self.italic
        parts += ["text-decoration:underline"] * self.underline
        return ";".join(parts)


def svg(shown: Picture, title: str) -> str:
    """:param title: what somebody who cannot see it is told."""
    looks: dict[_Look, str] = {}
    paper = Counter(cell.background for row in shown.rows for cell in row).most_common(1)[0][0]
    body = [part for y, row in enumerate(shown.rows) for part in _row(row, y * _HEIGHT, paper, looks)]
    rules = "".join(f".{name}{{{look.css()}}}" for look, name in looks.items())
    width, height = shown.width * _WIDTH, shown.height * _HEIGHT
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>text{{font:{_SIZE}px {_FONT};white-space:pre}}{rules}</style>",
            f'<rect width="{width}" height="{height}" fill="{_hex(paper)}"/>',
            *body,
            "</svg>\n",
        )
    )


def _row(row: tuple[Cell, ...], y: int, paper: Rgb, looks: dict[_Look, str]) -> Iterator[str]:
    for background, run in groupby(row, key=lambda cell: cell.background):
        cells = list(run)
        x, width = cells[0].x * _WIDTH, sum(cell.cells for cell in cells) * _WIDTH
        if background != paper:
            yield f'<rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" fill="{_hex(background)}"/>'
    for (look, drawn), run in groupby(row, key=lambda cell: (_look(cell), bool(polygons(cell.text)))):
        cells = list(run)
        text = "".join(cell.text for cell in cells)
        if not text.strip() and not look.underline:
            continue
        name = looks.setdefault(look, f"c{len(looks)}")
        if drawn:
            yield from _shapes(cells, y, name)
        else:
            yield _text(cells, text, y, name)


def _text(cells: list[Cell], text: str, y: int, name: str) -> str:
    if not cells[0].underline:
        # Space around words is only space.
        first = next(place for place, cell in enumerate(cells) if cell.text != " ")
        last = next(place for place in reversed(range(len(cells))) if cells[place].text != " ")
        cells, text = cells[first : last + 1], text.strip(" ")
    width = sum(cell.cells for cell in cells) * _WIDTH
    baseline = y + round(_HEIGHT * 0.76)
    return (
        f'<text x="{cells[0].x * _WIDTH}" y="{baseline}" textLength="{width}" '
        f'lengthAdjust="spacingAndGlyphs" class="{name}">{escape(text)}</text>'
    )


def _shapes(cells: list[Cell], y: int, name: str) -> Iterator[str]:
    """Lines of a row are one path, as long as they are of one strength."""
    paths: dict[float, list[str]] = {}
    for text, run in groupby(cells, key=lambda cell: cell.text):
        same = list(run)
        x, wide = same[0].x, len(same)
        for points, share in polygons(text):
            path = paths.setdefault(share, [])
            if points[0][0] == 0 and points[2][0] == 1 and is_upright(points):
                # From edge to edge: one shape for all of them.
                path.append(_path(((px * wide, py) for px, py in points), x, y))
            else:
                path += [_path(points, x + step, y) for step in range(wide)]
    for share, path in paths.items():
        opacity = f' fill-opacity="{share:g}"' if share != 1 else ""
        yield f'<path class="{name}" d="{"".join(path)}"{opacity}/>'


def _path(points: Iterable[tuple[float, float]], x: int, y: int) -> str:
    placed = tuple((round((x + px) * _WIDTH, 2), round(y + py * _HEIGHT, 2)) for px, py in points)
    if is_upright(placed):
        (left, top), _, (right, bottom), _ = placed
        return f"M{left:g} {top:g}H{right:g}V{bottom:g}H{left:g}z"
    return f"M{' '.join(f'{px:g} {py:g}' for px, py in placed)}z"


def _look(cell: Cell) -> _Look:
    return _Look(cell.colour, cell.bold, cell.italic, cell.underline)


def _hex(colour: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)
