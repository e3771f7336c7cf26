"""What a person says to the built-in agent while it works, and what becomes of it."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from crew_core.model.steering import Decision, DeliveryState, SteerKind
from crew_core.model.transcript import Kind
from tests.builtin.model_script import Handler, call, hangs_after, says, served, waits_for
from tests.builtin.run import ASK, Run, ran

pytestmark = pytest.mark.usefixtures("no_process_left")

SENT, TAKEN, REFUSED = DeliveryState.SENT, DeliveryState.TAKEN, DeliveryState.REFUSED

#: A command that goes on until the file ``go`` is there.
WAIT = "touch up; while ! [ -e go ]; do sleep 0.01; done"


def test_a_steer_is_taken_between_tool_calls(tmp_path: Path) -> None:
    calls = [call("shell", command=WAIT), call("shell", command="touch second")]
    with served(says(calls=calls), says("as you like")) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TOOL_START)
        sent = run.send(SteerKind.STEER, "do something else")
        (run.work / "go").touch()
        run.end()
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert model.requests[1]["messages"][-1] == {"role": "user", "content": "do something else"}
    assert model.told(1, "tool") == ["[no output]", "not run: the person said something first"]
    assert not (run.work / "second").exists()
    assert run.finish is not None
    assert run.finish.answer == b"as you like"


def test_a_steer_during_the_last_answer_gets_a_turn_of_its_own(tmp_path: Path) -> None:
    asked, held = threading.Event(), threading.Event()

    def first(handler: Handler) -> None:
        asked.set()
        waits_for(held, says("first"))(handler)

    with served(first, says("second")) as model:
        run = Run.begin(tmp_path, model.url)
        assert asked.wait(30)
        sent = run.send(SteerKind.STEER, "and that?")
        held.set()
        run.end()
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert model.told(1, "user") == ["do it", "and that?"]
    assert run.finish is not None
    assert run.finish.answer == b"second"


def test_a_message_waits_for_the_end_of_the_turn(tmp_path: Path) -> None:
    calls = [call("shell", command=WAIT), call("shell", command="touch second")]
    with served(says(calls=calls), says("first answer"), says("second answer")) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TOOL_START)
        sent = run.send(SteerKind.MESSAGE, "and then this")
        (run.work / "go").touch()
        run.end()
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert model.told(1, "user") == ["do it"]
    assert model.told(2, "user") == ["do it", "and then this"]
    assert (run.work / "second").exists()
    assert run.finish is not None
    assert run.finish.answer == b"second answer"


def test_an_interrupt_stops_the_answer_and_goes_on_with_its_text(tmp_path: Path) -> None:
    with served(hangs_after("I will now"), says("instead")) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TEXT, "I will")
        sent = run.send(SteerKind.INTERRUPT, "stop that")
        run.end()
        assert model.gone.wait(10)
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert model.told(1, "assistant") == ["I will now"]
    assert model.told(1, "user")[-1] == "stop that"
    assert run.finish is not None
    assert run.finish.answer == b"instead"


def test_an_interrupt_ends_the_tool_that_runs(tmp_path: Path) -> None:
    command = "(setsid sleep 300 &) ; sleep 300 & touch up; tail -f /dev/null"
    calls = [call("shell", command=command), call("shell", command="touch second")]
    with served(says(calls=calls), says("well")) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TOOL_START)
        run.send(SteerKind.INTERRUPT, "not that")
        run.end()
    assert model.told(1, "tool") == ["interrupted while it ran", "not run: the person interrupted"]
    (end,) = run.of_kind(Kind.TOOL_END)
    assert (end.failed, end.text) == (True, "interrupted")
    assert not (run.work / "second").exists()
    assert run.finish is not None
    assert run.finish.answer == b"well"


def test_an_interrupt_without_words_ends_the_work(tmp_path: Path) -> None:
    with served(hangs_after("I will")) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TEXT)
        sent = run.send(SteerKind.INTERRUPT)
        run.end()
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert run.finish is not None
    assert run.finish.program_error == "interrupted, and nothing was said to go on with"
    assert not run.finish.answer_seen


def test_an_interrupt_ends_a_wait_for_another_try(tmp_path: Path) -> None:
    with served(lambda handler: handler.cut(), says("on")) as model:
        run = Run.begin(tmp_path, model.url, env={"CREW_BUILTIN_RETRY_S": "1000"})
        run.until_kind(Kind.RETRY)
        run.send(SteerKind.INTERRUPT, "go on")
        run.end()
    assert run.finish is not None
    assert run.finish.answer == b"on"


def test_a_gentle_stop_ends_everything(tmp_path: Path) -> None:
    with served(says(calls=[call("shell", command="touch up; setsid sleep 300")])) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TOOL_START)
        run.stop()
        run.end()
    assert run.finish is not None
    assert (run.finish.program_error, run.finish.answer_seen) == ("interrupted", False)
    assert run.of_kind(Kind.TOOL_END)[0].failed
    assert run.process.returncode == 130


def test_sigterm_ends_it_with_its_children(tmp_path: Path) -> None:
    with served(says(calls=[call("shell", command="(setsid sleep 300 &); echo up; sleep 300")])) as model:
        run = Run.begin(tmp_path, model.url)
        run.until_kind(Kind.TOOL_OUTPUT)
        os.kill(run.process.pid, signal.SIGTERM)
        run.end()
    assert run.process.returncode == 143
    assert run.finish is not None
    assert run.finish.program_error == "the built-in agent ended without an answer"
    assert run.of_kind(Kind.TOOL_END)[0].text == "the agent ended before the tool did"


def test_what_is_sent_too_late_is_refused(tmp_path: Path) -> None:
    with served(says("x")) as model:
        run = ran(tmp_path, model.url)
        late = run.send(SteerKind.STEER, "late")
    assert run.deliveries(late) == [REFUSED]


@pytest.mark.parametrize("decision", [Decision.ALLOW, Decision.DENY])
def test_a_person_decides_about_a_change(tmp_path: Path, decision: Decision) -> None:
    calls = [call("list"), call("write", path="x", content="1")]
    with served(says(calls=calls), says("done")) as model:
        run = Run.begin(tmp_path, model.url, permissions=ASK)
        asked = run.until_kind(Kind.PERMISSION)
        assert not (run.work / "x").exists()
        sent = run.answer(decision, asked.id, "not now")
        run.end()
    assert (asked.tool, asked.text) == ("write", "write: x")
    assert asked.data == {"args": {"path": "x", "content": "1"}, "options": ["allow", "always", "deny"]}
    assert [(event.id, event.text) for event in run.of_kind(Kind.ANSWERED)] == [(asked.id, decision.value)]
    assert run.deliveries(sent) == [SENT, TAKEN]
    assert (run.work / "x").exists() is (decision is Decision.ALLOW)
    said = "x created: 1 bytes" if decision is Decision.ALLOW else "error: the person does not allow this: not now"
    assert model.told(1, "tool")[1] == said


def test_always_holds_for_the_same_tool_only(tmp_path: Path) -> None:
    writes = [call("write", path=name, content="1") for name in "abc"]
    with served(says(calls=[*writes, call("shell", command="true")]), says("done")) as model:
        run = Run.begin(tmp_path, model.url, permissions=ASK)
        run.answer(Decision.ALWAYS, run.until_kind(Kind.PERMISSION, "write").id)
        run.answer(Decision.DENY, run.until_kind(Kind.PERMISSION, "shell").id)
        run.end()
    assert len(run.of_kind(Kind.PERMISSION)) == 2
    assert len(list(run.work.iterdir())) == 3


def test_while_it_waits_for_a_decision_it_can_be_told_other_things(tmp_path: Path) -> None:
    calls = [call("list"), call("write", path="x", content="1")]
    with served(says(calls=calls), says("then not"), says("more")) as model:
        run = Run.begin(tmp_path, model.url, permissions=ASK)
        asked = run.until_kind(Kind.PERMISSION)
        message = run.send(SteerKind.MESSAGE, "more")
        interrupt = run.send(SteerKind.INTERRUPT, "leave it")
        run.end()
    assert model.told(1, "tool")[1] == "not run: the person interrupted"
    assert [event.id for event in run.of_kind(Kind.ANSWERED)] == [asked.id]
    assert run.deliveries(message) == run.deliveries(interrupt) == [SENT, TAKEN]
    assert not (run.work / "x").exists()
    assert run.finish is not None
    assert run.finish.answer_seen


def test_an_answer_to_nothing_is_refused(tmp_path: Path) -> None:
    with served(says(calls=[call("write", path="x", content="1")]), says("done")) as model:
        run = Run.begin(tmp_path, model.url, permissions=ASK)
        asked = run.until_kind(Kind.PERMISSION)
        wrong, without = run.answer(Decision.ALLOW, "p9"), run.answer(None, asked.id)
        run.answer(Decision.ALLOW, asked.id)
        again = run.answer(Decision.DENY, asked.id)
        run.end()
    assert run.deliveries(wrong)[-1] is REFUSED
    assert REFUSED in run.deliveries(without) + run.deliveries(again)
    assert (run.work / "x").exists()


def test_when_nobody_can_decide_it_is_not_allowed(tmp_path: Path) -> None:
    with served(says(calls=[call("write", path="x", content="1")]), says("done")) as model:
        run = Run.begin(tmp_path, model.url, permissions=ASK)
        run.until_kind(Kind.PERMISSION)
        assert run.process.stdin is not None
        run.process.stdin.close()
        run.end()
    assert model.told(1, "tool") == ["error: not allowed: nobody can be asked any more"]
    assert not (run.work / "x").exists()


def test_junk_on_stdin_changes_nothing(tmp_path: Path) -> None:
    held = threading.Event()
    with served(waits_for(held, says("fine"))) as model:
        run = Run.begin(tmp_path, model.url)
        assert run.process.stdin is not None
        run.process.stdin.write(b"\xff{}\n[]\n\n" + b'{"kind": "dance"}\n' + b"[" * 5_000 + b"\n")
        run.process.stdin.flush()
        held.set()
        while run.read():
            pass
        assert run.process.stderr is not None
        run.process.stderr.read()
        run.end()
    assert run.finish is not None
    assert run.finish.answer == b"fine"
