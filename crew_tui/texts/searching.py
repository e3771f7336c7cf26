"""Searching a text: what a person types, as a pattern; where it matches, as pieces."""

from __future__ import annotations

import re

from crew_tui.lines import Tone
from crew_tui.texts.wrapping import Pieces, between


class NoPattern(ValueError):
    """What was typed is no regular expression; the message says why."""


def pattern_of(typed: str) -> re.Pattern[str]:
    """Capitals matter only when there are some in it. :raises NoPattern: it is no regular expression."""
    try:
        return re.compile(typed, 0 if any(map(str.isupper, _without_classes(typed))) else re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise NoPattern(f"no regular expression: {error}") from error


def _without_classes(typed: str) -> str:
    """The `S` of a `\\S` is no capital letter."""
    return re.sub(r"\\.", "", typed)


def marked(pieces: Pieces, pattern: re.Pattern[str]) -> Pieces:
    """The pieces with every match in the tone of matches; the same object when there is none."""
    text = "".join(text for text, _ in pieces)
    found = [match.span() for match in pattern.finditer(text) if match.end() > match.start()]
    if not found:
        return pieces
    made: Pieces = ()
    at = 0
    for start, end in found:
        made += (*between(pieces, at, start), (text[start:end], Tone.MATCH))
        at = end
    return (*made, *between(pieces, at, len(text)))
