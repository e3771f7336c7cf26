"""What is said of a task that stands still is what holds it now."""

from __future__ import annotations

import pytest

from crew_core.model import events as e
from crew_core.model.explain import explain, explain_hold
from crew_core.model.state import Hold, HoldCause
from tests.engine.run_builders import Book, plan, task


def test_a_retry_whose_time_has_come_says_what_holds_it_now() -> None:
    book = Book(plan(task("a")))
    book.record(e.RunRunning(clock_spent_s=0.0))
    book.record(e.TaskParked(until="2026-01-01T00:00:07.000Z", delay_ms=7000, code="x", error="exit status 3"), "a")
    parked = explain(book.state)
    assert parked.run == "waits to retry at 2026-01-01T00:00:07.000Z"
    assert parked.tasks["a"] == "retry at 2026-01-01T00:00:07.000Z after: exit status 3"
    book.record(e.TaskHeld(hold=Hold(cause=HoldCause.DIRECTORY, by="other/01_ask")), "a")
    held = explain(book.state)
    assert held.run == held.tasks["a"] == "waits for the directory held by other/01_ask"


@pytest.mark.parametrize("cause", list(HoldCause))
def test_every_hold_has_words_for_a_person(cause: HoldCause) -> None:
    told = explain_hold(Hold(cause=cause, by="other/01_ask"), "tester")
    assert told.startswith("waits for ")
    assert ":" not in told, "other words stand before it, with a colon"
    assert "-" not in told
