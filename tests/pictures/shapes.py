"""Characters that are drawn as a terminal does it, edge to edge: boxes, blocks, braille, and what the font lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise
from math import cos, radians, sin

#: Corners in shares of the cell, from its top left; the last number is how much of the colour it gets.
Polygon = tuple[tuple[tuple[float, float], ...], float]

#: Half the width of a line, in shares of the cell's width and height, for cells of about 1 : 2.
_LIGHT, _HEAVY = 0.08, 0.14
_FLAT = 0.5

_SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
_EIGHTHS = "▁▂▃▄▅▆▇█"
_LEFT_EIGHTHS = "▏▎▍▌▋▊▉"
#: Which quarters of the cell, from the top left, row by row.
_QUADRANTS = dict(zip("▖▗▘▙▚▛▜▝▞▟", ("3", "4", "1", "134", "14", "123", "124", "2", "23", "234"), strict=True))

#: Bits of a braille character by their place in the cell, two columns of four.
_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

_WEIGHTS = {"LIGHT": _LIGHT, "SINGLE": _LIGHT, "HEAVY": _HEAVY, "DOUBLE": _HEAVY}
_WAYS = {
    "UP": ("up",),
    "DOWN": ("down",),
    "LEFT": ("left",),
    "RIGHT": ("right",),
    "VERTICAL": ("up", "down"),
    "HORIZONTAL": ("left", "right"),
}


@cache
def polygons(char: str) -> tuple[Polygon, ...]:
    """What `char` is made of; nothing for a character that is left to the font."""
    code = ord(char) if len(char) == 1 else 0
    if 0x2500 <= code < 0x2580:
        return _box(unicodedata.name(char))
    if 0x2580 <= code < 0x25A0:
        return _block(char)
    if 0x2800 <= code < 0x2900:
        return _braille(code - 0x2800)
    return _LACKING.get(char, ())


def is_upright(points: tuple[tuple[float, float], ...]) -> bool:
    """It is a rectangle whose edges are those of pixels."""
    return len(points) == 4 and points[0][1] == points[1][1] and points[0][0] == points[3][0]


def _rectangle(left: float, top: float, right: float, bottom: float, share: float = 1.0) -> Polygon:
    return ((left, top), (right, top), (right, bottom), (left, bottom)), share


def _arms(name: str) -> dict[str, float]:
    """Which ways a box character's lines go and how thick; `DOWN LIGHT AND RIGHT HEAVY` or `HEAVY DOWN AND RIGHT`."""
    words = name.removeprefix("BOX DRAWINGS ").split()
    before = words[0] in _WEIGHTS
    weight, open_ways, arms = _LIGHT, [], {}
    for word in words:
        if word in _WEIGHTS:
            weight = _WEIGHTS[word]
            if not before:
                arms |= dict.fromkeys(open_ways, weight)
                open_ways = []
        for way in _WAYS.get(word, ()):
            if before:
                arms[way] = weight
            else:
                open_ways.append(way)
    return arms


def _box(name: str) -> tuple[Polygon, ...]:
    arms = _arms(name)
    if "DIAGONAL" in name:
        return ()
    # Where lines meet, each goes on to the far edge of the other.
    across = max((arms.get(way, 0.0) for way in ("left", "right")), default=0.0) * _FLAT
    along = max((arms.get(way, 0.0) for way in ("up", "down")), default=0.0)
    gaps = {"DOUBLE DASH": 2, "TRIPLE DASH": 3, "QUADRUPLE DASH": 4}
    dashes = next((number for word, number in gaps.items() if word in name), 0)
    if dashes:
        return tuple(_dashes(arms, dashes))
    found = []
    for way, half in _joined(arms):
        flat = half * _FLAT
        match way:
            case "upright":
                found.append(_rectangle(0.5 - half, 0, 0.5 + half, 1))
            case "level":
                found.append(_rectangle(0, 0.5 - flat, 1, 0.5 + flat))
            case "up":
                found.append(_rectangle(0.5 - half, 0, 0.5 + half, 0.5 + across))
            case "down":
                found.append(_rectangle(0.5 - half, 0.5 - across, 0.5 + half, 1))
            case "left":
                found.append(_rectangle(0, 0.5 - flat, 0.5 + along, 0.5 + flat))
            case _:
                found.append(_rectangle(0.5 - along, 0.5 - flat, 1, 0.5 + flat))
    return tuple(found)


