"""Text in pieces becomes the lines that it is, however it was cut, and nothing of it is lost."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from crew_core.model.state import Attempt, Task
from crew_core.model.status import AttemptCause, AttemptPhase, TaskStatus
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.joined_text import JoinedText
from crew_core.observe.output import OutputReader
from crew_core.observe.run_source import AgentFile
from crew_core.observe.transcripts import events_of

AT = "2026-01-02T03:04:05.000Z"

TEXTS = st.text(st.sampled_from("ab \n"), max_size=60)


def pieces(text: str, places: list[int], id: str = "m1") -> list[AgentEvent]:
    ends = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [AgentEvent(kind=Kind.TEXT, id=id, text=text[a:b]) for a, b in pairwise(ends)]


@given(TEXTS, st.lists(st.integers(0, 100)))
def test_any_cutting_gives_the_same_lines(text: str, places: list[int]) -> None:
    joined = JoinedText()
    told = [each for piece in pieces(text, places) for each in joined.take(piece)]
    assert all(each.text.endswith("\n") for each in told)
    assert "".join(each.text for each in [*told, *joined.end()]) == text
    assert joined.open is None


@given(st.lists(st.tuples(st.sampled_from(["m1", "m2", ""]), TEXTS), max_size=12))
def test_nothing_is_lost_and_the_order_stays(said: list[tuple[str, str]]) -> None:
    joined = JoinedText()
    events = [AgentEvent(kind=Kind.TEXT, id=id, text=text) for id, text in said]
    told = [*(each for event in events for each in joined.take(event)), *joined.end()]
    assert "".join(each.text for each in told) == "".join(text for _, text in said)


def test_another_event_ends_the_line() -> None:
    joined = JoinedText()
    tool = AgentEvent(kind=Kind.TOOL_START, tool="bash", id="c1")
    assert joined.take(AgentEvent(kind=Kind.TEXT, id="m1", text="Let me l")) == []
    assert [each.text for each in joined.take(AgentEvent(kind=Kind.TEXT, id="m1", text="ook"))] == []
    assert [(each.kind, each.text) for each in joined.take(tool)] == [(Kind.TEXT, "Let me look"), (Kind.TOOL_START, "")]


def test_a_line_without_end_is_told_before_it_fills_the_memory() -> None:
    joined = JoinedText()
    told = [e for _ in range(100) for e in joined.take(AgentEvent(kind=Kind.TEXT, id="m1", text="x" * 10_000))]
    assert 900_000 < sum(len(each.text) for each in told) <= 1_000_000


def test_output_shows_a_line_that_still_grows_behind_those_that_are_complete(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    attempt = Attempt(1, AttemptCause.FIRST, AttemptPhase.RUNNING, "w", AT)
    running = Task("t", "r", "s", "role", "a", "t", TaskStatus.RUNNING, "/", attempts=(attempt,), started_at=AT)
    file = AgentFile("t", 1, path, lambda: events_of)
    reader = OutputReader(lambda task: file, None)

    def write(*texts: str) -> None:
        with path.open("a") as written:
            for text in texts:
                written.write(f'{{"kind":"text","at":"{AT}","id":"m1","text":{text}}}\n')

    def shown() -> tuple[list[str], list[str]]:
        made = reader.read([running])
        return [made.log[n].text for n in range(made.count)], [each.text for each in made.growing]

    write('"Hel"', '"lo\\nwor"')
    assert shown() == (["Hello"], ["wor"])
    before = reader.read([running])
    assert reader.read([running]) is before
    write('"ld"')
    assert shown() == (["Hello"], ["world"])
    write('"\\n"')
    assert shown() == (["Hello", "world"], [])
