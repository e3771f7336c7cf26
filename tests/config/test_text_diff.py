"""The diff of two texts says exactly what is different."""

from __future__ import annotations

import random
import re
from difflib import unified_diff

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crew_core.config.text_diff import _COMPARED_LINES, unified

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "  d", "e", "f"]), max_size=30)


def _applied(before: list[str], diff: list[str]) -> list[str]:
    """The other text, made from the one and the diff as `patch` would."""
    now: list[str] = []
    at = 0
    for line in diff:
        header = re.fullmatch(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", line)
        if header is not None:
            start = int(header[1]) - (0 if header[2] == "0" else 1)
            now += before[at:start]
            at = start
            assert len(now) == int(header[3]) - (0 if header[4] == "0" else 1)
        elif line[0] == "+":
            now.append(line[1:])
        else:
            assert before[at] == line[1:]
            at += 1
            now += [line[1:]] if line[0] == " " else []
    return now + before[at:]


@given(LINES, LINES)
def test_the_diff_makes_one_text_of_the_other(before: list[str], now: list[str]) -> None:
    diff = list(unified(before, now))
    assert _applied(before, diff) == now
    assert (diff == []) == (before == now)


@settings(max_examples=40)
@given(LINES, st.integers(0, 30), st.integers(0, 30), LINES)
def test_context_is_three_lines_and_nothing_else(lines: list[str], at: int, gone: int, new: list[str]) -> None:
    now = [*lines[:at], *new, *lines[at + gone :]]
    for line in unified(lines, now):
        assert line[0] in " +-@"
    context = [line for line in unified(lines, now) if line.startswith(" ")]
    changed = [line for line in unified(lines, now) if line[0] in "+-"]
    assert len(context) <= 6 * max(1, len(changed))


def test_it_looks_as_everywhere() -> None:
    before = [str(n) for n in range(40)]
    now = [*before[:5], "new", *before[6:30], *before[33:]]
    standard = [line.rstrip("\n") for line in unified_diff(before, now, lineterm="")][2:]
    assert list(unified(before, now)) == standard


@pytest.mark.parametrize("order", ["reversed", "shuffled", "repeated"])
def test_hostile_texts_are_compared_in_bounded_time(order: str) -> None:
    """difflib alone would take hours for these; the test's time limit is the assertion."""
    before = [str(n % 50 if order == "repeated" else n) for n in range(60_000)]
    now = before[::-1] if order == "reversed" else random.Random(1).sample(before, len(before))
    diff = list(unified(before, now))
    assert _applied(before, diff) == now


def test_the_longest_texts_that_are_compared_line_by_line_take_no_time_to_speak_of() -> None:
    for different in (50, _COMPARED_LINES):
        before = [str(n % different) for n in range(_COMPARED_LINES)]
        assert _applied(before, list(unified(before, before[::-1]))) == before[::-1]