def _joined(arms: dict[str, float]) -> list[tuple[str, float]]:
    """Two arms of one line are one."""
    whole = {"upright": ("up", "down"), "level": ("left", "right")}
    lines = [
        (line, arms[one]) for line, (one, other) in whole.items() if arms.get(one) and arms[one] == arms.get(other)
    ]
    gone = {way for line, _ in lines for way in whole[line]}
    return [*lines, *((way, half) for way, half in arms.items() if way not in gone)]


def _dashes(arms: dict[str, float], number: int) -> list[Polygon]:
    steps = [((2 * step + 0.5) / (2 * number), (2 * step + 1.5) / (2 * number)) for step in range(number)]
    if "up" in arms:
        return [_rectangle(0.5 - arms["up"], start, 0.5 + arms["up"], end) for start, end in steps]
    flat = arms["left"] * _FLAT
    return [_rectangle(start, 0.5 - flat, end, 0.5 + flat) for start, end in steps]


def _block(char: str) -> tuple[Polygon, ...]:
    if char in _SHADES:
        return (_rectangle(0, 0, 1, 1, _SHADES[char]),)
    if char in _EIGHTHS:
        return (_rectangle(0, 1 - (_EIGHTHS.index(char) + 1) / 8, 1, 1),)
    if char in _LEFT_EIGHTHS:
        return (_rectangle(0, 0, (_LEFT_EIGHTHS.index(char) + 1) / 8, 1),)
    if char in _QUADRANTS:
        corners = {"1": (0, 0), "2": (0.5, 0), "3": (0, 0.5), "4": (0.5, 0.5)}
        places = (corners[each] for each in _QUADRANTS[char])
        return tuple(_rectangle(x, y, x + 0.5, y + 0.5) for x, y in places)
    return {
        "▀": (_rectangle(0, 0, 1, 0.5),),
        "▐": (_rectangle(0.5, 0, 1, 1),),
        "▔": (_rectangle(0, 0, 1, 0.125),),
        "▕": (_rectangle(0.875, 0, 1, 1),),
    }.get(char, ())


def _braille(bits: int) -> tuple[Polygon, ...]:
    dots = []
    for row, pair in enumerate(_BRAILLE):
        for column, bit in enumerate(pair):
            if bits & bit:
                x, y = 0.28 + 0.44 * column, 0.155 + 0.23 * row
                dots.append(_rectangle(x - 0.12, y - 0.06, x + 0.12, y + 0.06))
    return tuple(dots)


def _stroke(start: tuple[float, float], end: tuple[float, float], half: float = 0.07) -> Polygon:
    """A slanted line in a cell that is twice as high as wide."""
    (left, top), (right, bottom) = start, end
    run, fall = right - left, 2 * (bottom - top)
    length = (run * run + fall * fall) ** 0.5
    x, y = half * fall / length, half * run / length / 2
    return ((left - x, top + y), (right - x, bottom + y), (right + x, bottom - y), (left + x, top - y)), 1.0


def _disc(first: int, last: int, radius: float = 0.42) -> Polygon:
    """The part of a disc between two angles; 0 is to the right, 90 below."""
    steps = range(first, last + 1, 10)
    return tuple((0.5 + radius * cos(radians(at)), 0.5 + radius / 2 * sin(radians(at))) for at in steps), 1.0


def _ring() -> tuple[Polygon, ...]:
    points = [(0.5 + 0.39 * cos(radians(at)), 0.5 + 0.195 * sin(radians(at))) for at in range(0, 361, 20)]
    return tuple(_stroke(one, other, 0.04) for one, other in pairwise(points))


#: Source Code Pro has all other characters that our screens draw with.
_LACKING: dict[str, tuple[Polygon, ...]] = {
    "✗": (_stroke((0.18, 0.33), (0.82, 0.70)), _stroke((0.78, 0.31), (0.24, 0.74))),
    "◇": (
        _stroke((0.5, 0.28), (0.9, 0.5), 0.05),
        _stroke((0.9, 0.5), (0.5, 0.72), 0.05),
        _stroke((0.5, 0.72), (0.1, 0.5), 0.05),
        _stroke((0.1, 0.5), (0.5, 0.28), 0.05),
    ),
    "◐": (*_ring(), _disc(90, 270)),
    "◑": (*_ring(), _disc(-90, 90)),
    "⎿": (_rectangle(0.3, 0, 0.4, 0.55), _rectangle(0.3, 0.5, 0.9, 0.55)),
}
