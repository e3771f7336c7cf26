"""How texts are broken, coloured, searched and measured, before any of it is on a screen."""

from __future__ import annotations

import json
from datetime import UTC
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.model.usage import Usage
from crew_core.observe.text_book import OpenText
from crew_core.observe.text_file import open_file
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Line, Tone
from crew_tui.text import clean
from crew_tui.texts.agent_events import agent_event_lines
from crew_tui.texts.forms import Form, form_of, shown_as
from crew_tui.texts.hexadecimal import hexadecimal_lines
from crew_tui.texts.json_text import json_fault, json_line, json_pieces
from crew_tui.texts.painting import DIFF
from crew_tui.texts.searching import NoPattern, marked, pattern_of
from crew_tui.texts.sizes import byte_count
from crew_tui.texts.wrapping import Pieces, between, broken, spans


def text_of(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


# Wrapping


@given(
    st.text(alphabet="ab 你é👍\u0301", max_size=80).map(lambda text: clean(text, single_line=False)), st.integers(2, 20)
)
def test_rows_hold_everything_but_the_spaces_that_they_break_at(text: str, width: int) -> None:
    rows = spans(text, width)
    assert all(cell_len(text[start:end]) <= width for start, end in rows)
    assert rows[0][0] == 0
    assert rows[-1][1] == len(text)
    for (_, end), (start, _) in pairwise(rows):
        assert text[end:start] in ("", " ")


def test_rows_break_at_words_if_that_does_not_waste_half_of_them() -> None:
    def rows(text: str, width: int) -> list[str]:
        return [text_of(row) for row in broken(((text, Tone.TEXT),), width)]

    assert rows("one two three four", 9) == ["one two", "three", "four"]
    assert rows("a/very/long/path/to", 8) == ["a/very/l", "ong/path", "/to"]
    assert rows("你好 世界 你好", 5) == ["你好", "世界", "你好"]


def test_each_character_keeps_its_tone() -> None:
    pieces: Pieces = (("abc", Tone.TEXT), ("def", Tone.FAIL))
    assert between(pieces, 2, 4) == (("c", Tone.TEXT), ("d", Tone.FAIL))
    assert broken(pieces, 4) == [(("abc", Tone.TEXT), ("d", Tone.FAIL)), (("ef", Tone.FAIL),)]


# JSON


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=20,
    )
)
def test_formatted_json_is_the_same_document(value: object) -> None:
    source = json.dumps(value, separators=(",", ":"))
    assert json.loads("\n".join(text_of(line) for line in json_pieces(source))) == value


def test_json_gets_a_line_for_each_value_and_keeps_how_numbers_were_written() -> None:
    lines = [text_of(line) for line in json_pieces('{"a":[1.50,{}],"b":1e400,"a":null}')]
    assert lines == ["{", '  "a": [', "    1.50,", "    {}", "  ],", '  "b": 1e400,', '  "a": null', "}"]


def test_keys_are_in_colour_in_records_too() -> None:
    (pieces,) = json_line('{"type":"x", "n":3}')
    assert text_of(pieces) == '{"type":"x", "n":3}'
    assert ('"type"', Tone.ACCENT) in pieces
    assert ("3", Tone.TITLE) in pieces
    assert json_line("not json \x1b[2J{") == (
        (("not", Tone.TITLE), (" ", Tone.TEXT), ("json", Tone.TITLE), (" ", Tone.TEXT), ("{", Tone.DIM)),
    )


@pytest.mark.parametrize(
    ("text", "fault"), [("{}", ""), ("{", "line 1, column 2"), ("[" * 100_000, "nested too deeply")]
)
def test_what_is_wrong_with_a_document_is_said_with_its_place(text: str, fault: str) -> None:
    assert (fault in json_fault(text)) if fault else json_fault(text) == ""


# Other forms


def test_lines_of_a_difference_have_a_tone_each() -> None:
    given = ["diff --git a b", "--- a/x", "+++ b/x", "@@ -1 +1 @@", "-old", "+new", " same"]
    tones = [DIFF.paint(line)[0][0][1] for line in given]
    assert tones == [Tone.TITLE, Tone.TITLE, Tone.TITLE, Tone.ACCENT, Tone.REMOVED, Tone.ADDED, Tone.TEXT]


