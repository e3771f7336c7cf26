"""The colours in which an agent prints: kept as styles, while nothing that a terminal would obey is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.style import Style

from crew_core.observe.tab_slices import OutputLine
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Ink, Piece, Tone
from crew_tui.palette import palette_of
from crew_tui.panes.output_rows import Look, OutputRow
from crew_tui.text import clean, clean_parts
from crew_tui.texts.painting import shown
from crew_tui.texts.printed_colours import coloured, painted
from crew_tui.theme_files import themes
from tests.tui.builders import ago

#: What agents print, and what an attacker would.
PARTS = st.sampled_from(
    (
        *("a", "b c", "é你", "\t", "\r", "\x0b", " ", "\ud800", "\u202e", "\ufeff", "m", "\x1b", "\x9b", "\x9b32m"),
        *("\x1b[31m", "\x1b[1;4m", "\x1b[m", "\x1b[0m", "\x1b[38;5;200m", "\x1b[48;2;1;2;3m", "\x1b[8m", "\x1b[5m"),
        *("\x1b[2J", "\x1b[1", "\x1b]52;c;eA==\x07", "\x1b]8;;http://x\x1b\\", "\x1bP1m", "\x1b[38;2;m"),
        *("\x1b[38:2::1:2:3m", "\x1b[999999999999m"),
    )
)
LINES = st.lists(PARTS, max_size=14).map("".join) | st.text(max_size=30)


def joined(pieces: Sequence[Piece]) -> str:
    return "".join(text for text, _ in pieces)


def look_of(style: Style) -> str:
    """Its colours, and what it turns on."""
    colours = [f"{where}{each.name}" for where, each in (("", style.color), ("on ", style.bgcolor)) if each is not None]
    return " ".join([*(name for name in ("bold", "dim", "underline", "reverse") if getattr(style, name)), *colours])


def styles(line: str) -> list[tuple[str, str]]:
    return [(text, look_of(tone.style) if isinstance(tone, Ink) else "") for text, tone in painted(line, Tone.TEXT)]


@given(LINES)
@example("\x1b[31ma\tb\x1b[0m\t你\tc")
def test_the_parts_of_a_line_are_what_clean_leaves_of_it(line: str) -> None:
    parts = clean_parts(line)
    assert "".join(text for _, text in parts) == clean(line, single_line=False).replace("\n", " ")
    assert parts[0][0] == ""


@given(LINES)
def test_colours_change_no_character_and_leave_no_control(line: str) -> None:
    text = joined(painted(line, Tone.TEXT))
    assert text == shown(line).rstrip()
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("\x1b[31mred\x1b[0m plain", [("red", "color(1)"), (" plain", "")]),
        ("\x1b[1mbold\x1b[22m on", [("bold", "bold"), (" on", "")]),
        ("\x1b[1;32mok\x1b[m", [("ok", "bold color(2)")]),
        ("\x9b32mok", [("ok", "color(2)")]),
        ("\x1b[38;5;200mx", [("x", "color(200)")]),
        ("\x1b[38;2;1;2;3;7mx", [("x", "reverse #010203")]),
        ("\x1b[41mx", [("x", "on color(1)")]),
        ("a\x1b[2Jb", [("a", ""), ("b", "")]),
        ("\x1b]52;c;eA==\x07\x1b[31mx", [("x", "color(1)")]),
    ],
)
def test_a_sequence_is_a_style_of_what_follows(line: str, said: list[tuple[str, str]]) -> None:
    assert styles(line) == said


@pytest.mark.parametrize("line", ["\x1b[8mhidden", "\x1b[5mblinking", "\x1b[6;31mblinking"])
def test_nothing_is_hidden_and_nothing_blinks(line: str) -> None:
    [(_, tone)] = painted(line, Tone.TEXT)
    style = tone.style if isinstance(tone, Ink) else Style()
    assert not any((style.conceal, style.blink, style.blink2))


def test_a_line_of_nothing_but_changes_of_colour_is_plain_from_some_place_on() -> None:
    pieces = painted("".join(f"\x1b[3{at % 8}ma" for at in range(5_000)), Tone.TEXT)
    assert joined(pieces) == "a" * 5_000
    assert pieces[-1][1] is Tone.TEXT


def test_colours_are_seen_only_where_they_are_wanted_and_a_match_in_them_is_marked() -> None:
    line = OutputLine(ago(5), "a", "text", "\x1b[31mFAIL needle\x1b[0m end")
    look = Look(width=80, glyphs=UNICODE, zone=UTC)
    plain = OutputRow(line, look).line(0)
    kept = OutputRow(line, Look(width=80, glyphs=UNICODE, zone=UTC, colours=True, pattern=re.compile("needle"))).line(0)
    assert plain.text == kept.text
    assert not [tone for _, tone in plain.pieces if isinstance(tone, Ink)]
    assert [text for text, _ in kept.pieces[-3:]] == ["FAIL ", "needle", " end"]
    assert isinstance(kept.pieces[-3][1], Ink)
    assert kept.pieces[-2][1] is Tone.MATCH


def test_a_theme_without_colours_has_none_of_an_agents_either() -> None:
    ink = Ink(Tone.TEXT, Style(color="red", bold=True))
    for theme in themes():
        style = palette_of(theme).style(ink, Style())
        assert style.bold
        assert (style.color is not None and style.color.name == "red") is (theme.name != "crew-mono")


def test_only_a_line_with_colours_is_called_coloured() -> None:
    assert coloured("\x1b[1mx")
    assert not coloured("\x1b[2Jx")
    assert not coloured("[1m")
