"""What a supervisor does for an adapter, and what it bears from one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crew_core.model.status import AttemptOutcome
from crew_core.model.transcript import Kind
from tests.worker.real_attempt import RealAttempt, Steps
from tests.worker.trial_adapter import PROGRAM

pytestmark = pytest.mark.usefixtures("no_process_left")

UP, HANG = {"do": "touch", "path": "up"}, {"do": "hang"}
READ = {"do": "read_stdin"}


def trial(directory: Path, steps: Steps | str, **orders: Any) -> RealAttempt:
    made = RealAttempt.make(directory, steps, program=PROGRAM, system=json.dumps(orders))
    return replace(made, module="tests.worker.trial_adapter")


def kinds(attempt: RealAttempt) -> list[Kind]:
    return [event.kind for event in attempt.events()]


def test_a_prompt_goes_to_stdin_which_ends_after_it(tmp_path: Path) -> None:
    prompt = "p" * 300_000
    attempt = trial(tmp_path, "cat > got; echo $TRIAL $1", prompt=prompt, close_stdin=True, arguments=["first"])
    attempt.finish()
    assert (attempt.work / "got").read_text() == prompt
    assert attempt.answer() == b"yes first\n"


def test_what_is_sent_in_answer_arrives(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "echo ask; head -c 4 > got", reply_bytes=4)
    attempt.finish()
    assert (attempt.work / "got").read_text() == "yyyy"


def test_a_program_that_does_not_want_its_stdin_may_close_it(tmp_path: Path) -> None:
    attempt = trial(tmp_path, [{"do": "close", "stream": "stdin"}, {"do": "print", "text": "on"}], prompt="x" * 200_000)
    attempt.finish()
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


def test_replies_that_nobody_reads_stop_the_reading_and_not_the_supervisor(tmp_path: Path) -> None:
    steps = [{"do": "flood", "size_bytes": 30_000_000}, {"do": "touch", "path": "all"}, HANG]
    attempt = trial(tmp_path, steps, reply_bytes=200_000).start()
    attempt.until(lambda: attempt.files.transcript.exists() and attempt.files.transcript.stat().st_size > 300_000)
    lines = Path(f"/proc/{attempt.pid}/status").read_text().splitlines()
    peak_kb = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    result = attempt.cancel()
    assert not (attempt.work / "all").exists()
    assert result.output_bytes < 3_000_000
    assert peak_kb < 60_000


@pytest.mark.parametrize("fails", ["feed", "finish"])
def test_a_decoder_that_fails_ends_no_agent_and_is_no_success(tmp_path: Path, fails: str) -> None:
    steps = [{"do": "print", "text": "one"}, {"do": "sleep", "seconds": 0.05}, {"do": "print", "text": "two"}]
    attempt = trial(tmp_path, steps, fails=fails)
    result = attempt.finish()
    assert result.exit_code == 0
    assert attempt.files.transcript.read_bytes() == b"one\ntwo\n"
    assert kinds(attempt).count(Kind.ERROR) == 1
    meaning = attempt.verdict()
    assert (meaning.outcome, meaning.code) == (AttemptOutcome.FAILED, "agent_error")
    assert f"no {fails}" in meaning.detail


def test_an_adapter_that_cannot_open_starts_nothing(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "touch started", fails="open")
    attempt.finish()
    assert not (attempt.work / "started").exists()
    assert attempt.verdict().code == "spawn_error"


def test_orders_that_an_adapter_cannot_read_start_nothing(tmp_path: Path) -> None:
    made = RealAttempt.make(tmp_path, "touch started", program=PROGRAM, system="{")
    attempt = replace(made, module="tests.worker.trial_adapter")
    attempt.finish()
    assert attempt.verdict().code == "spawn_error"


def test_an_adapter_that_cannot_interrupt_leaves_it_to_the_cancel(tmp_path: Path) -> None:
    attempt = trial(tmp_path, [UP, HANG], fails="interrupt").start().until_there("up")
    assert attempt.stop().signal == 15
    assert attempt.verdict().code == "caller_stopped"


def test_an_interrupt_may_be_a_signal_to_the_group(tmp_path: Path) -> None:
    end = {"do": "on_signal", "signal_name": "USR1", "then": [{"do": "exit", "code": 0}]}
    attempt = trial(tmp_path, [end, UP, HANG]).start().until_there("up")
    assert attempt.stop().exit_code == 0
    assert "interrupting" in [event.text for event in attempt.of_kind(Kind.NOTICE)]


def test_an_interrupt_may_be_words(tmp_path: Path) -> None:
    attempt = trial(tmp_path, [UP, READ], goodbye="please end\n").start().until_there("up")
    assert attempt.stop().exit_code == 0
    assert attempt.files.transcript.read_bytes() == b"please end\n"


def test_exit_0_without_a_final_answer_is_no_success(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "echo x", answers=False)
    result = attempt.finish()
    meaning = attempt.verdict()
    assert (meaning.outcome, meaning.code) == (AttemptOutcome.FAILED, "no_final_answer")
    assert (result.answer, attempt.files.answer.exists()) == (None, False)


def test_an_error_that_the_program_reports_fails_it(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "echo x", answers=False, error="HTTP 500 \ud800")
    attempt.finish()
    assert (attempt.verdict().code, attempt.verdict().detail) == ("agent_error", "HTTP 500 ?")


def test_an_event_that_cannot_be_written_becomes_an_error(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "echo x", text="half a pair: \ud800")
    result = attempt.finish()
    assert [event.text for event in attempt.of_kind(Kind.NOTICE)] == []
    assert "could not be written" in attempt.of_kind(Kind.ERROR)[0].text
    assert result.usage is not None
    assert result.usage.input == 3
