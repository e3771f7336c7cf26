"""The built-in agent with a real supervisor: its verdicts, its end, its session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from crew_core.model.attempt import ControlMessage
from crew_core.model.status import AttemptOutcome
from crew_core.model.steering import DeliveryState, Steer, SteerKind
from crew_core.model.transcript import Kind
from crew_core.model.usage import Usage
from crew_core.store import maildir
from crew_core.store.doorbell import ring
from crew_core.store.fs import RealFs
from tests.builtin.model_script import call, failed, hangs_after, says, served
from tests.worker.real_attempt import RealAttempt, wait_until

pytestmark = pytest.mark.usefixtures("no_process_left")

#: Also a child that has left its group and its parent.
HANG = call("shell", command="(setsid sleep 300 >log 2>&1 &) ; sleep 300 & touch up; tail -f /dev/null")


def attempt(directory: Path, url: str, prompt: str = "do it", **fields: Any) -> RealAttempt:
    directory.mkdir(exist_ok=True)
    made = RealAttempt.make(directory, "true", **({"program": "builtin", "model": "m"} | fields))
    made.files.prompt.write_text(prompt)
    environment: Mapping[str, str] = {"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "sk-0123456789"}
    return replace(made, environment=environment)


def test_an_answer_is_a_success_with_its_use_and_its_model(tmp_path: Path) -> None:
    with served(says(calls=[call("write", path="x", content="1")]), says("It is done.")) as model:
        made = attempt(tmp_path, model.url)
        result = made.finish()
    assert made.verdict().outcome is AttemptOutcome.COMPLETED
    assert made.answer() == b"It is done."
    assert (made.work / "x").read_text() == "1"
    assert (result.usage, result.model) == (Usage(140, 40, 10, 60, turns=2), "m")
    assert (result.exit_code, result.survivors, result.ended_processes) == (0, 0, 0)
    assert model.keys == ["Bearer sk-0123456789"] * 2


def test_an_error_of_the_model_is_a_failure(tmp_path: Path) -> None:
    with served(failed(400, "no such model")) as model:
        made = attempt(tmp_path, model.url)
        made.finish()
    meaning = made.verdict()
    assert (meaning.outcome, meaning.code) == (AttemptOutcome.FAILED, "agent_error")
    assert meaning.detail == "the model server said 400: no such model"


def test_a_cancel_leaves_nobody(tmp_path: Path) -> None:
    with served(says(calls=[HANG])) as model:
        made = attempt(tmp_path, model.url).start().until_there("up")
        result = made.cancel()
    assert result.survivors == 0
    assert made.verdict().outcome is AttemptOutcome.CANCELLED
    starts, ends = made.of_kind(Kind.TOOL_START), made.of_kind(Kind.TOOL_END)
    assert [event.id for event in starts] == [event.id for event in ends]


def test_a_gentle_stop_is_over_before_anybody_is_killed(tmp_path: Path) -> None:
    with served(hangs_after("I will")) as model:
        made = attempt(tmp_path, model.url).start()
        made.until(lambda: made.files.events.exists() and made.of_kind(Kind.TEXT))
        result = made.stop()
    assert (result.exit_code, result.signal) == (130, None)
    assert made.verdict().code == "caller_stopped"


def test_what_a_person_sends_reaches_the_model(tmp_path: Path) -> None:
    with served(hangs_after("I will"), says("as you like")) as model:
        made = attempt(tmp_path, model.url).start()
        made.until(lambda: made.files.events.exists() and made.of_kind(Kind.TEXT))
        steer = Steer("s1", SteerKind.INTERRUPT, "something else")
        maildir.put(RealFs(), made.files.control_new, "1.json", msgspec.json.encode(ControlMessage(steer=steer)))
        ring(made.files.control_bell)
        made.wait()
    assert model.told(1, "user") == ["do it", "something else"]
    states = [(event.data or {})["state"] for event in made.of_kind(Kind.DELIVERY)]
    assert states == [DeliveryState.SENT, DeliveryState.TAKEN]
    assert made.answer() == b"as you like"


def test_what_was_sent_and_never_taken_is_lost_once(tmp_path: Path) -> None:
    with served(hangs_after("I will")) as model:
        made = attempt(tmp_path, model.url).start()
        made.until(lambda: made.files.events.exists() and made.of_kind(Kind.TEXT))
        made.say(Steer("s1", SteerKind.MESSAGE, "later"))
        made.until(lambda: bool(made.of_kind(Kind.DELIVERY)))
        made.cancel()
    states = [(event.data or {})["state"] for event in made.of_kind(Kind.DELIVERY)]
    assert states == [DeliveryState.SENT, DeliveryState.LOST]


def test_an_attempt_goes_on_with_the_session_of_another(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    with served(says("seven"), says("it was seven")) as model:
        first = attempt(tmp_path / "one", model.url, "say a number", state_dir=state).finish()
        assert first.session is not None
        cwd = first.session.cwd
        second = attempt(tmp_path / "two", model.url, "which", state_dir=state, resume=first.session, cwd=cwd)
        result = second.finish()
    assert model.told(1, "user") == ["say a number", "which"]
    assert result.session == first.session
    assert second.answer() == b"it was seven"
    wait_until(lambda: (tmp_path / "state").stat().st_mode & 0o777 == 0o700)
