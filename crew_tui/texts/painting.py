"""How a line of a file is shown: as it is, as a line of a difference, as a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crew_core.observe.unified_diff import Part
from crew_tui.lines import Tone
from crew_tui.text import clean
from crew_tui.texts.wrapping import Pieces


def shown(line: str) -> str:
    """A line with its indentation and without anything that a terminal would obey."""
    if line.isascii() and line.isprintable():
        return line
    return clean(line, single_line=False).replace("\n", " ")


@dataclass(frozen=True, slots=True)
class Manner:
    """What a line of a file becomes: none, one or several lines. `texts` is `paint` without the tones."""

    paint: Callable[[str], Sequence[Pieces]]
    texts: Callable[[str], Sequence[str]]


def as_is(line: str) -> Sequence[str]:
    return (shown(line),)


def _plain(line: str) -> Sequence[Pieces]:
    return (((shown(line), Tone.TEXT),),)


#: Of the lines of a difference that is known as one.
PART_TONES = {
    Part.HEAD: Tone.TITLE,
    Part.HUNK: Tone.ACCENT,
    Part.ADDED: Tone.ADDED,
    Part.REMOVED: Tone.REMOVED,
    Part.SAME: Tone.TEXT,
}

_DIFF_TONES = (
    ("+++ ", Tone.TITLE),
    ("--- ", Tone.TITLE),
    ("diff ", Tone.TITLE),
    ("index ", Tone.DIM),
    ("@@", Tone.ACCENT),
    ("+", Tone.ADDED),
    ("-", Tone.REMOVED),
)


def _diff(line: str) -> Sequence[Pieces]:
    tone = next((tone for start, tone in _DIFF_TONES if line.startswith(start)), Tone.TEXT)
    return (((shown(line), tone),),)


PLAIN = Manner(_plain, as_is)
DIFF = Manner(_diff, as_is)


def painted_by(paint: Callable[[str], Sequence[Pieces]]) -> Manner:
    """A manner of records, of which the text is known only when they are painted."""
    return Manner(paint, lambda line: ["".join(text for text, _ in pieces) for pieces in paint(line)])
