"""Editing of one text: each key, whole graphemes, pastes, and what of it a field shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_tui.typed import Typed, pasted, pressed, typed, up_or_down
from crew_tui.widgets.field import laid_out


def _after(text: str, *keys: str, at: int | None = None) -> Typed:
    now = Typed(text, len(text) if at is None else at)
    for key in keys:
        done = pressed(now, key, key if len(key) == 1 else None)
        assert done is not None, key
        now = done
    return now


@pytest.mark.parametrize(
    ("keys", "text", "at"),
    [
        (("x",), "two wordsx", 10),
        (("left", "x"), "two wordxs", 9),
        (("home", "x"), "xtwo words", 1),
        (("home", "delete"), "wo words", 0),
        (("backspace",), "two word", 8),
        (("ctrl+h",), "two word", 8),
        (("ctrl+w",), "two ", 4),
        (("ctrl+w", "ctrl+w"), "", 0),
        (("ctrl+left", "x"), "two xwords", 5),
        (("home", "ctrl+right", "x"), "twox words", 4),
        (("ctrl+a", "ctrl+k"), "", 0),
        (("ctrl+left", "ctrl+u"), "words", 0),
        (("ctrl+a", "ctrl+e", "x"), "two wordsx", 10),
        (("home", "left", "backspace"), "two words", 0),
        (("right", "delete"), "two words", 9),
    ],
)
def test_each_key_does_what_it_does_in_a_shell(keys: tuple[str, ...], text: str, at: int) -> None:
    assert _after("two words", *keys) == Typed(text, at)


@pytest.mark.parametrize("whole", ["e\u0301", "👩‍👩‍👧", "漢"])
def test_what_looks_like_one_character_is_one(whole: str) -> None:
    assert _after(f"a{whole}", "backspace").text == "a"
    assert _after(f"{whole}a", "home", "right").at == len(whole)
    assert _after(f"{whole}a", "home", "delete").text == "a"


@pytest.mark.parametrize("key", ["f5", "ctrl+s", "alt+x", "tab", "escape", "up"])
def test_keys_that_write_nothing_are_left_to_the_screen(key: str) -> None:
    assert pressed(typed("x"), key, "x" if key.startswith("alt") else None) is None


def test_a_paste_is_clean_and_keeps_its_lines_where_there_may_be_several() -> None:
    hostile = "one\x1b]52;c;x\x07\r\ntwo\ttabs\u202e"
    assert pasted(Typed(), hostile, lines=True).text == "one\ntwo tabs"
    assert pasted(typed("> "), hostile) == typed("> one two tabs")


def test_the_caret_goes_up_and_down_between_lines() -> None:
    now = typed("long line\nab\nlonger line")
    up = up_or_down(now, -1)
    assert up is not None
    assert up.at == len("long line\nab")
    assert up_or_down(up, -1) == Typed(now.text, 2)
    assert up_or_down(now, 1) is None
    assert up_or_down(Typed(now.text, 3), -1) is None


TEXTS = st.text(st.sampled_from("ab 漢é👩\n"), max_size=60)


@given(TEXTS, st.data(), st.integers(3, 30), st.integers(1, 4))
def test_the_caret_is_always_seen_and_no_line_is_too_long(
    text: str, data: st.DataObject, width: int, height: int
) -> None:
    at = data.draw(st.integers(0, len(text)))
    rows = laid_out(Typed(text, at), width, height)
    carets = [row for row in rows if row.caret is not None]
    assert len(carets) == 1
    assert len(rows) <= height
    assert all(cell_len(row.text) <= width for row in rows)
    before = carets[0].text[: carets[0].caret]
    assert cell_len(before) < width
    line = text[:at].replace("\n", "↵") if height == 1 else text[:at]
    assert line.endswith(before)


def test_without_the_focus_there_is_no_caret() -> None:
    assert all(row.caret is None for row in laid_out(typed("text"), 20, 2, caret=False))
