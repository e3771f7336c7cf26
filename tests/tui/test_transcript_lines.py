"""An entry as rows: never wider than the screen, nothing lost, each row known to be of a line."""

from __future__ import annotations

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.observe.transcript_entries import Entry, Role, text_entry, tool_entry
from crew_core.observe.transcript_search import hit
from crew_core.observe.transcript_told import Hits
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Tone
from crew_tui.panes.transcript_lines import Look, lay_out
from crew_tui.panes.transcript_matches import Matches
from crew_tui.panes.transcript_texts import said, searched
from crew_tui.texts.searching import pattern_of
from tests.observe.transcript_files import end, start, text

_SOME = st.sampled_from("ab c\n\t\x1b[31m你好👨\u200d👩\u200d👧e\u0301\u202e")
TEXTS = st.text(st.one_of(_SOME, st.characters(exclude_categories=["Cs"])), max_size=200)
VALUES = st.recursive(st.one_of(TEXTS, st.integers(), st.booleans(), st.none()), st.lists)


def test_matches_are_counted_until_one_goes_to_one_of_them() -> None:
    matches = Matches()
    matches.look_for(pattern_of("x"), 0)
    matches.forget()
    matches.step(1, 9)
    matches.take(Hits(1, None, [hit(1, 0)], True, 50, 100))
    assert matches.words() == "1 match searching 50%"
    matches.take(Hits(1, None, [hit(1, 0), hit(2, 3)], True, 90, 100))
    assert matches.words() == "2 matches searching 90%"
    matches.take(Hits(1, None, [hit(1, 0), hit(2, 3)], False, 100, 100))
    assert matches.words() == "match 1/2"


def _text(words: str) -> Entry:
    return text_entry(Role.ASSISTANT, [text(words)])


def _tool(asked: str, answer: str, failed: bool) -> Entry:
    return tool_entry(start("read", asked), end("read", answer, failed=failed))


def _call(tool: str, arguments: dict[str, object]) -> Entry:
    return tool_entry(start(tool, tool, data={"args": arguments}), None)


ENTRIES = st.one_of(
    st.builds(_text, TEXTS),
    st.builds(_tool, TEXTS, TEXTS, st.booleans()),
    st.builds(_call, TEXTS, st.dictionaries(TEXTS, VALUES, max_size=3)),
)


def look(width: int = 100, **changes: object) -> Look:
    return Look(**{"width": width, "glyphs": UNICODE, "zone": UTC, **changes})


def rows(entry: Entry, width: int = 100, *, unfolded: bool = True, **changes: object) -> list[str]:
    return [line.text.rstrip() for line in lay_out(entry, look(width, **changes), unfolded=unfolded).rows]


@given(ENTRIES, st.sampled_from([20, 40, 60, 80, 120, 200]), st.booleans(), st.booleans())
def test_no_row_is_wider_than_the_screen_and_nothing_in_it_moves_the_cursor(entry, width, wrap, unfolded):
    laid = lay_out(entry, look(width, wrap=wrap), unfolded=unfolded)
    assert len(laid.rows) == len(laid.lines)
    assert unfolded or len(laid.rows) == 1
    for row in laid.rows:
        assert cell_len(row.text) <= width
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e]", row.text)


def _letters(text: str) -> str:
    return "".join(text.split())


@given(ENTRIES, st.sampled_from([40, 80, 120]))
def test_unfolded_and_wrapped_nothing_is_left_out(entry, width):
    laid = lay_out(entry, look(width), unfolded=True)
    below = ["" for _ in said(entry)]
    for row, line in list(zip(laid.rows, laid.lines, strict=True))[1:]:
        below[line] += "".join(text for text, _ in row.pieces[2:])
    first, *others = searched(entry)
    rest = _letters(below[0])
    assert _letters(first).endswith(rest)
    assert _letters(first).removesuffix(rest) in _letters(laid.rows[0].text)
    assert [_letters(text) for text in below[1:]] == [_letters(text) for text in others]
    assert list(laid.lines) == sorted(laid.lines)


@given(ENTRIES)
def test_a_line_is_found_again_among_the_rows(entry):
    laid = lay_out(entry, look(60), unfolded=True)
    for number in range(len(searched(entry))):
        row = laid.row_of(number)
        assert laid.lines[row] == number or number not in laid.lines


def test_a_call_says_what_was_asked_how_much_came_back_and_how_long_it_took():
    entry = tool_entry(start("read", "src/auth/token.ts"), end("read", "a\nb\nc", duration_ms=112))
    assert rows(entry, unfolded=False) == [" ▸ 14:02:00 ✓ read     src/auth/token.ts · 3 lines · 112ms"]


def test_without_a_duration_the_times_of_both_ends_tell_it():
    entry = tool_entry(start("read", "x"), end("read", "a"))
    assert rows(entry, unfolded=False)[0].endswith("· 8.1s")


def test_a_difference_is_counted_and_coloured():
    diff = "@@ -1,2 +1,3 @@\n context\n-old\n+new\n+more"
    laid = lay_out(tool_entry(start("edit", "a.py"), end("edit", diff)), look(), unfolded=True)
    assert "+2 -1" in laid.rows[0].text
    tones = {text: tone for row in laid.rows for text, tone in row.pieces}
    assert tones["-old"] is Tone.REMOVED
    assert tones["+new"] is Tone.ADDED


def test_arguments_are_shown_below_the_call_without_what_is_said_already():
    args = {"path": "a.py", "edits": [{"old": "x", "new": "y\nz"}], "dry": False, "limit": 3}
    entry = tool_entry(start("edit", "a.py", data={"args": args}), end("edit", "done"))
    assert [line.text for line in said(entry)] == [
        "a.py", "edits:", "  - old: x", "    new:", "      y", "      z", "dry: false", "limit: 3", "done",
    ]  # fmt: skip


def test_what_was_used_is_one_line():
    event = AgentEvent(Kind.USAGE, usage=Usage(input=12_345, output=678, cache_read=90_000, cost=0.0421))
    assert rows(text_entry(Role.USAGE, [event]))[0].endswith("usage      12k in · 678 out · 90k cached · $0.0421")


def test_the_time_gives_way_where_there_is_no_room():
    entry = text_entry(Role.ASSISTANT, [text("hello")])
    assert "14:02:00" in rows(entry, 60)[0]
    assert "14:02:00" not in rows(entry, 50)[0]


def test_what_is_left_out_is_said():
    entry = text_entry(Role.ASSISTANT, [text("x" * 70_000)])
    assert "more characters, only on disk" in rows(entry)[-1]


def test_matches_are_marked_where_they_stand():
    entry = text_entry(Role.ASSISTANT, [text("one\ntwo token")])
    laid = lay_out(entry, look(pattern=pattern_of("token")), unfolded=True)
    assert [(text, tone) for text, tone in laid.rows[1].pieces if tone is Tone.MATCH] == [("token", Tone.MATCH)]


@pytest.mark.parametrize(
    ("kind", "words"),
    [(Kind.QUESTION, "question"), (Kind.PERMISSION, "permission"), (Kind.RETRY, "retry"), (Kind.ENDED, "ended")],
)
def test_every_kind_has_its_word(kind, words):
    role = Role.STEP if kind is Kind.ENDED else Role.NOTICE
    assert words in rows(text_entry(role, [AgentEvent(kind, text="x")]))[0]
