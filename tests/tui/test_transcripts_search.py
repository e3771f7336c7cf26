"""The search through whole transcripts: its thread, and which of its lines the output does not show."""

from __future__ import annotations

import queue
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.event_words import event_words
from crew_core.observe.slices import AppendLog
from crew_core.observe.tab_slices import OutputLine
from crew_core.observe.text_book import NothingThere
from crew_core.observe.transcript_told import Transcript
from crew_tui.choosing import Choice
from crew_tui.found_choices import found_choices, found_title
from crew_tui.panes.output_matches import OutputMatches
from crew_tui.panes.output_more import not_shown
from crew_tui.times import time_words
from crew_tui.transcripts_search import MOST_HITS, SearchedSoFar, TranscriptsSearch, Whose
from tests.observe.transcript_files import Memory, decode, end, lines_of, start, text

PATIENCE_S = 30.0
NEEDLE = re.compile("needle")


def whose(task_id: str, *events: AgentEvent, attempt: int = 1) -> Whose:
    file = Memory(lines_of(events))
    file.path = Path(f"/run/{task_id}/{attempt}")
    return Whose(task_id, attempt, lambda: Transcript(file.path, lambda: file, decode))


def failing(task_id: str, error: OSError) -> Whose:
    def find() -> Transcript:
        raise error

    return Whose(task_id, 1, find)


def found(*transcripts: Whose) -> SearchedSoFar:
    """All that is told in the end."""
    told: queue.Queue[SearchedSoFar] = queue.Queue()
    TranscriptsSearch(transcripts, NEEDLE, run_soon=lambda call: call(), told=told.put)
    while (so_far := told.get(timeout=PATIENCE_S)).searching:
        pass
    return so_far


def printed(*events: AgentEvent, task_id: str = "a") -> OutputMatches:
    """The matches in what the output shows of these events."""
    log: AppendLog[OutputLine] = AppendLog()
    for event in events:
        for words in event_words(event).split("\n"):
            log.append(OutputLine(event.at, task_id, event.kind, words))
    matches = OutputMatches(NEEDLE)
    matches.take(log, len(log))
    return matches


def texts(so_far: SearchedSoFar) -> Sequence[tuple[str, int, str]]:
    return [(each.hit.task_id, each.whose.attempt, each.hit.text) for each in so_far.lines]


def test_every_attempt_is_searched() -> None:
    so_far = found(
        whose("a", text("no"), attempt=2), whose("a", text("a needle"), attempt=1), whose("b", text("needles"))
    )
    assert texts(so_far) == [("a", 1, "a needle"), ("b", 1, "needles")]
    assert (so_far.done, so_far.full, so_far.not_searched) == (3, False, ())


def test_attempts_that_share_a_file_are_searched_once() -> None:
    one = whose("a", text("a needle"), attempt=2)
    assert texts(found(one, Whose("a", 1, one.find))) == [("a", 2, "a needle")]


def test_what_cannot_be_read_is_told_and_what_was_never_written_is_not() -> None:
    so_far = found(
        failing("a", PermissionError(13, "Permission denied")),
        failing("b", FileNotFoundError()),
        failing("c", NothingThere("nothing is kept of it")),
        whose("d", text("needle")),
    )
    assert [(each.task_id, each.why) for each in so_far.not_searched] == [("a", "it cannot be read: Permission denied")]
    assert texts(so_far) == [("d", 1, "needle")]


def test_more_lines_than_anybody_looks_through_end_the_search() -> None:
    many = text("needle\n" * (MOST_HITS + 5))
    so_far = found(whose("a", many), whose("b", text("needle")))
    assert so_far.full
    assert len(so_far.lines) == MOST_HITS


def test_the_end_of_its_thread_is_never_silent(caplog: pytest.LogCaptureFixture) -> None:
    def find() -> Transcript:
        raise ZeroDivisionError

    so_far = found(Whose("a", 1, find))
    assert "program's own error" in so_far.not_searched[0].why
    assert "searching transcripts failed" in caplog.text


