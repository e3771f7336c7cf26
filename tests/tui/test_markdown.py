"""Markdown as lines: what it looks like, that nothing of it is lost, and that nothing in it is obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_tui.glyphs import ASCII
from crew_tui.lines import Line, Tone
from crew_tui.markdown.blocks import markdown_lines
from crew_tui.markdown.front_matter import parted


def texts(source: str, width: int = 40) -> list[str]:
    return [line.text[1:].rstrip() for line in markdown_lines(source, width)]


def tones(source: str) -> dict[str, Tone]:
    return {text.strip(): tone for line in markdown_lines(source, 60) for text, tone in line.pieces if text.strip()}


def test_headings_stand_out_by_more_than_colour() -> None:
    assert texts("# One\n## Two\n### Three\ntext") == ["One", "───", "", "Two", "", "### Three", "", "text"]
    assert tones("# One")["One"] is Tone.TITLE


def test_paragraphs_are_wrapped_at_the_width() -> None:
    source = "The quick brown fox jumps over the lazy dog and runs away from all of it."
    assert texts(source, 30) == ["The quick brown fox jumps", "over the lazy dog and runs", "away from all of it."]


def test_short_lines_were_broken_on_purpose() -> None:
    assert texts("Status: completed\nTeam: default") == ["Status: completed", "Team: default"]
    long = "These words fill the line as somebody wraps a paragraph at seventy\ncolumns."
    assert texts(long, 90) == [long.replace("\n", " ")]


def test_lists_nest_and_count() -> None:
    assert texts("- one\n- two\n  - inner\n\n3. three\n4. four") == [
        "· one",
        "· two",
        "  · inner",
        "",
        "3. three",
        "4. four",
    ]


def test_long_items_hang_below_their_text() -> None:
    assert texts("- aaaa bbbb cccc dddd", 14) == ["· aaaa bbbb", "  cccc dddd"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("1. - a\n   - b\n2. c", ["1. · a", "   · b", "2. c"]),
        ("- > quoted\n  > on", ["· │ quoted", "  │ on"]),
        ("> - a", ["│ · a"]),
        ("10. ```\n    x\n    y\n    ```", ["10. │ x", "    │ y"]),
        ("- # Title", ["· Title", "  ─────"]),
        ("- 1. > deep", ["· 1. │ deep"]),
        ("1. 2.\n3. a", ["1. 2.", "2. a"]),
    ],
)
def test_the_sign_of_an_item_stands_before_whatever_comes_first_in_it(source: str, shown: list[str]) -> None:
    assert texts(source) == shown


def test_code_keeps_its_lines_and_a_difference_its_colours() -> None:
    source = "```diff\n- old\n+ new\n  same\n```"
    assert texts(source) == ["│ - old", "│ + new", "│   same"]
    assert tones(source)["+ new"] is Tone.ADDED
    assert tones(source)["- old"] is Tone.REMOVED


def test_code_is_cut_only_when_it_is_asked_for() -> None:
    source = "    " + "x" * 100
    assert len(markdown_lines(source, 40, wrap=True)) == 3
    assert len(markdown_lines(source, 40, wrap=False)) == 1


def test_quotes_have_a_bar_on_every_line() -> None:
    assert texts("> one\n>\n> two") == ["│ one", "│", "│ two"]


def test_links_show_where_they_lead() -> None:
    assert texts("see [the docs](https://x.y/z) or <https://a.b>", 80) == [
        "see the docs (https://x.y/z) or https://a.b"
    ]
    assert texts("![a plan](plan.png)") == ["[picture: a plan] (plan.png)"]


def test_emphasis_and_code_are_toned_and_their_signs_gone() -> None:
    assert texts("a *b* **c** `d` ~~e~~ \\*f\\*") == ["a b c d ~~e~~ *f*"]
    found = tones("a **c** `d`")
    assert (found["c"], found["d"]) == (Tone.TITLE, Tone.ACCENT)


def test_tables_are_aligned_and_long_cells_take_more_rows() -> None:
    source = "| a | what |\n|--|--|\n| x | many words that do not fit there |\n| 你好 | z |"
    assert texts(source, 24) == [
        "a     what",
        "────  ────────────────",
        "x     many words that",
        "      do not fit there",
        "你好  z",
    ]


def test_words_of_a_table_are_whole_as_long_as_that_can_be() -> None:
    ids = "| task | time |\n|--|--|\n| 01_explore | 38.0 s |"
    assert texts(ids, 20) == ["task        time", "──────────  ──────", "01_explore  38.0 s"]
    assert texts(ids, 19) == ["task       time", "────────── ──────", "01_explore 38.0 s"], "less between them"
    assert texts(ids, 18) == ["task        time", "──────────  ────", "01_explore  38.0", "            s"], (
        "cut at a blank"
    )


def test_front_matter_stands_above_a_rule() -> None:
    assert texts("---\nname: x\n---\nBody", 20) == ["name: x", "─" * 18, "", "Body"]
    assert parted("---\nnever closed") == ("", "---\nnever closed")
    assert parted("no fields") == ("", "no fields")


def test_what_the_parser_passes_over_is_shown_as_it_stands() -> None:
    assert "[ref]: https://x.y" in texts("[ref]: https://x.y\n\ntext [ref]")
    assert any("deep" in line for line in texts(">" * 40 + " deep", 80))
    nested = "\n".join("  " * depth + f"- item{depth}" for depth in range(40))
    shown = " ".join(texts(nested, 200))
    assert all(f"item{depth}" in shown for depth in range(40))


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab \n\t-*_`#>[]()!|~1.<&\\:", max_size=120), st.integers(1, 70))
def test_no_text_breaks_it_and_no_word_is_lost(source: str, width: int) -> None:
    lines = markdown_lines(source, width)
    shown = "".join(line.text for line in lines)
    for letter in "ab":
        assert shown.count(letter) >= _outside_markup(source, letter)


def _outside_markup(source: str, letter: str) -> int:
    """Letters that must be seen: those of names of languages behind a fence need not."""
    return 0 if "```" in source or "~~~" in source else min(source.count(letter), 1)


@pytest.mark.parametrize("width", [0, 1, 2, 5, 13, 34, 60, 80, 200])
def test_rows_fit_every_width(width: int) -> None:
    source = "# Title\n\ntext `code` and 你好 words\n\n- item\n\n> quote\n\n```\ncode\n```\n\n|a|b|\n|-|-|\n|c|d|\n"
    for line in markdown_lines(source, width):
        # Below ten cells text keeps eight: the pane cuts what does not fit.
        assert cell_len(line.text) <= max(width, 22)


def test_nothing_in_it_reaches_the_terminal() -> None:
    hostile = "# \x1b[2Jx\n\n`\x1b]0;owned\x07`\n\n&#x202e;go\n\n<b>\x9b31m</b>\n\n|\x1b[1m|\n|-|\n|\x07|\n"
    for line in markdown_lines(hostile, 40):
        assert line.text.isprintable()
        assert "owned" not in line.text


def test_other_terminals_get_only_ascii() -> None:
    lines: tuple[Line, ...] = markdown_lines("# T\n\n- a\n\n> q\n\n---\n", 30, ASCII)
    assert all(line.text.isascii() for line in lines)
