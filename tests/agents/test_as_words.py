"""No program takes for a command what a person says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.agents.as_words import BEFORE, as_words


@pytest.mark.parametrize(
    "text", ["/clear", "  /cost", "\n\t/memory show", "\ufeff/compact", "$x", "/etc/hosts is wrong"]
)
def test_what_a_program_would_take_for_a_command_has_words_before_it(text: str) -> None:
    assert as_words(text) == BEFORE + text


@given(st.text() | st.text(" \n/$").map(lambda start: f"{start}x"))
def test_whatever_is_said_is_there_whole_and_begins_no_command(text: str) -> None:
    said = as_words(text)
    assert said in (text, BEFORE + text)
    assert not said.strip().strip("\ufeff").strip().startswith(("/", "$"))
    assert as_words(said) == said
