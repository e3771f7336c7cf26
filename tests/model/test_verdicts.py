"""The exit table, row by row, and that no missing evidence is ever a success."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.model import events as e
from crew_core.model.attempt import Answer, AttemptResult, StopRequest
from crew_core.model.status import AttemptOutcome, EdgePolicy, RunStatus, StopCode, StopVerb, TaskStatus
from crew_core.model.verdict import Evidence, run_verdict, verdict
from tests.engine.run_builders import Book, plan, task

CLEAN = AttemptResult(
    worker_id="w",
    started_at="2026-01-01T00:00:00.000Z",
    ended_at="2026-01-01T00:00:01.000Z",
    exit_code=0,
    answer=Answer(size_bytes=0, kept_bytes=0, content_hash=""),
    answer_seen=True,
)


def stop(verb: StopVerb, code: StopCode) -> StopRequest:
    return StopRequest(verb=verb, code=code)


CANCEL = stop(StopVerb.CANCEL, StopCode.CALLER_CANCELLED)
GENTLE = stop(StopVerb.STOP, StopCode.CALLER_STOPPED)
TIMEOUT = stop(StopVerb.STOP, StopCode.WORKER_TIMEOUT)
DEADLINE = stop(StopVerb.STOP, StopCode.RUN_DEADLINE)


@pytest.mark.parametrize(
    ("result", "outcome", "code"),
    [
        (CLEAN, AttemptOutcome.COMPLETED, "completed"),
        (replace(CLEAN, answer=None, answer_seen=False), AttemptOutcome.FAILED, "no_final_answer"),
        (replace(CLEAN, exit_code=3), AttemptOutcome.FAILED, "exit_code(3)"),
        (replace(CLEAN, exit_code=None, signal=9), AttemptOutcome.FAILED, "worker_killed(9)"),
        (replace(CLEAN, exit_code=None, spawn_error="no sh"), AttemptOutcome.FAILED, "spawn_error"),
        (replace(CLEAN, program_error="HTTP 500"), AttemptOutcome.FAILED, "agent_error"),
        (replace(CLEAN, stop=CANCEL), AttemptOutcome.CANCELLED, "caller_cancelled"),
        (replace(CLEAN, exit_code=None, signal=9, stop=CANCEL), AttemptOutcome.CANCELLED, "caller_cancelled"),
        (replace(CLEAN, stop=GENTLE), AttemptOutcome.COMPLETED, "completed"),
        (replace(CLEAN, exit_code=130, stop=GENTLE), AttemptOutcome.CANCELLED, "caller_stopped"),
        (replace(CLEAN, exit_code=None, signal=2, stop=TIMEOUT), AttemptOutcome.FAILED, "worker_timeout"),
        (replace(CLEAN, stop=TIMEOUT), AttemptOutcome.FAILED, "worker_timeout"),
        (replace(CLEAN, stop=DEADLINE), AttemptOutcome.FAILED, "run_deadline"),
        (None, AttemptOutcome.LOST, "lost"),
    ],
)
def test_the_exit_table(result: AttemptResult | None, outcome: AttemptOutcome, code: str) -> None:
    meaning = verdict(Evidence(result=result))
    assert (meaning.outcome, meaning.code) == (outcome, code)


def test_a_failure_quotes_the_last_lines_of_stderr() -> None:
    assert "no such file" in verdict(Evidence(replace(CLEAN, exit_code=1, stderr_tail="no such file\n"))).detail


def test_a_lost_worker_says_how_many_processes_were_swept() -> None:
    assert "3 processes" in verdict(Evidence(result=None, swept=3)).detail


results = st.builds(
    AttemptResult,
    worker_id=st.just("w"),
    started_at=st.just(""),
    ended_at=st.just(""),
    spawn_error=st.none() | st.just("boom"),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 15),
    stop=st.none() | st.sampled_from([CANCEL, GENTLE, TIMEOUT, DEADLINE]),
    answer=st.none() | st.just(CLEAN.answer),
    answer_seen=st.booleans(),
    program_error=st.none() | st.just("bad"),
)


@given(results)
def test_completed_needs_every_piece_of_evidence(result: AttemptResult) -> None:
    if verdict(Evidence(result)).outcome is AttemptOutcome.COMPLETED:
        assert result.exit_code == 0
        assert result.signal is None
        assert result.spawn_error is None
        assert result.program_error is None
        assert result.answer is not None
        assert result.answer_seen
        assert result.stop is None or result.stop == GENTLE


_EDGES = st.dictionaries(st.sampled_from("ab"), st.sampled_from(EdgePolicy), max_size=2)
_ENDS = st.sampled_from([TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED, TaskStatus.SKIPPED])
_WHY = st.sampled_from([StopCode.CALLER_CANCELLED, StopCode.BUDGET_EXHAUSTED])


@given(_EDGES, st.tuples(*[st.tuples(_ENDS, _WHY)] * 3), st.none() | st.sampled_from(StopCode))
def test_the_verdict_of_a_run_is_the_first_that_holds(
    edges: dict[str, EdgePolicy], ends: tuple[tuple[TaskStatus, StopCode], ...], stopped: StopCode | None
) -> None:
    book = Book(plan(task("a"), task("b"), task("c", after=edges)))
    tasks = {
        name: replace(book.state.tasks[name], status=status, code=why)
        for name, (status, why) in zip("abc", ends, strict=True)
    }
    asked = stop(StopVerb.CANCEL, stopped) if stopped else None
    state = replace(book.state, tasks=tasks, run=replace(book.state.run, stop=asked))

    counting = [each for name, each in tasks.items() if edges.get(name) is not EdgePolicy.OPTIONAL]
    failed = any(each.status is TaskStatus.FAILED for each in counting)
    cut = [each for each in counting if each.status is TaskStatus.CANCELLED]
    late = stopped in (StopCode.RUN_DEADLINE, StopCode.WORKER_TIMEOUT)
    if late or (stopped is StopCode.BUDGET_EXHAUSTED and (failed or cut)):
        wanted = RunStatus.FAILED
    elif stopped and stopped is not StopCode.BUDGET_EXHAUSTED and cut:
        wanted = RunStatus.CANCELLED
    elif failed or any(each.code == StopCode.BUDGET_EXHAUSTED for each in cut if not stopped):
        wanted = RunStatus.FAILED
    else:
        wanted = RunStatus.CANCELLED if cut else RunStatus.COMPLETED
    assert run_verdict(state).status is wanted


def test_a_run_that_a_limit_ended_says_which_and_not_what_a_person_said_of_another_task() -> None:
    book = Book(plan(task("a"), task("b")))
    book.record(e.TaskCancelled(code=StopCode.CALLER_CANCELLED, error="not needed"), "a")
    book.record(e.TaskCancelled(code=StopCode.BUDGET_EXHAUSTED, error="the limit is used up"), "b")
    end = run_verdict(book.state)
    assert (end.status, end.code, end.detail) == (RunStatus.FAILED, "budget_exhausted", "the limit is used up")
