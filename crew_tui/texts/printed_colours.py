"""The colours in which an agent printed a line: of all escape sequences, those that say how text looks (SGR)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rich.ansi import AnsiDecoder
from rich.style import Style

from crew_tui.lines import Ink, Piece, Tone
from crew_tui.text import clean_parts

#: Longer ones are no colours. The introducer is of one character or of two.
_SGR = re.compile(r"(?:\x1b\[|\x9b)([0-9;]{0,64})m")

#: What hides text or moves it is not taken over.
_QUIET = Style(conceal=False, blink=False, blink2=False)

#: A line with more changes of colour is no text; its rest is plain.
_MOST_CHANGES = 1_000

_PLAIN = Style()


def coloured(line: str) -> bool:
    """It may have colours; whether they show anything is known only when it is painted."""
    # Nearly no line has one of these, and that is known ten times as fast.
    return ("\x1b" in line or "\x9b" in line) and _SGR.search(line) is not None


def painted(line: str, tone: Tone) -> tuple[Piece, ...]:
    """The line as `shown` has it, without what stands at its end; what has no colour of its own is in the tone.

    Each line begins without colours: of several agents that speak in turn none paints the lines of another.
    """
    return tuple(_ending(_pieces(line, tone)))


def _pieces(line: str, tone: Tone) -> Iterator[Piece]:
    style, changes = _PLAIN, 0
    for sequence, text in clean_parts(line):
        found = _SGR.fullmatch(sequence)
        if found and changes < _MOST_CHANGES:
            changes += 1
            style = _after(style, found[1]) if changes < _MOST_CHANGES else _PLAIN
        if text:
            yield text, Ink(tone, style) if style else tone


def _ending(pieces: Iterator[Piece]) -> list[Piece]:
    """Without white space at the end of the line."""
    kept = list(pieces)
    while kept:
        text, tone = kept.pop()
        if text.rstrip():
            return [*kept, (text.rstrip(), tone)]
    return []


@lru_cache(4096)
def _after(style: Style, parameters: str) -> Style:
    """How text looks after one more of these sequences."""
    decoder = AnsiDecoder()
    decoder.style = style
    decoder.decode_line(f"\x1b[{parameters}m")
    return decoder.style + _QUIET if decoder.style else _PLAIN