def test_a_binary_file_says_its_size_and_shows_its_beginning() -> None:
    lines = [line.text for line in hexadecimal_lines(b"\x89PNG\r\n\0\1", 12 * 1024, 80)]
    assert lines[0] == " binary, 12 KB"
    assert lines[2].startswith(" 00000000  89 50 4e 47 0d 0a 00 01")
    assert lines[2].endswith(".PNG....")
    assert lines[-1] == " the rest is not shown"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1.0 KB"),
        (84 * 1024, "84 KB"),
        (100 << 20, "100 MB"),
        (5 << 40, "5.0 TB"),
        (5 << 52, "20480 TB"),
    ],
)
def test_sizes_have_one_form(number: int, said: str) -> None:
    assert byte_count(number) == said


def test_the_form_is_told_by_the_name() -> None:
    assert [form_of(name) for name in ("a.md", "B.JSON", "x.jsonl", "y.patch", "Makefile", ".json")] == [
        Form.MARKDOWN,
        Form.JSON,
        Form.RECORDS,
        Form.DIFF,
        Form.PLAIN,
        Form.JSON,
    ]


def rows_of(text: OpenText[Line], width: int = 60) -> list[str]:
    book = text.laid_out(width, wrap=True)
    while book.read_more():
        pass
    return [row.text.strip() for part in book.parts for row in book.rows_of(part)]


@pytest.mark.parametrize(
    ("name", "data", "shown", "note"),
    [
        ("a.json", b'{"a":1}', ["{", '"a": 1', "}"], ""),
        ("a.json", b'{"a":', ['{"a":'], "no valid JSON: Expecting value at line 1, column 6"),
        ("a.json", b"[" + b"1," * 600_000 + b"1]", None, "longer than 1.0 MB"),
        ("a.md", b"# T\n", ["T", "─"], ""),
        ("a.md", b"x\n" * 100_000, None, "longer than 128 KB"),
        ("a.txt", b"one\ttab\n", ["one tab"], ""),
        ("a.md", b"\0\1", ["binary, 2 bytes", "", "00000000  00 01"], ""),
    ],
)
def test_a_file_is_shown_in_its_form_or_as_it_stands(
    tmp_path: Path, name: str, data: bytes, shown: list[str] | None, note: str
) -> None:
    (tmp_path / name).write_bytes(data)
    text = shown_as(open_file(tmp_path / name), form_of(name), UNICODE)
    assert note in text.note
    if shown is not None:
        rows = rows_of(text)
        assert [row[: len(want)] for row, want in zip(rows, shown, strict=True)] == shown
    text.close()


def test_an_event_of_an_agent_has_a_line_for_each_line_of_its_text() -> None:
    ended = AgentEvent(
        Kind.TOOL_END, "2026-05-15T14:00:00Z", "1 failed\n2 passed\n", tool="bash", failed=True, duration_ms=1500
    )
    first, second = agent_event_lines(ended, None)
    assert text_of(first).endswith("tool_end    bash failed in 1.5s: 1 failed")
    assert text_of(second) == " " * 21 + "2 passed"
    assert first[1][1] is Tone.FAIL
    used = AgentEvent(Kind.USAGE, usage=Usage(input=1200, output=30, cost=0.0042))
    assert text_of(agent_event_lines(used, None)[0]).endswith("1.2k in, 30 out, $0.0042")


# Searching


def test_the_text_of_an_event_begins_where_there_is_something() -> None:
    (only,) = agent_event_lines(AgentEvent(Kind.TEXT, at="2026-05-15T14:03:22Z", text="\n \n  indented\n"), UTC)
    assert text_of(only) == "14:03:22 text          indented"
    assert agent_event_lines(AgentEvent(Kind.TEXT, at="2026-05-15T14:03:22Z", text="\n\n"), UTC) == ()
    assert len(agent_event_lines(AgentEvent(Kind.USAGE, at="2026-05-15T14:03:22Z"), UTC)) == 1


def test_capitals_matter_only_when_there_are_some() -> None:
    assert pattern_of("error").search("ERROR")
    assert not pattern_of("Error").search("ERROR")
    assert pattern_of(r"\S+x").search("AX"), "the S of a class is no capital letter"


@pytest.mark.parametrize("typed", ["(", "[", "*", "a{99999999999}", "(?P<"])
def test_what_is_no_pattern_is_said(typed: str) -> None:
    with pytest.raises(NoPattern, match="no regular expression"):
        pattern_of(typed)


def test_matches_are_marked_and_nothing_is_lost() -> None:
    pieces: Pieces = (("one two", Tone.TEXT), (" one", Tone.FAIL))
    found = marked(pieces, pattern_of("o"))
    assert text_of(found) == "one two one"
    assert [text for text, tone in found if tone is Tone.MATCH] == ["o", "o", "o"]
    assert marked(pieces, pattern_of("x")) is pieces
    assert marked(pieces, pattern_of("x*")) is pieces, "matches of nothing are no matches"
