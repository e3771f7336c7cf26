"""Whatever a program's exit status says: what failed by its own words, or was cut, completes no attempt."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.agents.protocol import Finish
from crew_core.agents.registry import open_session
from crew_core.model.attempt import Answer, AttemptResult
from crew_core.model.plan import CommandPlan, Mapped
from crew_core.model.status import AttemptOutcome
from crew_core.model.verdict import Evidence, Verdict, verdict
from tests.agents.recorded import BRIEFING, Stream, fed, spec
from tests.worker.real_attempt import RealAttempt

SAYS_RESULTS = CommandPlan(
    argv=("sh", "{prompt}"),
    prompt="file",
    output="jsonl",
    map=(Mapped("text", {"type": "text"}, {"text": "text"}), Mapped("result", {"type": "done"}, {"text": "text"})),
)


def meaning(finish: Finish, code: int | None, signal: int | None) -> Verdict:
    """What a coordinator makes of it."""
    answer = Answer(finish.answer_bytes, len(finish.answer), "") if finish.answer_seen else None
    result = AttemptResult(
        "w",
        "",
        "",
        exit_code=code,
        signal=signal,
        answer=answer,
        answer_seen=finish.answer_seen,
        program_error=finish.program_error,
    )
    return verdict(Evidence(result))


def of_recorded(stream: Stream, code: int | None) -> Verdict:
    session = open_session(spec(stream.program), BRIEFING)
    session.open()
    _, finish = fed(session, [stream.data], (code, None))
    return meaning(finish, code, None)


@pytest.mark.parametrize("stream", [Stream("pi", "json-err401"), Stream("claude", "err400")], ids=str)
def test_a_model_error_is_a_failure_also_with_exit_status_0(stream: Stream) -> None:
    assert of_recorded(stream, 0).outcome is AttemptOutcome.FAILED


def test_success_with_an_error_flag_is_a_failure() -> None:
    stream = Stream("claude", "err400")
    assert b'"subtype":"success"' in stream.data.replace(b" ", b"")
    assert b'"is_error":true' in stream.data.replace(b" ", b"")
    said = of_recorded(stream, 0)
    assert (said.outcome, said.code) == (AttemptOutcome.FAILED, "agent_error")


@pytest.mark.parametrize("program", ["pi", "claude"])
def test_output_that_is_cut_at_the_exit_is_a_failure(program: str) -> None:
    stream = Stream(program, "json-bash" if program == "pi" else "bash")
    whole = stream.data
    for share in range(1, 16):
        session = open_session(spec(program), BRIEFING)
        session.open()
        _, finish = fed(session, [whole[: len(whole) * share // 16]], (0, None))
        assert meaning(finish, 0, None).outcome is AttemptOutcome.FAILED, share


@pytest.mark.parametrize("status", [400 % 256, 401 % 256, 429 % 256, 1])
def test_an_http_status_as_exit_status_is_a_failure_whatever_was_said(tmp_path: Path, status: int) -> None:
    script = (
        f"""echo '{{"type":"text","text":"all is well"}}'; echo '{{"type":"done","text":"done"}}'; exit {status}\n"""
    )
    attempt = RealAttempt.make(tmp_path, script, program="command", command=SAYS_RESULTS, text=script)
    attempt.finish()
    meant = attempt.verdict()
    assert (meant.outcome, meant.code) == (AttemptOutcome.FAILED, f"exit_code({status})")


def test_a_program_whose_results_are_mapped_and_that_gives_none_has_not_answered(tmp_path: Path) -> None:
    script = """echo '{"type":"text","text":"all is well"}'\n"""
    attempt = RealAttempt.make(tmp_path, script, program="command", command=SAYS_RESULTS, text=script)
    attempt.finish()
    assert attempt.verdict().outcome is AttemptOutcome.FAILED
