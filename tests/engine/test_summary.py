"""``summary.md`` says of the time that agents have worked what the dashboard says."""

from __future__ import annotations

from crew_core.engine.closeout import summary
from crew_core.model import events as e
from crew_core.model.identity import ProcessIdentity
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.model.verdict import run_verdict
from crew_core.store.clock import parse_iso
from tests.engine.run_builders import Book, plan, task

WHO = ProcessIdentity(boot_id="b", pid_namespace="n", pid=1, start_ticks=2)


def _at(second: float) -> str:
    return f"2026-01-01T00:00:{second:06.3f}Z"


def _attempt(book: Book, n: int, begun: float, ended: float, outcome: AttemptOutcome) -> None:
    cause = AttemptCause.RETRY if n > 1 else AttemptCause.FIRST
    starting = e.AttemptStarting(n=n, cause=cause, worker_id=f"w{n}", program="shell", retries_spent=n - 1)
    book.record(starting, "a", at=_at(begun - 1))
    book.record(e.TaskStarted(), "a", at=_at(begun - 1))
    book.record(e.AttemptStarted(n=n, supervisor=WHO, started_at=_at(begun)), "a", at=_at(begun + 0.4))
    book.record(e.AttemptEnded(n=n, outcome=outcome, code="x", ended_at=_at(ended)), "a", at=_at(ended + 0.4))


def test_the_time_of_a_task_is_that_of_its_attempts_without_the_waiting_between_them() -> None:
    book = Book(plan(task("a")))
    _attempt(book, 1, 2, 3.5, AttemptOutcome.FAILED)
    _attempt(book, 2, 20, 21, AttemptOutcome.FAILED)
    book.record(e.TaskFailed(code="x", error="no"), "a", at=_at(22))
    text = summary(book.state, run_verdict(book.state), parse_iso(_at(30)), {})
    assert "| 2 | 2.5 s |" in text


def test_a_task_that_never_worked_has_no_time() -> None:
    book = Book(plan(task("a")))
    book.record(e.TaskCancelled(code="caller_cancelled"), "a")
    assert "| 0 | – |" in summary(book.state, run_verdict(book.state), parse_iso(_at(30)), {})
