"""What an end means, from a real end of a real process: the exit table, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.attempt import AttemptResult
from crew_core.model.status import AttemptOutcome, StopCode, StopVerb
from crew_core.model.transcript import Kind
from tests.worker.real_attempt import CANCEL, STOP, RealAttempt

pytestmark = pytest.mark.usefixtures("no_process_left")

COMPLETED, FAILED, CANCELLED = AttemptOutcome.COMPLETED, AttemptOutcome.FAILED, AttemptOutcome.CANCELLED
UP = {"do": "touch", "path": "up"}
HANG = {"do": "hang"}


def means(attempt: RealAttempt) -> tuple[AttemptOutcome, str]:
    meaning = attempt.verdict()
    return meaning.outcome, meaning.code


def ended(result: AttemptResult) -> tuple[int | None, int | None]:
    return result.exit_code, result.signal


def test_exit_0_after_an_answer_completes(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "print", "text": "the answer"}])
    result = attempt.finish()
    assert means(attempt) == (COMPLETED, "completed")
    assert (ended(result), attempt.answer()) == ((0, None), b"the answer\n")
    assert (result.survivors, result.ended_processes, result.leftovers) == (0, 0, ())
    assert [event.text for event in attempt.of_kind(Kind.ENDED)] == ["exit status 0"]


def test_an_empty_output_is_an_answer_of_the_shell(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, "true")
    result = attempt.finish()
    assert means(attempt) == (COMPLETED, "completed")
    assert result.answer is not None
    assert (result.answer.size_bytes, attempt.answer()) == (0, b"")


def test_another_exit_status_fails_and_quotes_stderr(tmp_path: Path) -> None:
    attempt = RealAttempt.make(
        tmp_path, [{"do": "print", "text": "no room", "to": "stderr"}, {"do": "exit", "code": 3}]
    )
    attempt.finish()
    assert means(attempt) == (FAILED, "exit_code(3)")
    assert attempt.verdict().detail == "exit status 3: no room"


@pytest.mark.parametrize(("name", "number"), [("KILL", 9), ("TERM", 15)])
def test_a_signal_that_is_not_ours_fails(tmp_path: Path, name: str, number: int) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "kill_self", "signal_name": name}])
    assert ended(attempt.finish()) == (None, number)
    assert means(attempt) == (FAILED, f"worker_killed({number})")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"cwd": "/no/such/directory"}, "/no/such/directory"),
        ({"program": "nothing"}, "no adapter for program 'nothing'"),
        ({"goal": "zero \0 byte"}, "null byte"),
        ({"goal": "x" * 200_000}, "Argument list too long"),
    ],
)
def test_what_cannot_be_started_is_a_spawn_error(tmp_path: Path, fields: dict[str, str], why: str) -> None:
    attempt = RealAttempt.make(tmp_path, "true", **fields)
    result = attempt.finish()
    assert means(attempt) == (FAILED, "spawn_error")
    assert why in (result.spawn_error or "")
    assert (result.answer, result.answer_seen, ended(result)) == (None, False, (None, None))


def test_too_long_is_a_timeout_whatever_the_program_does_about_it(tmp_path: Path) -> None:
    finishes = {"do": "on_signal", "signal_name": "INT", "then": [{"do": "exit", "code": 0}]}
    attempt = RealAttempt.make(tmp_path, [finishes, HANG], timeout_s=0.3)
    result = attempt.finish()
    assert means(attempt) == (FAILED, "worker_timeout")
    assert result.stop is not None
    assert (result.stop.verb, result.stop.code) == (StopVerb.STOP, StopCode.WORKER_TIMEOUT)


def test_a_cancel_is_never_a_success(tmp_path: Path) -> None:
    finishes = {"do": "on_signal", "signal_name": "TERM", "then": [{"do": "exit", "code": 0}]}
    attempt = RealAttempt.make(tmp_path, [finishes, UP, HANG]).start().until_there("up")
    assert ended(attempt.cancel()) == (0, None)
    assert means(attempt) == (CANCELLED, "caller_cancelled")


def test_a_program_that_cannot_be_asked_is_killed(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "ignore"}, UP, HANG]).start().until_there("up")
    result = attempt.cancel()
    assert (ended(result), result.survivors, result.ended_processes) == ((None, 9), 0, 1)
    assert means(attempt) == (CANCELLED, "caller_cancelled")


def test_a_gentle_stop_lets_a_program_finish(tmp_path: Path) -> None:
    then = [{"do": "print", "text": "finished"}, {"do": "exit", "code": 0}]
    on_interrupt = {"do": "on_signal", "signal_name": "INT", "then": then}
    attempt = RealAttempt.make(tmp_path, [on_interrupt, UP, HANG]).start().until_there("up")
    attempt.stop()
    assert means(attempt) == (COMPLETED, "completed")
    assert attempt.answer() == b"finished\n"


def test_a_gentle_stop_that_a_program_does_not_survive_is_a_stop(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, "touch up; exec sleep 60").start().until_there("up")
    assert ended(attempt.stop()) == (None, 2)
    assert means(attempt) == (CANCELLED, "caller_stopped")


def test_a_gentle_stop_that_is_ignored_becomes_a_cancel(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "ignore"}, UP, HANG]).start().until_there("up")
    assert ended(attempt.stop()) == (None, 9)
    assert means(attempt) == (CANCELLED, "caller_stopped")


def test_a_cancel_overrides_a_gentle_stop(tmp_path: Path) -> None:
    told = {"do": "on_signal", "signal_name": "INT", "then": [{"do": "touch", "path": "told"}]}
    attempt = RealAttempt.make(tmp_path, [told, UP, HANG]).start().until_there("up")
    attempt.send(STOP).until_there("told").send(CANCEL)
    result = attempt.wait()
    assert result.stop == CANCEL
    assert means(attempt) == (CANCELLED, "caller_cancelled")


def test_output_that_was_cut_is_no_success(tmp_path: Path) -> None:
    steps = [{"do": "flood", "size_bytes": 60_000}, {"do": "exit", "code": 0}]
    attempt = RealAttempt.make(tmp_path, steps, output_cap_bytes=10_000)
    attempt.finish()
    # All of it was in the pipe and was read: the cap is looked at between reads.
    assert means(attempt) == (COMPLETED, "completed")
    steps = [{"do": "flood", "size_bytes": 300_000}, UP, {"do": "exit", "code": 0}]
    second = tmp_path / "second"
    second.mkdir()
    attempt = RealAttempt.make(second, steps, output_cap_bytes=200_000)
    result = attempt.finish()
    assert means(attempt) == (FAILED, "agent_error")
    assert result.program_error == "its output was cut at 200000 bytes"


def test_leftovers_are_listed_and_ended_and_change_no_outcome(tmp_path: Path) -> None:
    children = [{"do": "child", "session": session, "holds_output": False} for session in ("same", "own", "daemon")]
    attempt = RealAttempt.make(tmp_path, [*children, {"do": "print", "text": "done"}])
    result = attempt.finish()
    assert means(attempt) == (COMPLETED, "completed")
    assert (result.survivors, result.ended_processes, len(result.leftovers)) == (0, 3, 3)
    assert all("tests.fake_agent" in line for line in result.leftovers)


def test_leftovers_of_a_gentle_stop_are_listed_too(tmp_path: Path) -> None:
    end = {"do": "on_signal", "signal_name": "INT", "then": [{"do": "exit", "code": 0}]}
    child = {"do": "child", "then": [{"do": "ignore"}, HANG]}
    attempt = RealAttempt.make(tmp_path, [child, end, UP, HANG]).start().until_there("up")
    result = attempt.stop()
    assert means(attempt) == (COMPLETED, "completed")
    assert (result.ended_processes, len(result.leftovers)) == (1, 1)


def test_a_step_may_keep_its_processes(tmp_path: Path) -> None:
    child = {"do": "child", "then": [{"do": "touch", "path": "child"}, {"do": "wait_for", "path": "go"}]}
    attempt = RealAttempt.make(
        tmp_path, [child, {"do": "wait_for", "path": "child"}, {"do": "print", "text": "up"}], keep_processes=True
    )
    result = attempt.finish()
    assert means(attempt) == (COMPLETED, "completed")
    assert (result.survivors, result.ended_processes, result.leftovers) == (1, 0, ())
    status = attempt.status()
    assert status is not None
    assert len(status.tree) == 1
    (attempt.work / "go").touch()


def test_a_cancel_ends_also_what_would_be_kept(tmp_path: Path) -> None:
    child = {"do": "child", "session": "daemon", "then": [{"do": "ignore"}, HANG]}
    attempt = RealAttempt.make(tmp_path, [child, UP, HANG], keep_processes=True).start().until_there("up")
    assert attempt.cancel().survivors == 0


def test_without_a_supervisor_and_a_result_it_is_lost(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [UP, HANG]).start().until_there("up")
    attempt.kill_supervisor()
    assert means(attempt) == (AttemptOutcome.LOST, "lost")


def test_the_supervisor_itself_told_to_end_cancels(tmp_path: Path) -> None:
    attempt = RealAttempt.make(tmp_path, [{"do": "ignore"}, UP, HANG]).start().until_there("up")
    assert attempt.process is not None
    attempt.process.terminate()
    assert attempt.wait().survivors == 0
    assert means(attempt) == (CANCELLED, "caller_cancelled")
