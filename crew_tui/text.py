"""Text of others made safe to show, measured and cut in terminal cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from rich.cells import cell_len, split_graphemes

from crew_tui.emoji_width import as_drawn

ELLIPSIS = "…"

#: pi-crew and most terminals' tools assume this where indentation matters.
TAB_COLUMNS = 4

#: What a grapheme may be made of before it is taken for an attack on the layout.
_LONGEST_GRAPHEME = 32

# Control strings (OSC, DCS, SOS, PM, APC; 7 and 8 bit) run to BEL or ST. One that never ends is taken to the end of its
# line only: a single stray byte must not swallow everything after it.
_SEQUENCES = re.compile(
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n\r]*(?:\x07|\x1b\\|\x9c)?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
)
_NEWLINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 without tab and newlines, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidirectional controls
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"  # marks that nobody sees
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str, *, single_line: bool = True) -> str:
    """Text from a file, an agent or a person, without anything that a terminal would obey.

    Escape sequences, control and bidirectional characters go; lone surrogates, which cannot be encoded, become
    U+FFFD. Emoji are left as `ui.emojiWidth` says. With `single_line` all white space folds into single spaces;
    otherwise newlines stay (every kind becomes a line feed) and tabs are expanded to `TAB_COLUMNS`.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split()) if single_line else text
    safe = _SEQUENCES.sub("", _NEWLINES.sub("\n", text)) if not text.isprintable() else text
    safe = as_drawn(_SURROGATES.sub("\ufffd", _CONTROLS.sub("", safe)))
    if single_line:
        return " ".join(safe.split())
    return "\n".join(_expand(line) for line in safe.split("\n")) if "\t" in safe else safe


def clean_parts(line: str) -> Sequence[tuple[str, str]]:
    """A line as `clean` leaves it, in parts: before each the escape sequence that stood there, as it came.

    The first part has none. Sequences are to be understood, never to be shown. Newlines of every kind become spaces.
    """
    line = _NEWLINES.sub("\n", line)
    found = [match.span() for match in _SEQUENCES.finditer(line)]
    starts, ends = [*(start for start, _ in found), len(line)], [0, *(end for _, end in found)]
    shown = (_SURROGATES.sub("\ufffd", _CONTROLS.sub("", line[a:b])) for a, b in zip(ends, starts, strict=True))
    texts = [as_drawn(each) for each in shown]
    sequences = ["", *(line[a:b] for a, b in found)]
    if any("\t" in text for text in texts):
        texts = _expand_parts(texts)
    return [(sequence, text.replace("\n", " ")) for sequence, text in zip(sequences, texts, strict=True)]


def _expand_parts(texts: Sequence[str]) -> list[str]:
    """Each with its tabs expanded to where the columns are in all of them together."""
    gaps = iter([gap for line in "".join(texts).split("\n") for gap in _gaps(line.split("\t"))])
    return ["".join(" " * next(gaps) if char == "\t" else char for char in text) for text in texts]


def _expand(line: str) -> str:
    first, *rest = pieces = line.split("\t")
    return first + "".join(" " * gap + piece for gap, piece in zip(_gaps(pieces), rest, strict=True))


def _gaps(pieces: Sequence[str]) -> Sequence[int]:
    """The cells of each tab between these."""
    gaps: list[int] = []
    column = cell_len(pieces[0])
    for piece in pieces[1:]:
        gaps.append(TAB_COLUMNS - column % TAB_COLUMNS)
        column += gaps[-1] + cell_len(piece)
    return gaps


def unjoined(text: str) -> str:
    """Of each sequence of signs that stands for one wide one (flags, families) only the first sign.

    For what Textual lays over other lines: it cuts lines at the edges of whatever is above and below them, also inside
    of such a sequence, whose parts then have another width.
    """
    if text.isascii():
        return text
    signs = ((text[begin:end], cells) for begin, end, cells in split_graphemes(text)[0])
    return "".join(sign[0] if len(sign) > 1 and cells > 1 else sign for sign, cells in signs)


def cut(text: str, width: int) -> str:
    """At most `width` cells of `text`, with an ellipsis where something is left out; never splits a grapheme."""
    if width <= 0:
        return ""
    # Measuring a megabyte to show ninety cells would be felt.
    whole = len(text) <= width * _LONGEST_GRAPHEME
    if not whole:
        text = text[: width * _LONGEST_GRAPHEME]
    if whole and cell_len(text) <= width:
        return text
    end = used = 0
    for _, stop, cells in split_graphemes(text)[0]:
        if used + cells > width - 1:
            break
        end, used = stop, used + cells
    return text[:end] + ELLIPSIS


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Exactly `width` cells: cut, or padded on the right (on the left with `right`, for numbers)."""
    return padded(cut(text, width), width, right=right)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """At least `width` cells: what is longer stays whole."""
    gap = " " * max(0, width - cell_len(text))
    return gap + text if right else text + gap


def path_end(path: Path, width: int) -> str:
    """The path in `width` cells; its beginning gives way, because its end says what it is."""
    said = clean(str(path))
    if cell_len(said) <= width:
        return said
    parts = said.split("/")
    while len(parts) > 1 and cell_len("/".join(parts)) + 2 > width:
        parts.pop(0)
    return cut(f"{ELLIPSIS}/{'/'.join(parts)}", width)
