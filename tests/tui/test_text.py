"""Nothing that others wrote can steer the terminal or break the layout."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len, split_graphemes

from crew_tui.text import clean, cut, fit, unjoined

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;cm0gLXJm\x07copied", "copied"),
        ("\x9b31mc1\x9d0;t\x9cend", "c1end"),
        ("\x1bPq#0\x1b\\dcs", "dcs"),
        ("a\u202eb\u2066c", "abc"),
        ("bell\x07 del\x7f nul\x00", "bell del nul"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("two\r\nlines\tand   spaces ", "two lines and spaces"),
        ("line\u2028separator", "line separator"),
        ("plain [red]markup[/]", "plain [red]markup[/]"),
        ("unfinished \x1b]0;title\nnext line", "unfinished next line"),
    ],
)
def test_only_the_words_remain(raw: str, safe: str) -> None:
    assert clean(raw) == safe


def test_several_lines_keep_their_breaks_and_get_their_tabs_expanded() -> None:
    assert clean("a\tb\r\n\tc\rd", single_line=False) == "a   b\n    c\nd"
    assert clean("你\tx", single_line=False) == "你  x"


@given(ANYTHING)
def test_clean_text_has_no_control_character_and_can_be_encoded(raw: str) -> None:
    for single_line in (True, False):
        safe = clean(raw, single_line=single_line)
        safe.encode("utf-8")
        assert not any((ord(c) < 32 and c != "\n") or 0x7F <= ord(c) < 0xA0 for c in safe)
        assert clean(safe, single_line=single_line) == safe
    assert "\n" not in clean(raw)


@given(ANYTHING.map(clean), st.integers(-2, 40))
def test_cut_text_never_exceeds_its_cells(text: str, width: int) -> None:
    assert cell_len(cut(text, width)) <= max(0, width)
    if width > 0 and cell_len(text) <= width and len(text) <= width * 32:
        assert cut(text, width) == text
    assert cell_len(fit(text, width)) == max(0, width)


@given(ANYTHING.map(clean), st.integers(1, 20))
def test_a_grapheme_is_kept_whole_or_left_out(text: str, width: int) -> None:
    kept = cut(text, width).removesuffix("…")
    boundaries = {0, *(stop for _, stop, _ in split_graphemes(text)[0])}
    assert kept == text or len(kept) in boundaries


def test_a_family_is_not_cut_in_half() -> None:
    assert cut("ab👨‍👩‍👧cd", 4) == "ab…"


def test_numbers_stand_at_the_right() -> None:
    assert fit("7", 4, right=True) == "   7"
    assert fit("12345", 4, right=True) == "123…"


def test_of_joined_signs_the_first_is_left_and_letters_keep_their_marks() -> None:
    assert unjoined("👩\u200d💻 and 🏳️\u200d🌈, e\u0301 漢字") == "👩 and 🏳, e\u0301 漢字"
