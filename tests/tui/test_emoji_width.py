"""`ui.emojiWidth`: no line is wider than it was measured, on terminals that draw emoji otherwise than Unicode says."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.strip import Segment, Strip

from crew_tui.emoji_width import EmojiWidth, draw_as
from crew_tui.text import clean, cut, fit

FAMILY, FLAG, THUMB, HEART = "👨‍👩‍👧", "🇩🇪", "👍🏽", "❤️"

SIGNS = ("🔔", "✅", "❌", "⭐", "⚡", "🥰", "🚀", "🖥️", FAMILY, FLAG, THUMB, HEART, "1️⃣", "👩🏽‍❤️‍💋‍👨")

WORDS = st.lists(st.sampled_from((*SIGNS, "a", " ", "你", "é", "─", "؟")), max_size=20).map("".join)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    draw_as(EmojiWidth.AUTO)


def drawn(text: str) -> int:
    """Cells in a terminal that knows pictographs as any other sign, and Chinese as wide."""
    return sum(0 if char == "\u20e3" else 2 if char == "你" else 1 for char in text)


def test_by_default_they_have_two_cells_and_stay_as_they_are() -> None:
    for sign in SIGNS:
        assert clean(sign) == sign
    assert cell_len("🔔") == cell_len("✅") == cell_len(FAMILY) == 2


@pytest.mark.parametrize("width", [EmojiWidth.NARROW, EmojiWidth.STRIP])
@given(text=WORDS, room=st.integers(0, 30))
def test_what_is_measured_is_what_is_drawn(width: EmojiWidth, text: str, room: int) -> None:
    draw_as(width)
    safe = clean(text)
    assert clean(safe) == safe
    assert drawn(safe) == cell_len(safe) == Strip([Segment(safe)]).cell_length
    assert drawn(cut(safe, room)) <= room
    assert drawn(fit(safe, room)) == room


def test_narrow_keeps_each_sign() -> None:
    draw_as(EmojiWidth.NARROW)
    assert clean(f"🔔 {FAMILY} {THUMB} {HEART} 你") == "🔔 👨👩👧 👍 ❤ 你"
    assert cell_len("🔔✅") == 2
    assert cell_len("你") == 2


@pytest.mark.parametrize("sign", [each for each in SIGNS if each not in (HEART, "1️⃣")])
def test_strip_puts_one_dot_for_one_sign(sign: str) -> None:
    draw_as(EmojiWidth.STRIP)
    assert clean(f"a {sign} b") == "a · b"


def test_strip_leaves_what_has_one_cell_anyway() -> None:
    draw_as(EmojiWidth.STRIP)
    assert clean(f"{HEART} 1️⃣ ✓ → 你 🄰") == "❤ 1\u20e3 ✓ → 你 ·"


def test_what_joins_letters_stays() -> None:
    draw_as(EmojiWidth.NARROW)
    assert clean("क्‍ष") == "क्‍ष"


def test_no_process_that_is_started_inherits_it() -> None:
    draw_as(EmojiWidth.NARROW)
    assert "UNICODE_VERSION" not in os.environ
