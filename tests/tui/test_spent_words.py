"""What agents have used, in words, and where it stands in the panes."""

from __future__ import annotations

import pytest

from crew_core.model.prices import NANO, Price
from crew_core.model.spent import NOTHING, UNKNOWN, Spent, spent_by
from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptPhase, TaskStatus
from crew_core.model.usage import Usage
from crew_tui.lines import Kept
from crew_tui.panes.agents import agents_lines
from crew_tui.spent_words import cost, tokens, used
from crew_tui.subjects import Subject, subject_of
from tests.tui.builders import frame, progress, task, tasks

REPORTED = spent_by(Usage(input=12_000, output=3_000, cost=0.125), None)
PRICED = spent_by(Usage(input=12_000, output=3_000), Price(3, 15))
UNPRICED = spent_by(Usage(input=12_000, output=3_000), None)


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (NOTHING, ("–", "–")),
        (UNKNOWN, ("?", "?")),
        (REPORTED, ("15k", "$0.12")),
        (PRICED, ("15k", "~$0.08")),
        (UNPRICED, ("15k", "?")),
        (REPORTED + UNKNOWN, ("≥15k", "≥$0.12")),
        (PRICED + UNKNOWN, ("≥15k", "≥~$0.08")),
        (REPORTED + PRICED, ("30k", "~$0.21")),
        (spent_by(Usage(input=0, output=0, cost=0.0), None), ("0", "$0.00")),
        (spent_by(Usage(input=100, output=1, cost=0.0042), None), ("101", "$0.0042")),
    ],
)
def test_known_guessed_partial_and_unknown_look_different(spent: Spent, said: tuple[str, str]) -> None:
    assert (tokens(spent), cost(spent)) == said


def test_what_came_from_a_cache_is_said_apart() -> None:
    cached = spent_by(Usage(input=100, output=1, cache_read=84_000, cost=0.5), None)
    assert used(cached) == "101 tokens (and 84k from cache), $0.50"


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (UNKNOWN, "unknown"),
        (UNPRICED, "15k tokens, cost unknown"),
        (REPORTED + UNKNOWN, "at least 15k tokens, at least $0.12"),
        (PRICED + UNKNOWN, "at least 15k tokens, at least ~$0.08"),
    ],
)
def test_in_a_sentence_what_is_not_known_is_a_word(spent: Spent, said: str) -> None:
    assert used(spent) == said


def at_work(name: str, model: str | None, spent: Spent | None, status: TaskStatus = TaskStatus.RUNNING) -> Task:
    attempt = Attempt(
        n=1,
        cause=AttemptCause.FIRST,
        phase=AttemptPhase.ENDED if status.ended else AttemptPhase.RUNNING,
        worker_id="w",
        at="2026-01-01T00:00:00Z",
        model=model,
        spent=spent,
    )
    doing = progress(current_tool="bash", current_tool_args="npm test")
    return task(name, status, attempts=(attempt,), agent_progress=doing)


CREW = tasks(
    at_work("01_a", "anthropic/claude-sonnet-4-5-20250929", PRICED),
    at_work("02_b", "gpt-5.5", UNPRICED),
    at_work("03_c", None, None),
    at_work("04_d", "gemini-2.5-pro", UNKNOWN, TaskStatus.FAILED),
)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_each_agent_is_shown_with_model_tokens_cost_and_tool(width: int) -> None:
    first, second, third, fourth = (each.text for each in agents_lines(CREW, frame(width), Kept()))
    model = "claude-sonnet-4-5 " if width >= 100 else "…sonnet-4-5 "
    for part in (model, "bash npm test", "15k", "~$0.08"):
        assert part in first
    assert second.split()[-3:-1] == ["15k", "?"]
    assert "?" not in third
    assert fourth.split()[-3:-1] == ["?", "?"]


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_narrow_pane_leaves_out_whole_columns(width: int) -> None:
    for each in agents_lines(CREW, frame(width), Kept()):
        assert len(each.text) <= width
        assert "~$0" not in each.text or "~$0.08" in each.text


def test_without_anything_reported_there_are_no_columns_for_it() -> None:
    quiet = tasks(task("a", TaskStatus.RUNNING), task("b", TaskStatus.QUEUED))
    assert all("?" not in each.text for each in agents_lines(quiet, frame(120), Kept()))


def test_a_transcript_is_headed_by_model_and_use() -> None:
    subject = subject_of(CREW, "01_a")
    assert (subject.model, subject.used(None)) == ("claude-sonnet-4-5", "15k tokens, cost ~$0.08")
    assert subject_of(CREW, "03_c").used(None) == ""


def test_what_a_transcript_tells_of_cost_is_the_least_where_the_record_does_not_know() -> None:
    unpriced = Spent(attempts=1, input=5800, cost_unknown=1)
    assert Subject("a", 1, spent=unpriced).used(None) == "5.8k tokens, cost ?"
    assert Subject("a", 1, spent=unpriced).used(0.0) == "5.8k tokens, cost ?"
    assert Subject("a", 1, spent=unpriced).used(0.0061) == "5.8k tokens, cost ≥$0.0061"
    known = Spent(attempts=1, input=5800, cost_nano=NANO)
    assert Subject("a", 1, spent=known).used(0.0061) == "5.8k tokens, cost $1.00"
