"""Faults of an answer in words: where in the JSON, what is there, what should be."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from crew_core.engine.foreign_text import one_line

#: An author who is told of so many faults at once begins again anyway.
MOST_FAULTS = 12

_QUOTED_CHARS = 60


def listed(faults: Sequence[str]) -> tuple[str, ...]:
    """The faults to tell: each once, no more than ``MOST_FAULTS``, and how many there are besides."""
    each = tuple(dict.fromkeys(faults))
    if len(each) <= MOST_FAULTS:
        return each
    return (*each[:MOST_FAULTS], f"and {len(each) - MOST_FAULTS} more faults")


def quoted(value: object) -> str:
    """The value as JSON, shortened; what is nested too deeply or too large a number, by its kind."""
    try:
        said = msgspec.json.encode(value).decode("utf-8", "replace")
    except (RecursionError, OverflowError):
        return kind_of(value)
    return one_line(said, _QUOTED_CHARS)


def kind_of(value: object) -> str:
    """What sort of JSON value it is."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "an array"
        case _:
            return "an object"
