"""Numbered lines on a terminal: each is seen, however many come at once and whatever is painted between them."""

from __future__ import annotations

import sys

import pytest

from bench.screen import Screen


def seen(program: str, count: int) -> list[float]:
    with Screen((sys.executable, "-S", "-c", program)) as screen:
        return screen.numbered("line ", count)


def test_lines_that_come_at_once_with_much_between_them_are_all_seen() -> None:
    program = "import sys; sys.stdout.write(''.join(f'line {n:05}' + 'x' * 9_000 for n in range(60)))"
    times = seen(program, 60)
    assert len(times) == 60
    assert times == sorted(times)


def test_a_line_that_no_picture_shows_counts_with_the_next_one_that_is_shown() -> None:
    times = seen("print(*(f'line {n:05}' for n in (3, 7, 9)), flush=True)", 10)
    assert len(times) == 10


@pytest.mark.parametrize("text", ["\x1b[1mline\x1b[0m \x1b[32m000\x1b[39m01\x1b[0m", "\x1b[2;5Hline 00001"])
def test_styles_within_a_line_hide_nothing(text: str) -> None:
    assert len(seen(f"print({text!r}, flush=True)", 2)) == 2


def test_a_number_that_is_written_in_two_parts_is_one() -> None:
    program = (
        "import sys, time\nfor part in ('line 00000 line 000', '01'):\n"
        "    sys.stdout.write(part); sys.stdout.flush(); time.sleep(0.05)"
    )
    assert len(seen(program, 2)) == 2
