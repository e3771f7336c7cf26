"""Searching a transcript finds what reading every line of every entry finds."""

from __future__ import annotations

import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.agents_search import AgentHit, AgentNotSearched, AgentSearched, search_agents
from crew_core.observe.transcript_index import TranscriptIndex
from crew_core.observe.transcript_probe import probe_of
from crew_core.observe.transcript_search import TranscriptSearch, entry_of, hit, line_of
from crew_core.observe.transcript_told import Transcript
from crew_tui.panes.transcript_texts import searched
from crew_tui.text import clean
from crew_tui.texts.searching import pattern_of
from tests.observe.transcript_files import Memory, Repeated, decode, end, indexed, lines_of, start, text

#: Words that a search has trouble with: hidden characters inside, letters with other forms, escapes of JSON.
_PIECES = [*'tokenTOKEN .-/\\"\t\n', *"\u200e\ufeff\x08\x7f\u212a你é", "\x1b[31m", "\x1b[0m"]
WORDS = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)
EVENTS = st.lists(
    st.one_of(
        st.builds(text, WORDS, id=st.sampled_from(["", "m"])),
        st.builds(start, st.sampled_from(["read", "token"]), WORDS, id=st.just("1")),
        st.builds(end, st.sampled_from(["read", "token"]), WORDS, id=st.just("1")),
        st.builds(
            start,
            st.just("edit"),
            WORDS,
            data=st.fixed_dictionaries({"args": st.dictionaries(WORDS, WORDS, max_size=2)}),
        ),
        st.builds(AgentEvent, st.sampled_from([Kind.NOTICE, Kind.ERROR, Kind.MESSAGE]), text=WORDS, to=WORDS),
    ),
    max_size=12,
)
PATTERNS = st.one_of(
    WORDS.map(re.escape),
    st.text(st.sampled_from("token"), min_size=1, max_size=4),
    st.sampled_from(
        ["t.k", "to+", "tok?e", "k*e", "[kt]o", "(o|k)e", r"\bto", "^to", "en$", "t{1}o", r"t\w", "你", "é"]
    ),
)


def naive(index: TranscriptIndex, pattern: re.Pattern[str]) -> list[int]:
    return [
        hit(entry, line)
        for entry in range(len(index.table))
        for line, said in enumerate(searched(index.whole(entry)))
        if pattern.search(said) or (line == 0 and pattern.search(index.whole(entry).tool))
    ]


@given(EVENTS, PATTERNS, st.lists(st.integers(0, 2000), max_size=3), st.binary(max_size=4))
@example([text("to", id="m"), text("ken", id="m")], "token", [], b"")
@example([start("read", "a", id="1"), text("b"), end("read", "token", id="1")], "token", [], b"")
@example([text("to\x1b[31mken")], "token", [], b"")
@example([text("to\u212aen")], "token", [], b"")
def test_it_finds_what_reading_every_line_finds_however_the_file_grew(events, typed, cuts, rest):
    pattern = pattern_of(typed)
    data = lines_of(events) + rest + b"\n"
    file = Memory()
    index = TranscriptIndex(file, decode)
    search = TranscriptSearch(index, pattern, searched, verbatim=True)
    for stop in (*sorted(cuts), len(data)):
        file.data = data[:stop]
        file.look_again()
        while index.read_more():
            pass
        while search.step():
            pass
    assert search.hits == naive(index, pattern)


def test_capitals_matter_only_when_some_are_typed():
    index = indexed(Memory(lines_of([text("Token token")])))
    for typed, found in (("token", 1), ("Token", 1), ("TOKEN", 0)):
        search = TranscriptSearch(index, pattern_of(typed), searched, verbatim=True)
        search.step()
        assert len(search.hits) == found


def test_lines_that_cannot_match_are_not_decoded():
    data = lines_of([text(f"word number {number}") for number in range(1000)])
    decoded = []

    def counting(line):
        decoded.append(line)
        return decode(line)

    index = TranscriptIndex(Memory(data), counting)
    while index.read_more():
        pass
    decoded.clear()
    search = TranscriptSearch(index, pattern_of("absent"), searched, verbatim=True)
    while search.step():
        pass
    assert not decoded
    assert search.searched_bytes == len(data)


def test_a_step_is_a_piece_of_a_large_file():
    block = lines_of([AgentEvent(Kind.NOTICE, text="word " * 200)] * 50)
    file = Repeated(block, 8 << 20)
    search = TranscriptSearch(indexed(file), pattern_of("absent"), searched, verbatim=True)
    steps = 0
    while search.step():
        steps += 1
    assert steps >= 8


def test_no_character_that_is_not_shown_hides_a_match():
    """All that `clean` takes out is known here as well."""
    pattern = re.compile("token")
    probe = probe_of(pattern)
    hiding = []
    for code in range(sys.maxunicode + 1):
        said = f"to{chr(code)}ken"
        if not 0xD800 <= code < 0xE000 and clean(said, single_line=False) == "token":
            written = lines_of([text(said)])
            place = next(probe.places(written), None)
            if place is None:
                hiding.append(hex(code))
    assert not hiding


@pytest.mark.parametrize(
    ("typed", "needle"),
    [
        ("refresh", b"refresh"),
        ("src/auth/token.ts", b"token"),
        (r"token\.ts", b"token"),
        ("tokens?", b"token"),
        ("tok*en", b"to"),
        ("to+ken", b"ken"),
        ("[abc]token", b"token"),
        ("[]]x", b"x"),
        (r"\d+ms", b"ms"),
        ("你好", "你好".encode()),
        ("(a|b)", None),
        ("a{2}", None),
        (r"\x41bc", None),
        ("...", None),
        ("é", None),
    ],
)
def test_what_must_stand_in_a_line_is_seen_from_the_pattern(typed, needle):
    probe = probe_of(pattern_of(typed))
    assert (probe.needle if probe else None) == needle


def _transcript(events: list[AgentEvent]) -> Transcript:
    file = Memory(lines_of(events))
    return Transcript(file.path, lambda: file, decode)


def test_the_transcripts_of_a_run_are_searched_one_after_the_other():
    def gone() -> Transcript:
        raise FileNotFoundError

    sources = [
        ("01_plan", lambda: _transcript([text("one token"), text("none")])),
        ("02_code", gone),
        ("03_test", lambda: _transcript([start("bash", "npm test"), end("bash", "a\ntoken rotated")])),
    ]
    found = list(search_agents(sources, pattern_of("token"), searched))
    hits = [each for each in found if isinstance(each, AgentHit)]
    assert [(each.task_id, each.line, each.text) for each in hits] == [
        ("01_plan", 0, "one token"),
        ("03_test", 2, "token rotated"),
    ]
    assert hits[1].entry.tool == "bash"
    assert [each.task_id for each in found if isinstance(each, AgentNotSearched)] == ["02_code"]
    last = [each for each in found if isinstance(each, AgentSearched)][-1]
    assert last.searched_bytes == last.size_bytes


def test_a_search_over_a_run_stops_where_it_is_cancelled():
    tasks = set()
    sources = [(str(number), lambda: _transcript([text("token")])) for number in range(5)]
    for each in search_agents(sources, pattern_of("token"), searched, cancelled=lambda: len(tasks) > 1):
        tasks.add(each.task_id)
    assert tasks == {"0", "1"}


def test_a_hit_is_an_entry_and_a_line():
    assert (entry_of(hit(7, 3)), line_of(hit(7, 3))) == (7, 3)
    assert hit(1, 0) > hit(0, 1 << 31)
