"""Texts that would break a layout or take over a terminal, and how to see in a frame that they did neither."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st
from rich.cells import cell_len

from tests.acceptance.stage import Stage

PIECES = (
    "plain words",
    "你好，世界",
    "\U0001f469‍\U0001f4bb\U0001f1e9\U0001f1ea\U0001f3f3️‍\U0001f308",
    "e\u0301\u0323" + "\u0300" * 40,
    "\u202eright to left\u202c שלום ﷽",
    "\ttab\tand tab",
    "line\nnext\r\nand\rnext\x85\u2028\u2029",
    "\x1b[31mred\x1b[0m\x1b[2J\x1b[H",
    "\x1b]8;;http://example.invalid\x1b\\link\x1b]8;;\x07",
    "\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07",
    "\x9b2J\x90q\x9c\x9d0;owned\x9c",
    "\x1b]0;never ends",
    "\x1bPnever ends",
    "\x00\x07\x08\x7f\x0e\x0f",
    "\ud800 \udfff",
    "\u200b\u200d\ufeff\U000e0041\ufdd0\U0010ffff",
    "[red]markup[/] $variable {braces} %s \\",
    "long" * 300,
    "漢" * 100,
    "",
    " ",
)

SAMPLE = " ".join(PIECES)

#: Mixtures of these, and of every character that there is, halves of a pair included.
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=60),
)

_RAW_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def faults(stage: Stage) -> list[str]:
    """What is wrong with what stands on the screen: a line of another width, a character that a terminal obeys."""
    width = stage.app.size.width
    found = []
    for row, strip in enumerate(stage.strips()):
        text = "".join(segment.text for segment in strip)
        if cell_len(text) != width:
            found.append(f"row {row} is {cell_len(text)} wide, not {width}: {text!r}")
        if any(unicodedata.category(each) in _RAW_CATEGORIES or each in _DIRECTIONS for each in text):
            found.append(f"row {row} is raw: {text!r}")
        found += [f"row {row} controls: {segment!r}" for segment in strip if segment.control]
    return found


def watch_frames(stage: Stage) -> list[str]:
    """Look at every frame from now on; what is wrong with any of them is in what this returns."""
    found: list[str] = []

    def look() -> None:
        if len(found) < 20:
            found.extend(faults(stage))

    stage.app.on_frame = look
    return found
