"""What a person sends reaches the agent once, and what is told about it is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.model.commands import OutcomeCode, SendKind
from crew_core.model.explain import explain
from crew_core.model.snapshots import manifest_of
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.model.steering import Decision, DeliveryState
from crew_core.ops import control, steering
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task
from tests.engine.trial_run import TRIAL, states, trial_run

pytestmark = pytest.mark.usefixtures("no_process_left")

#: Says that it took what it is told, keeps it, and ends.
_TAKES = 'touch up; read -r id rest; echo "!taken $id"; echo "$rest" > got; echo thanks'


def working(run: RealRun, directory: Path) -> RealRun:
    run.start().until((directory / "up").exists)
    return run


@pytest.mark.parametrize(
    ("kind", "arrives"),
    [(SendKind.MESSAGE, "message"), (SendKind.STEER, "steer"), (SendKind.FOLLOW_UP, "message")],
)
def test_what_is_sent_arrives_and_its_way_is_journalled(tmp_path: Path, kind: SendKind, arrives: str) -> None:
    run = working(trial_run(tmp_path, task("a", _TAKES, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    outcome = steering.send(run.layout.root, "a", "use the other file", kind)
    assert outcome.ok
    assert outcome.delivery in (DeliveryState.SENT, DeliveryState.TAKEN)
    state = run.wait()
    assert state.run.status is RunStatus.COMPLETED, run.log()
    assert (tmp_path / "got").read_text() == f"{arrives} - - use the other file\n"
    (sent,) = state.tasks["a"].attempts[0].sent
    assert (sent.steer.id, sent.state) == (outcome.message_id, DeliveryState.TAKEN)
    order = [t for t in run.types() if t.startswith(("message.", "command."))]
    assert order[:2] == ["command.accepted", "message.sent"]
    assert order.index("message.delivery") < order.index("command.done")


def test_what_an_agent_never_takes_is_lost_when_it_ends(tmp_path: Path) -> None:
    script = "touch up; while [ ! -e go ]; do sleep 0.01; done"
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    outcome = steering.send(run.layout.root, "a", "hello")
    assert outcome.delivery is DeliveryState.SENT
    assert "not said yet" in outcome.message
    (tmp_path / "go").touch()
    assert states(run.wait().tasks["a"]) == ["lost"]


def test_a_sender_whose_message_waits_is_told_so_after_a_while(tmp_path: Path) -> None:
    script = "touch up; while [ ! -e go ]; do sleep 0.01; done"
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path)), silent=True), tmp_path)
    outcome = steering.send(run.layout.root, "a", "hello")
    assert (outcome.code, outcome.delivery) == (OutcomeCode.DONE, DeliveryState.QUEUED)
    (tmp_path / "go").touch()
    assert states(run.wait().tasks["a"]) == ["lost"]


def test_a_refusal_of_the_program_is_the_outcome(tmp_path: Path) -> None:
    script = "touch up; while [ ! -e go ]; do sleep 0.01; done"
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path)), mute=True), tmp_path)
    outcome = steering.send(run.layout.root, "a", "hello")
    assert (outcome.code, outcome.delivery) == (OutcomeCode.REFUSED, DeliveryState.REFUSED)
    (tmp_path / "go").touch()
    run.wait()


def test_a_program_that_cannot_be_spoken_to_is_not_sent_anything(tmp_path: Path) -> None:
    script = f'touch "{tmp_path}/up"; while [ ! -e "{tmp_path}/go" ]; do sleep 0.01; done'
    run = working(RealRun.make(tmp_path, plan(task("a", script))), tmp_path)
    outcome = steering.send(run.layout.root, "a", "hello")
    assert (outcome.code, outcome.message) == (OutcomeCode.REFUSED, "shell cannot be spoken to while it works")
    assert steering.respond(run.layout.root, "a", "yes").message == "task a asks nothing"
    assert steering.send(run.layout.root, "b", "hello").code is OutcomeCode.NO_SUCH_TASK
    (tmp_path / "go").touch()
    run.wait()
    assert "message.sent" not in run.types()
    outcome = steering.send(run.layout.root, "a", "hello")
    assert (outcome.code, outcome.message) == (
        OutcomeCode.REFUSED,
        "task a is completed: no agent works on it now",
    )


def test_a_permission_is_asked_for_shown_and_decided(tmp_path: Path) -> None:
    script = (
        'echo "!ask p1 rm -rf build"; touch up; read -r id rest; '
        'echo "!taken $id"; echo "!answered p1"; echo "$rest" > got'
    )
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    run.until(lambda: bool(run.task("a").asks))
    state = run.state()
    assert explain(state).tasks["a"] == "waits for your permission: Bash: rm -rf build"
    assert explain(state).run == "a waits for your permission: Bash: rm -rf build"
    assert manifest_of(state).waiting == "a"
    wrong = steering.respond(run.layout.root, "a", "go on")
    assert (wrong.code, wrong.message) == (
        OutcomeCode.REFUSED,
        "task a asks for permission to use Bash: answer allow, always or deny",
    )
    assert steering.respond(run.layout.root, "a", "not here", Decision.DENY).ok
    state = run.wait()
    assert (tmp_path / "got").read_text() == "answer deny p1 not here\n"
    assert state.tasks["a"].asks == ()
    assert run.types("a").count("task.answered") == 1


def test_a_question_is_answered_in_words(tmp_path: Path) -> None:
    script = 'echo "!question q1 which colour"; touch up; read -r id rest; echo "!answered q1"; echo "$rest" > got'
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    run.until(lambda: bool(run.task("a").asks))
    (ask,) = run.task("a").asks
    assert (ask.text, ask.options) == ("which colour", ("red", "blue"))
    refused = steering.respond(run.layout.root, "a", "", Decision.ALLOW)
    assert refused.message == "task a asks a question, which wants words: which colour"
    assert steering.respond(run.layout.root, "a", "allow").ok
    run.wait()
    assert (tmp_path / "got").read_text() == "answer - q1 allow\n"


def test_what_is_asked_and_answered_at_once_needs_nobody(tmp_path: Path) -> None:
    script = "printf '!ask p1 ls\\n!answered p1\\n'; echo done"
    state = trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))).finish()
    assert state.tasks["a"].status is TaskStatus.COMPLETED
    assert state.tasks["a"].asks == ()


def test_an_end_takes_open_questions_with_it(tmp_path: Path) -> None:
    script = 'echo "!question q1 which colour"; touch up; exec sleep 60'
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    run.until(lambda: bool(run.task("a").asks))
    assert control.cancel(run.layout.root).ok
    state = run.wait()
    assert state.tasks["a"].asks == ()
    assert manifest_of(state).waiting is None


def test_words_to_nobody_do_not_take_an_interrupted_run_up(tmp_path: Path) -> None:
    script = "touch up; while [ ! -e go ]; do sleep 0.01; done"
    tasks = (task("a", script, agent=TRIAL, cwd=str(tmp_path)), task("b", after=("a",)))
    run = working(trial_run(tmp_path, *tasks), tmp_path)
    run.kill()
    refused = steering.send(run.layout.root, "b", "hello")
    assert (refused.code, "crew-tui resume" in refused.message) == (OutcomeCode.REFUSED, True)
    assert run.types().count("coordinator.started") == 1
    # The agent of this one lives: who delivers to it is started.
    assert steering.send(run.layout.root, "a", "hello").ok
    (tmp_path / "go").touch()
    run.until(lambda: "run.completed" in run.types())


def test_a_new_coordinator_delivers_once_what_the_old_one_had_put(tmp_path: Path) -> None:
    script = """touch up
    while read -r line; do
      echo "!taken ${line%% *}"; echo "$line" >> got; [ "${line##* }" = last ] && break
    done
    true"""
    run = working(trial_run(tmp_path, task("a", script, agent=TRIAL, cwd=str(tmp_path))), tmp_path)
    assert steering.send(run.layout.root, "a", "first").ok
    run.kill()
    run.start()
    run.until(lambda: run.types().count("coordinator.started") == 2)
    assert steering.send(run.layout.root, "a", "last").ok
    run.wait()
    assert [line.split()[-1] for line in (tmp_path / "got").read_text().splitlines()] == ["first", "last"]
