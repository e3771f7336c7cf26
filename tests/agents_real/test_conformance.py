"""What every agent program must do, or refuse truthfully: one test a check, one row of ``docs/agents.md``."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.status import Access, AttemptOutcome, PermissionMode, StopCode
from crew_core.model.steering import Decision, DeliveryState, SteerKind
from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from tests.agents_real.outcomes import UNABLE
from tests.agents_real.programs import KEY, PRICES, PROGRAMS, Program, version
from tests.agents_real.trial import (
    Gate,
    Trial,
    completed,
    deliveries,
    failed,
    finish,
    has,
    send,
    story,
    until_told,
    written_since,
)
from tests.model_server import Bill, ModelServer
from tests.model_server.conversation import Speaker
from tests.model_server.scenarios import ANSWER, huge_text
from tests.model_server.server import Outcome
from tests.worker.real_attempt import CANCEL, STOP, RealAttempt

pytestmark = [pytest.mark.agents, pytest.mark.timeout(400), pytest.mark.usefixtures("no_process_left")]

RecordProperty = Callable[[str, object], None]

#: Until a program that waits for a model for ever is ended; the slowest needs three to start.
HANG_S = 12.0

#: A program may repeat a broken request as long as it likes; it must not call it a success.
STUBBORN_S = 40.0


@pytest.fixture(params=PROGRAMS, ids=[program.name for program in PROGRAMS])
def program(request: pytest.FixtureRequest, record_property: RecordProperty) -> Program:
    chosen: Program = request.param
    why = chosen.missing()
    if why is not None:
        pytest.skip(why)
    record_property("version", version(chosen))
    return chosen


@pytest.fixture
def trial(program: Program, tmp_path: Path) -> Iterator[Trial]:
    with ModelServer() as server:
        made = Trial(program, server, tmp_path)
        yield made
        made.end()


def test_answer(trial: Trial) -> None:
    attempt = trial.run("Say something. [[scn:plain]]")
    assert completed(attempt).strip() == ANSWER
    assert attempt.text().strip() == ANSWER
    (session, *_) = attempt.of_kind(Kind.SESSION)
    assert session.id
    assert attempt.result().session is not None
    assert attempt.result().model
    assert not attempt.of_kind(Kind.RAW), [event.text for event in attempt.of_kind(Kind.RAW)]


def test_tool_call(trial: Trial) -> None:
    attempt = trial.run("Run it. [[scn:bash cmd=echo%20ran%20>>%20{work}/ran.txt n=2]]")
    assert completed(attempt).strip().startswith("Done after 2 tool results")
    assert (attempt.work / "ran.txt").read_text() == "ran\nran\n"
    starts, ends = attempt.of_kind(Kind.TOOL_START), attempt.of_kind(Kind.TOOL_END)
    assert [start.id for start in starts] == [end.id for end in ends]
    assert len({start.id for start in starts}) == 2
    assert all("ran.txt" in start.text for start in starts)
    assert not any(end.failed for end in ends)


def test_edit_on_disk(trial: Trial) -> None:
    attempt = trial.run("Edit it. [[scn:edit cwd={work}]]")
    assert completed(attempt).strip().startswith("Done after")
    assert (attempt.work / "README.md").read_text() == "ALPHA\nbeta\n"


def test_steer(trial: Trial, record_property: RecordProperty) -> None:
    abilities = trial.program.abilities
    kind = SteerKind.STEER if abilities.steer_now else SteerKind.MESSAGE
    attempt, sent = _spoken_to(trial, kind, "rather count the pelicans")
    answer = completed(attempt)
    if abilities.steer_now or abilities.steer_next_turn:
        assert "[steered: rather count the pelicans" in answer, trial.server.main[-1].conversation.turns[-4:]
        assert deliveries(attempt, sent)[-1] is DeliveryState.TAKEN
        assert (
            trial.server.main[-1].conversation.said_by(Speaker.USER)[-1].strip().endswith("rather count the pelicans")
        )
    else:
        record_property(UNABLE, "it cannot be spoken to while it works, and says so")
        assert deliveries(attempt, sent) == [DeliveryState.REFUSED]
        assert "pelicans" not in answer


def _spoken_to(trial: Trial, kind: SteerKind, text: str, prompt: str = "Wait.") -> tuple[RealAttempt, str]:
    """While its tool runs; the attempt is over, and the id of what was sent."""
    gate = Gate(trial.directory / "work" / kind)
    attempt = trial.attempt(f"{prompt} [[scn:bash cmd={gate.command}]]", name=kind).start()
    until_told(attempt, Kind.TOOL_START)
    sent = send(attempt, kind, text)
    attempt.until(lambda: deliveries(attempt, sent) or attempt.files.result.exists())
    gate.open()
    finish(attempt)
    return attempt, sent


#: A command of the program's own.
COMMANDS = {"gemini": "/memory show", "opencode": "/compact", "acp:codex": "/status"}


def test_what_begins_like_a_command_reaches_the_model(trial: Trial) -> None:
    """A prompt, and a message within the turn, where the program takes one, and after it."""
    can = {
        SteerKind.STEER: trial.program.abilities.steer_now,
        SteerKind.MESSAGE: trial.program.abilities.steer_next_turn,
    }
    for kind in (kind for kind, able in can.items() if able):
        command = COMMANDS.get(trial.program.name, "/clear")
        attempt, sent = _spoken_to(trial, kind, command, f"{command} first.")
        assert f"[steered: {command}]" in completed(attempt), story(attempt)
        assert deliveries(attempt, sent)[-1] is DeliveryState.TAKEN
        said = "\n".join(trial.server.main[-1].conversation.said_by(Speaker.USER))
        assert f"{command} first." in said


#: What a request says to a model that is to think hard, where it is not the same word.
THINKING_HIGH = {"claude": "31999", "gemini": "24576"}


def test_thinking_level_is_asked_of_the_model(trial: Trial, record_property: RecordProperty) -> None:
    program = trial.program
    attempt = trial.run("Think. [[scn:plain]]", thinking="high")
    completed(attempt)
    if not program.thinks:
        record_property(UNABLE, "it offers no thinking level for this model, and that is told")
        assert any("thinking level" in event.text for event in attempt.of_kind(Kind.NOTICE))
        return
    assert trial.server.main[-1].conversation.thinking == THINKING_HIGH.get(program.name, "high"), story(attempt)
    assert not any("thinking" in event.text for event in attempt.of_kind(Kind.NOTICE))


def test_cancel_with_0_survivors(trial: Trial) -> None:
    attempt = _in_an_endless_tool(trial)
    attempt.send(CANCEL)
    assert finish(attempt).stop == CANCEL
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED
    assert [start.id for start in attempt.of_kind(Kind.TOOL_START)] == [
        end.id for end in attempt.of_kind(Kind.TOOL_END)
    ]


def test_stop_with_0_survivors(trial: Trial) -> None:
    attempt = _in_an_endless_tool(trial)
    attempt.send(STOP)
    assert finish(attempt).stop == STOP
    assert attempt.verdict().outcome is AttemptOutcome.CANCELLED


def _in_an_endless_tool(trial: Trial) -> RealAttempt:
    """Its tool, and a child of that, run and do not end."""
    gate = Gate(trial.directory / "work")
    command = f"tail%20-f%20/dev/null%20&%20cat%20{gate.path};%20tail%20-f%20/dev/null"
    attempt = trial.attempt(f"Wait. [[scn:bash cmd={command}]]").start()
    until_told(attempt, Kind.TOOL_START)
    gate.open()
    return attempt


def test_rate_limit_then_success(trial: Trial) -> None:
    attempt = trial.run("Try it. [[scn:err429 fails=1 ra=1]]")
    outcomes = [served.outcome for served in trial.server.main]
    assert outcomes == [Outcome.FAILED, Outcome.WHOLE]
    assert completed(attempt).strip() == "Recovered after 1 failures."


def test_model_error_is_a_failure(trial: Trial) -> None:
    attempt = trial.run("Fail. [[scn:err400 fails=99]]", timeout_s=STUBBORN_S)
    failed(attempt)
    assert attempt.result().usage in (None, Usage()) or not (attempt.result().usage or Usage()).output


def test_cut_stream_is_no_success(trial: Trial) -> None:
    attempt = trial.run("Say it. [[scn:drop]]", timeout_s=STUBBORN_S)
    failed(attempt)
    assert {served.outcome for served in trial.server.main} == {Outcome.CUT}


def test_hang_is_ended_by_the_timeout(trial: Trial) -> None:
    attempt = trial.attempt("Say nothing. [[scn:hang]]", timeout_s=HANG_S).start()
    trial.server.until(lambda served: any(not one.aside for one in served))
    finish(attempt)
    assert failed(attempt).code == StopCode.WORKER_TIMEOUT


def test_answer_of_5_mb(trial: Trial) -> None:
    attempt = trial.run("Say it all. [[scn:huge kb=5000]]")
    expected = huge_text(5000).strip()
    assert completed(attempt).strip() == expected
    assert attempt.text().strip() == expected


def test_resume_of_the_right_session(trial: Trial, record_property: RecordProperty) -> None:
    first = trial.run("Remember the word PELICAN. [[scn:plain]]")
    session = first.result().session
    assert session is not None, story(first)
    second = trial.attempt("What was the word? [[scn:plain]]", name="2", resume=session).start()
    finish(second)
    if trial.program.abilities.resume:
        completed(second)
        asked = "\n".join(trial.server.main[-1].conversation.said_by(Speaker.USER))
        assert "PELICAN" in asked
        assert "What was the word?" in asked
        assert second.text().strip() == ANSWER, "what was told before is not told again"
    else:
        record_property(UNABLE, "it begins anew, and an attempt that is to go on with another fails")
        failed(second)
    wrong = trial.attempt("And now? [[scn:plain]]", name="3", resume=replace(session, id=str(uuid.uuid4()))).start()
    finish(wrong)
    failed(wrong)


@pytest.mark.parametrize("deed", ["write", "bash", "edit"])
def test_read_only_role_cannot_write(trial: Trial, deed: str) -> None:
    option = "cmd=echo%20x%20>%20{work}/out.txt" if deed == "bash" else ""
    attempt = trial.run(f"Write it. [[scn:{deed} cwd={{work}} {option}]]", access=Access.READ)
    assert sorted(path.name for path in attempt.work.iterdir()) == ["README.md"]
    assert (attempt.work / "README.md").read_text() == "alpha\nbeta\n"
    assert trial.server.main


#: What a program calls its own tool for writing; a model may call it though it is not offered.
WRITING_TOOLS = {"builtin": "write", "claude": "Write", "pi": "write", "gemini": "write_file", "opencode": "write"}


def test_read_only_role_cannot_write_with_a_tool_that_is_not_offered(trial: Trial) -> None:
    name = WRITING_TOOLS.get(trial.program.name, "apply_patch")
    attempt = trial.run(f"Write it. [[scn:write cwd={{work}} as={name}]]", access=Access.READ)
    assert sorted(path.name for path in attempt.work.iterdir()) == ["README.md"]


@pytest.mark.parametrize("deed", ["write", "bash"])
def test_tools_of_the_role_are_all_it_has(trial: Trial, deed: str) -> None:
    """A role that may write, and whose tools only read."""
    option = "cmd=echo%20x%20>%20{work}/out.txt" if deed == "bash" else ""
    attempt = trial.run(f"Write it. [[scn:{deed} cwd={{work}} {option}]]", tools=("read", "grep"))
    assert sorted(path.name for path in attempt.work.iterdir()) == ["README.md"]
    assert trial.server.main


def test_permission_is_asked_and_obeyed(trial: Trial, record_property: RecordProperty) -> None:
    if not trial.program.abilities.permissions:
        record_property(UNABLE, "it asks nobody")
        return
    for number, decision in enumerate((Decision.DENY, Decision.ALLOW)):
        leaves = " escalated=1" if trial.program.asks_to_leave else ""
        prompt = f"Run it. [[scn:bash cmd=echo%20ran%20>%20{{work}}/ran{number}.txt{leaves}]]"
        attempt = trial.attempt(prompt, name=decision, permissions=PermissionMode.ASK).start()
        (asked, *_) = until_told(attempt, Kind.PERMISSION)
        assert not (attempt.work / f"ran{number}.txt").exists()
        sent = send(attempt, SteerKind.ANSWER, asked=asked.id, decision=decision)
        finish(attempt)
        assert deliveries(attempt, sent)[-1] is DeliveryState.TAKEN, story(attempt)
        assert [event.id for event in attempt.of_kind(Kind.ANSWERED)] == [asked.id]
        assert (attempt.work / f"ran{number}.txt").exists() is (decision is Decision.ALLOW)


def test_usage_is_what_was_billed(trial: Trial, record_property: RecordProperty) -> None:
    """Of a turn with one request, and of one with three."""
    if not trial.program.abilities.usage:
        record_property(UNABLE, "it tells nobody what it used: that is unknown, and never zero")
        attempt = trial.run("Say it. [[scn:plain]]")
        completed(attempt)
        assert attempt.result().usage is None
        return
    for number, prompt in enumerate(("Say it. [[scn:plain]]", "Run it. [[scn:bash cmd=echo%20ran n=2]]")):
        before = trial.server.billed
        attempt = trial.run(prompt, name=str(number))
        completed(attempt)
        usage, billed = attempt.result().usage, trial.server.billed - before
        assert usage is not None
        if trial.program.priced:
            assert usage.cost == pytest.approx(_cost(billed))
        _same(usage, billed)
        told = [event.usage for event in attempt.of_kind(Kind.USAGE) if event.usage is not None]
        assert sum(each.output or 0 for each in told) == usage.output
        assert sum(each.input or 0 for each in told) == usage.input
        assert usage.cost is not None or not trial.program.abilities.cost


def test_limit_of_tokens_is_exceeded_by_at_most_one_response(trial: Trial, record_property: RecordProperty) -> None:
    if not trial.program.abilities.usage:
        record_property(UNABLE, "it tells nobody what it used: it is not started under a limit")
        return
    completed(trial.run("Say it. [[scn:plain]]"))
    limit = 2 * _counted(trial.server.main[-1].bill) + 500
    before = len(trial.server.main)
    attempt = trial.run("Go on. [[scn:loop cmd=sleep%200.3 delay=0.2]]", name="2", max_tokens=limit)
    stop = attempt.result().stop
    assert stop is not None, story(attempt)
    assert stop.code is StopCode.BUDGET_EXHAUSTED
    bills = [_counted(served.bill) for served in trial.server.main[before:]]
    assert limit <= sum(bills) <= limit + max(bills), bills


def _counted(billed: Bill) -> int:
    """What limits count."""
    return billed.input + billed.output + billed.cache_write


def _same(usage: Usage, billed: Bill) -> None:
    assert (usage.input, usage.output, usage.cache_read) == (billed.input, billed.output, billed.cache_read)
    assert usage.cache_write in (None, billed.cache_write)
    assert usage.reasoning in (None, billed.reasoning)


def _cost(billed: Bill) -> float:
    tokens = (billed.input, billed.output, billed.cache_read, billed.cache_write)
    return sum(count * price for count, price in zip(tokens, PRICES, strict=True)) / 1_000_000


def test_key_is_not_kept(trial: Trial) -> None:
    """Printed by a tool, before more than a program keeps in its memory, it is in nothing that the supervisor wrote and
    in nothing that was left where temporary files are. A key of this test's own: others may be at work there."""
    key = f"{KEY}-{uuid.uuid4().hex}"
    attempt = trial.attempt(f"Print it. [[scn:bash cmd=echo%20{key};seq%201%2020000]]")
    attempt.environment = dict.fromkeys(trial.program.keys, key)
    begun = attempt.files.prompt.stat().st_ctime_ns
    finish(attempt.start())
    completed(attempt)
    ours = [attempt.files.transcript, attempt.files.events, attempt.files.stderr, attempt.files.answer]
    assert not [path.name for path in ours if key.encode() in path.read_bytes()]
    places = {Path(tempfile.gettempdir()), Path("/tmp")}
    left = [path for place in places for path in written_since(begun, place, trial.directory)]
    assert not [str(path) for path in left if has(path, key)]