def test_nothing_is_told_after_it_was_cancelled() -> None:
    calls: queue.Queue[Callable[[], None]] = queue.Queue()
    told: list[SearchedSoFar] = []
    search = TranscriptsSearch([whose("a", text("needle"))], NEEDLE, run_soon=calls.put, told=told.append)
    last = calls.get(timeout=PATIENCE_S)
    search.cancel()
    last()
    assert not told


# What the output does not show


def test_lines_of_every_kind_are_known_again_in_the_output() -> None:
    events = (
        text("the needle\n  an indented needle"),
        start("bash", "grep needle src\nand a second needle"),
        end("bash", "a needle\nneedle two", failed=False),
        end("grep", "no needle", failed=True, id="x"),
        AgentEvent(Kind.MESSAGE, to="leader", text="a needle for you"),
        AgentEvent(Kind.NOTICE, text="notice a needle\nand a third needle"),
        AgentEvent(Kind.NOTICE, text="prompt: find the needle"),
        AgentEvent(Kind.ERROR, text="needle broke"),
        AgentEvent(Kind.THINKING, text="where is the needle"),
        AgentEvent(Kind.QUESTION, text="which needle?"),
    )
    so_far = found(whose("a", *events))
    assert len(so_far.lines) == 14
    assert not_shown(so_far.lines, printed(*events)) == ()


def test_what_is_asked_answered_and_said_in_the_same_words_is_told_apart() -> None:
    events = (start("bash", "needle"), end("bash", "needle"), text("needle"))
    so_far = found(whose("a", *events))
    assert not_shown(so_far.lines, printed(*events)) == ()
    missing = not_shown(so_far.lines, printed(*events[1:]))
    assert [(each.hit.entry.tool, each.hit.line) for each in missing] == [("bash", 0)]


def test_of_lines_that_say_the_same_the_last_ones_are_those_that_are_shown() -> None:
    events = [text("needle"), start("bash", "x"), end("bash"), text("needle"), start("ls"), end("ls"), text("needle")]
    so_far = found(whose("a", *events))
    missing = not_shown(so_far.lines, printed(events[3], events[6]))
    assert [each.hit.key for each in missing] == [so_far.lines[0].hit.key]
    assert not_shown(so_far.lines, printed(events[6], task_id="b")) == so_far.lines


def test_the_newest_attempt_is_the_one_that_is_shown() -> None:
    so_far = found(whose("a", text("needle"), attempt=2), whose("a", text("needle"), attempt=1))
    assert [each.whose.attempt for each in not_shown(so_far.lines, printed(text("needle")))] == [1]


def test_a_result_that_repeats_what_was_said_is_not_another_line() -> None:
    events = (text("needle"), AgentEvent(Kind.RESULT, text="needle"))
    so_far = found(whose("a", *events))
    assert len(so_far.lines) == 2
    assert not_shown(so_far.lines, printed(events[0])) == ()
    assert len(not_shown(so_far.lines, printed(text("hay")))) == 2


def test_what_a_tool_was_given_is_only_in_the_transcript() -> None:
    given = start("edit", "src/a.py", data={"args": {"path": "src/a.py", "old": "a needle"}})
    missing = not_shown(found(whose("a", given)).lines, printed(given))
    assert [each.hit.text for each in missing] == ["old: a needle"]


# The list of them


def test_they_are_listed_with_time_task_and_the_place_of_the_match() -> None:
    so_far = found(
        whose("02_code", text("x" * 60 + " a needle in it")),
        replace(whose("03_test", text("needle first")), attempt=2),
        failing("04_docs", PermissionError(13, "Permission denied")),
    )
    choices = found_choices(so_far.lines, so_far.not_searched, NEEDLE, lambda at: time_words(at, UTC, None))
    assert choices[:2] == (
        Choice("0", "14:02:00 02_code …xxxxxxxxx a needle in it"),
        Choice("1", "14:02:00 03_test needle first", "attempt 2"),
    )
    assert choices[2].label == "04_docs"
    assert choices[2].why_not == "not searched: it cannot be read: Permission denied"


def test_the_title_claims_no_more_than_is_known() -> None:
    assert found_title(12, "needle", full=False) == "12 only in transcripts: needle"
    assert found_title(2000, "needle", full=True) == "the first 2,000 in transcripts: needle"
