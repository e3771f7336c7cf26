"""What a tool printed while it ran stands there once."""

from __future__ import annotations

import pytest

from crew_core.model.transcript import AgentEvent, Kind
from crew_core.observe.joined_text import JoinedText


def told(*events: AgentEvent) -> list[str]:
    joined = JoinedText()
    return [event.text for each in events for event in joined.take(each)]


def printed(text: str, call: str = "c") -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_OUTPUT, id=call, tool="sh", text=text)


def ended(text: str, call: str = "c") -> AgentEvent:
    return AgentEvent(kind=Kind.TOOL_END, id=call, tool="sh", text=text)


@pytest.mark.parametrize(
    ("result", "rest"),
    [
        ("one\ntwo", ""),
        ("one\ntwo\n", ""),
        ("one\ntwo\n[exit status 3]", "[exit status 3]"),
        ("something else", "something else"),
        ("", ""),
    ],
)
def test_the_end_tells_only_what_was_not_printed(result: str, rest: str) -> None:
    assert told(printed("one\n"), printed("two\n"), ended(result)) == ["one\n", "two\n", rest]


def test_each_call_has_its_own_and_one_without_a_name_has_none() -> None:
    assert told(printed("a", "1"), ended("a", "2"), ended("a", "1")) == ["a", "a", ""]
    assert told(printed("a", ""), ended("a", "")) == ["a", "a"]


def test_what_is_too_long_to_remember_is_told_again() -> None:
    long = "x" * 70_000
    assert told(printed(long), ended(long)) == [long, long]


def test_ends_that_never_come_are_let_go() -> None:
    calls = [printed("a", str(number)) for number in range(200)]
    assert told(*calls, ended("a", "0"), ended("a", "199"))[-2:] == ["a", ""]
