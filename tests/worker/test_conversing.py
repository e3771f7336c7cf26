"""What passes between a person and an agent through its supervisor, and how work that is done comes to its end."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crew_core.model.attempt import SessionRef
from crew_core.model.plan import ProgramSettings
from crew_core.model.status import AttemptOutcome
from crew_core.model.steering import Steer, SteerKind
from crew_core.model.transcript import Kind
from tests.worker.real_attempt import RealAttempt, Steps
from tests.worker.test_adapters_under_a_supervisor import trial

pytestmark = pytest.mark.usefixtures("no_process_left")

HELLO = Steer(id="m1", kind=SteerKind.STEER, text="hello")


def deliveries(attempt: RealAttempt) -> list[tuple[str, str]]:
    return [(event.id, str((event.data or {})["state"])) for event in attempt.of_kind(Kind.DELIVERY)]


def waits(directory: Path, steps: Steps | str, **orders: Any) -> RealAttempt:
    """Begun, and up."""
    return trial(directory, steps, **orders).start().until_there("up")


def asks(attempt: RealAttempt) -> tuple[str, ...]:
    status = attempt.status()
    return status.progress.asks if status else ()


def test_what_is_sent_is_said_once_however_often_it_comes(tmp_path: Path) -> None:
    script = 'touch up; while read -r id rest; do echo "$rest" >> got; [ "$id" = m2 ] && break; done; true'
    attempt = waits(tmp_path, script)
    attempt.say(HELLO).until((attempt.work / "got").exists)
    attempt.say(HELLO, "again.json").say(replace_id(HELLO, "m2"))
    attempt.wait()
    assert (attempt.work / "got").read_text() == "steer - - hello\nsteer - - hello\n"
    assert [state for steer_id, state in deliveries(attempt) if steer_id == "m1"] == ["sent", "lost"]
    assert [(each.id, each.text) for each in attempt.of_kind(Kind.STEER)] == [("m1", "hello"), ("m2", "hello")]


def replace_id(steer: Steer, name: str) -> Steer:
    return Steer(id=name, kind=steer.kind, text=steer.text)


def test_what_comes_in_order_is_said_in_order(tmp_path: Path) -> None:
    attempt = trial(tmp_path, 'head -n 3 | cut -d" " -f1 > got')
    for name in ("m3", "m1", "m2"):
        attempt.files.control_new.mkdir(parents=True, exist_ok=True)
        attempt.say(replace_id(HELLO, name))
    attempt.finish()
    assert (attempt.work / "got").read_text().split() == ["m1", "m2", "m3"]


def test_what_the_agent_says_it_took_is_not_lost_with_it(tmp_path: Path) -> None:
    attempt = waits(tmp_path, 'touch up; read -r id rest; echo "!taken $id"')
    attempt.say(HELLO).wait()
    assert deliveries(attempt) == [("m1", "sent"), ("m1", "taken")]


def test_an_end_that_the_adapter_tells_last_is_told_once(tmp_path: Path) -> None:
    attempt = waits(tmp_path, "touch up; read -r line; true", refuses_last=["m1"])
    attempt.say(HELLO).wait()
    assert deliveries(attempt) == [("m1", "sent"), ("m1", "refused")]


def test_an_adapter_that_fails_at_saying_it_refuses_it(tmp_path: Path) -> None:
    attempt = waits(tmp_path, "touch up; while [ ! -e go ]; do sleep 0.01; done", fails="control")
    attempt.say(HELLO).until(lambda: bool(attempt.of_kind(Kind.DELIVERY)))
    (attempt.work / "go").touch()
    attempt.wait()
    assert deliveries(attempt) == [("m1", "refused")]
    assert attempt.verdict().code == "agent_error"


def test_what_comes_when_the_work_is_done_is_lost_and_not_said(tmp_path: Path) -> None:
    script = """echo '!done'; touch up
    read -r line && echo "$line" > got
    while [ ! -e go ]; do sleep 0.01; done"""
    attempt = waits(tmp_path, script)
    attempt.until(lambda: "fed " in [event.text for event in attempt.of_kind(Kind.NOTICE)])
    attempt.say(HELLO).until(lambda: bool(deliveries(attempt)))
    (attempt.work / "go").touch()
    attempt.wait()
    assert deliveries(attempt) == [("m1", "lost")]
    assert not (attempt.work / "got").exists()


def test_an_agent_whose_work_is_done_is_dismissed_without_blame(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "trap '' TERM; echo '!done'; while :; do sleep 0.05; done")
    result = attempt.finish()
    assert (result.dismissed, result.stop) == (True, None)
    assert attempt.verdict().outcome is AttemptOutcome.COMPLETED


def test_an_agent_that_leaves_when_its_stdin_ends_is_not_dismissed(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "echo '!done'; cat; echo bye")
    result = attempt.finish()
    assert (result.dismissed, result.exit_code) == (False, 0)
    assert attempt.answer() == b"!done\nbye\n"


def test_an_adapter_is_told_the_time(tmp_path: Path) -> None:
    attempt = trial(tmp_path, "head -n 2 > got", tick=True)
    attempt.finish()
    assert (attempt.work / "got").read_text() == "tick\ntick\n"


def test_an_adapter_that_fails_at_the_time_ends_no_agent(tmp_path: Path) -> None:
    attempt = waits(tmp_path, "touch up; while [ ! -e go ]; do sleep 0.01; done", fails="tick")
    attempt.until(lambda: bool(attempt.of_kind(Kind.ERROR)))
    (attempt.work / "go").touch()
    assert attempt.wait().exit_code == 0


def test_what_is_asked_stands_in_the_status_until_it_is_answered(tmp_path: Path) -> None:
    script = 'echo "!ask p1 rm"; echo "!question q1 why"; touch up; read -r line; echo "!answered p1"; read -r line'
    attempt = waits(tmp_path, script)
    attempt.until(lambda: asks(attempt) == ("p1", "q1"))
    attempt.say(HELLO).until(lambda: asks(attempt) == ("q1",))
    attempt.say(replace_id(HELLO, "m2")).wait()


def test_the_result_names_the_conversation(tmp_path: Path) -> None:
    attempt = trial(tmp_path, 'echo "!session s7"')
    session = attempt.finish().session
    assert session is not None
    assert (session.program, session.id, session.cwd) == ("trial", "s7", str(attempt.work))
    assert len(session.prompt_hash) == 64


def test_a_conversation_that_goes_on_keeps_the_hash_of_its_first_prompt(tmp_path: Path) -> None:
    resumed = SessionRef("trial", "s7", str(tmp_path / "work"), "0" * 64)
    made = RealAttempt.make(tmp_path, 'echo "!session $TRIAL_RESUMED"', program="trial", system="{}", resume=resumed)
    assert replace(made, module="tests.worker.trial_adapter").finish().session == resumed


def test_a_programs_own_state_is_made_once_and_then_left_alone(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text("first")
    (tmp_path / "login.json").write_text("mine")
    state = tmp_path / "state"
    copies = {"settings.json": "settings.json", "deep/login.json": "login.json", "absent.json": "absent.json"}
    orders = {"state_copies": {name: (path, str(tmp_path)) for name, path in copies.items()}}
    for number in ("one", "two"):
        directory = tmp_path / number
        directory.mkdir()
        script = (
            'cat "$TRIAL_STATE/settings.json" "$TRIAL_STATE/deep/login.json"; '
            'echo changed > "$TRIAL_STATE/settings.json"'
        )
        made = RealAttempt.make(directory, script, program="trial", system=json.dumps(orders), state_dir=str(state))
        attempt = replace(made, module="tests.worker.trial_adapter")
        attempt.finish()
        assert attempt.answer() == (b"firstmine" if number == "one" else b"changed\nmine")
    assert sorted(path.name for path in state.iterdir()) == ["deep", "settings.json"]
    assert os.stat(state / "deep" / "login.json").st_mode & 0o077 == 0


@pytest.mark.parametrize(("said", "copied"), [("elsewhere", "theirs"), ("", "usual"), (None, "usual")])
def test_what_is_copied_is_where_the_environment_says_that_the_program_has_it(
    tmp_path: Path, said: str | None, copied: str
) -> None:
    for name, text in (("usual", "usual"), ("elsewhere", "theirs")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.json").write_text(text)
    orders = {"state_copies": {"settings.json": ("settings.json", str(tmp_path / "usual"), "TRIAL_HOME")}}
    made = RealAttempt.make(
        tmp_path,
        'cat "$TRIAL_STATE/settings.json"',
        program="trial",
        system=json.dumps(orders),
        state_dir=str(tmp_path / "state"),
    )
    named = {} if said is None else {"TRIAL_HOME": said and str(tmp_path / said)}
    attempt = replace(made, module="tests.worker.trial_adapter", environment=named)
    attempt.finish()
    assert attempt.answer() == copied.encode()


@pytest.mark.parametrize(
    ("orders", "seen"),
    [
        ({"keys": []}, 0),
        ({"keys": ["WEATHER_API_KEY"]}, 8),
        ({"keys": [], "keys_with": {"KEYBOARD": ["WEATHER_API_KEY"]}}, 8),
        ({"keys": [], "keys_with": {"CLOUD": ["WEATHER_API_KEY"]}}, 0),
    ],
)
def test_a_program_sees_only_the_keys_that_its_adapter_names(
    tmp_path: Path, orders: dict[str, object], seen: int
) -> None:
    attempt = trial(tmp_path, 'echo "${#WEATHER_API_KEY} ${KEYBOARD:-none}"', **orders)
    environment = {"WEATHER_API_KEY": "sunshine", "KEYBOARD": "qwertz"}
    replace(attempt, environment=environment).finish()
    assert attempt.answer() == f"{seen} qwertz\n".encode()


def test_a_person_may_pass_on_a_key_besides_those_of_the_program(tmp_path: Path) -> None:
    made = RealAttempt.make(
        tmp_path,
        'echo "${OUR_KEY:-none} ${OTHER_KEY:-none}"',
        program="trial",
        settings=ProgramSettings(keys=("OUR_KEY",)),
    )
    attempt = replace(made, module="tests.worker.trial_adapter", environment={"OUR_KEY": "short", "OTHER_KEY": "short"})
    attempt.finish()
    assert attempt.answer() == b"short none\n"
