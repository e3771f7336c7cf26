"""Where a key does what it does, in words."""

from __future__ import annotations

from crew_tui.keymap.entry import DETAIL, EVERYWHERE, MAIN, SCREENS
from crew_tui.situation import Region

_NAMED: tuple[tuple[frozenset[Region], str], ...] = (
    (EVERYWHERE, "everywhere"),
    (MAIN, "main screen"),
    (SCREENS, "other screens"),
    (DETAIL, "tabs"),
)

#: An exception of more places is longer to read than the places themselves.
_MOST_EXCEPTIONS = 3


def place_words(scope: frozenset[Region]) -> str:
    """`runs`, `main screen`, `tabs but graph`, `output, text`."""
    for places, name in _NAMED:
        missing = places - scope
        if scope <= places and len(missing) <= min(_MOST_EXCEPTIONS, len(scope) - 1):
            return f"{name} but {_listed(missing)}" if missing else name
    for places, name in _NAMED:
        if places < scope:
            return f"{name}, {place_words(scope - places)}"
    return _listed(scope)


def _listed(places: frozenset[Region]) -> str:
    return ", ".join(place.value for place in Region if place in places)
