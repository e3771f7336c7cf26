"""Replacing a text: exactly there, exactly once, everything else as it was."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from crew_core.agents.builtin_program.failure import ToolFailed
from crew_core.agents.builtin_program.tools.edit import replaced

TEXT = st.text(st.sampled_from("ab\n\r é𝄞"), max_size=12)
WORD = st.text(st.sampled_from("ab\n é"), min_size=1, max_size=4)


@given(TEXT, WORD, WORD, TEXT)
def test_what_stands_there_once_is_replaced_and_nothing_else(before: str, old: str, new: str, after: str) -> None:
    whole = before + old + after
    assume(whole.count(old) == 1 and old != new and whole.find(old) == len(before))
    content, places = replaced(whole.encode(), old, new, every=False)
    assert content == (before + new + after).encode()
    assert places == [before.count("\n") + 1]


@given(TEXT, WORD, WORD)
def test_what_is_not_there_once_is_refused(whole: str, old: str, new: str) -> None:
    assume(whole.count(old) != 1 and old != new and "\r\n" not in whole)
    with pytest.raises(ToolFailed, match="is there" if old in whole else "is not in the file"):
        replaced(whole.encode(), old, new, every=False)


@given(st.lists(TEXT, min_size=2, max_size=4), WORD, WORD)
def test_every_one_is_replaced_on_request(parts: list[str], old: str, new: str) -> None:
    assume(old != new)
    whole = old.join(parts)
    content, places = replaced(whole.encode(), old, new, every=True)
    assert content == whole.replace(old, new).encode()
    assert len(places) == whole.count(old)


@given(st.binary(max_size=20), WORD, st.binary(max_size=20))
def test_bytes_that_are_no_text_stay_as_they_are(before: bytes, old: str, after: bytes) -> None:
    before, after = before.replace(b"\r", b"").replace(b"Q", b""), after.replace(b"\r", b"").replace(b"Q", b"")
    content, _ = replaced(before + f"Q{old}Q".encode() + after, f"Q{old}Q", "new", every=False)
    assert content == before + b"new" + after


def test_lines_of_a_file_with_cr_lf_may_be_named_without() -> None:
    content, _ = replaced(b"a\r\nb\r\nc\r\n", "a\nb\n", "x\ny\nz\n", every=False)
    assert content == b"x\r\ny\r\nz\r\nc\r\n"


@pytest.mark.parametrize(("old", "new", "said"), [("", "x", "is empty"), ("a", "a", "are the same")])
def test_an_edit_that_says_nothing_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(ToolFailed, match=said):
        replaced(b"a", old, new, every=True)


def test_the_lines_are_named() -> None:
    with pytest.raises(ToolFailed, match="3 times, on lines 1, 2, 4"):
        replaced(b"x\nx\n\nx", "x", "y", every=False)
