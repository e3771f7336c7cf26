"""Answers with a contract: verdicts, lists that become fan-outs, plans that become tasks; with real supervisors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.plan import TaskPlan, Wants
from crew_core.model.state import RunState
from crew_core.model.status import AttemptCause, RunStatus, TaskStatus, Verdict
from crew_core.ops import control
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")


def script(text: str) -> str:
    """A step's text whose script holds fences itself."""
    return f"````sh\n{text}\n````"


LIST = script("""cat <<'EOF'
Three things:
```json
["alpha one", "beta", "gamma"]
```
EOF
""")

PHASES = {
    "phases": [
        {"name": "look", "tasks": [{"role": "worker", "task": "echo one"}, {"role": "worker", "task": "echo two"}]},
        {"name": "judge", "tasks": [{"role": "worker", "task": "echo three"}]},
    ]
}


def says(value: object) -> str:
    return script(prints(value))


def prints(value: object) -> str:
    return f"cat <<'EOF'\n```json\n{json.dumps(value)}\n```\nEOF\n"


def finish(tmp_path: Path, *tasks: TaskPlan) -> tuple[RealRun, RunState]:
    here = tuple(replace(each, cwd=str(tmp_path)) for each in tasks)
    run = RealRun.make(tmp_path, plan(*here, cwd=tmp_path))
    return run, run.finish()


def inputs_of(run: RealRun, task_id: str) -> list[str]:
    told = json.loads(run.layout.attempt(task_id, 1).inputs.read_text())
    return [entry["taskId"] for entry in told["inputs"]]


def causes(state: RunState, task_id: str) -> list[AttemptCause]:
    return [attempt.cause for attempt in state.tasks[task_id].attempts]


def test_a_list_becomes_one_task_for_each_item_and_what_follows_gets_all_of_them(tmp_path: Path) -> None:
    run, state = finish(
        tmp_path,
        task("a", LIST, wants=Wants.LIST),
        task("b", 'printf "looked at %s" "$CREW_ITEM"', after=("a",), for_each="a"),
        task("c", "echo joined", after=("b",)),
    )
    assert state.run.status is RunStatus.COMPLETED
    assert list(state.tasks) == ["a", "b", "b-1", "b-2", "b-3", "c"]
    assert [run.result(f"b-{n}") for n in (1, 2, 3)] == ["looked at alpha one", "looked at beta", "looked at gamma"]
    assert state.tasks["b"].attempts == ()
    assert inputs_of(run, "c") == ["b-1", "b-2", "b-3"]
    assert inputs_of(run, "b-2") == ["a"]


def test_an_empty_list_is_nothing_to_do_and_what_follows_runs(tmp_path: Path) -> None:
    _, state = finish(
        tmp_path,
        task("a", says([]), wants=Wants.LIST),
        task("b", "echo never", after=("a",), for_each="a"),
        task("c", "echo joined", after=("b",)),
    )
    assert {t.id: t.status for t in state.tasks.values()} == dict.fromkeys("abc", TaskStatus.COMPLETED)


def test_a_failed_item_skips_what_needs_all_of_them(tmp_path: Path) -> None:
    _, state = finish(
        tmp_path,
        task("a", LIST, wants=Wants.LIST),
        task("b", '[ "$CREW_ITEM" != beta ]', after=("a",), for_each="a"),
        task("c", "echo joined", after=("b",)),
    )
    assert state.tasks["b-2"].status is TaskStatus.FAILED
    assert (state.tasks["c"].status, state.tasks["c"].because) == (TaskStatus.SKIPPED, "b-2")
    assert state.run.status is RunStatus.FAILED


def test_a_plan_becomes_tasks_in_phases_and_what_follows_waits_for_all(tmp_path: Path) -> None:
    run, state = finish(
        tmp_path,
        task("a", says(PHASES), wants=Wants.PLAN),
        task("z", "echo VERDICT: PASS", after=("a",), wants=Wants.VERDICT),
    )
    assert state.run.status is RunStatus.COMPLETED
    assert list(state.tasks) == ["a", "a-1", "a-2", "a-3", "z"]
    assert state.tasks["a-3"].depends_on == ("a", "a-1", "a-2")
    assert inputs_of(run, "z") == ["a", "a-1", "a-2", "a-3"]
    assert state.tasks["z"].verdict is Verdict.PASS
    assert [run.result(f"a-{n}").strip() for n in (1, 2, 3)] == ["one", "two", "three"]


def test_an_answer_that_does_not_keep_its_contract_is_corrected_once(tmp_path: Path) -> None:
    first = 'if mkdir "$PWD/tried" 2>/dev/null; then echo no plan; exit 0; fi\n'
    _, state = finish(tmp_path, task("a", script(first + prints(PHASES)), wants=Wants.PLAN, retries=1))
    assert state.run.status is RunStatus.COMPLETED
    assert causes(state, "a") == [AttemptCause.FIRST, AttemptCause.CONTINUE]
    assert state.tasks["a"].retries_spent == 0
    assert len(state.tasks) == 4


def test_an_answer_that_is_wrong_twice_fails_its_task_with_what_is_wrong(tmp_path: Path) -> None:
    _, state = finish(
        tmp_path,
        task("a", says({"tasks": [{"role": "nobody", "task": "x"}]}), wants=Wants.PLAN, retries=1),
        task("z", "echo never", after=("a",)),
    )
    assert causes(state, "a") == [AttemptCause.FIRST, AttemptCause.CONTINUE]
    assert state.tasks["a"].status is TaskStatus.FAILED
    assert state.tasks["a"].code == "answer_refused"
    assert "nobody" in (state.tasks["a"].error or "")
    assert state.tasks["a"].result_artifact is not None
    assert state.tasks["z"].status is TaskStatus.SKIPPED


@pytest.mark.parametrize(
    ("line", "run_status", "verdict", "reason"),
    [
        ("VERDICT: PASS", RunStatus.COMPLETED, Verdict.PASS, ""),
        ("VERDICT: FAIL: tests/test_x.py::test_y", RunStatus.FAILED, Verdict.FAIL, "tests/test_x.py::test_y"),
        ("VERDICT: NOT VERIFIED: no checks", RunStatus.COMPLETED, Verdict.NOT_VERIFIED, "no checks"),
    ],
)
def test_a_verdict_decides(tmp_path: Path, line: str, run_status: RunStatus, verdict: Verdict, reason: str) -> None:
    run, state = finish(tmp_path, task("a", f"echo evidence; echo '{line}'", wants=Wants.VERDICT, retries=2))
    judged = state.tasks["a"]
    assert (state.run.status, judged.verdict, judged.verdict_reason) == (run_status, verdict, reason)
    assert len(judged.attempts) == 1, "a verdict is no failure of the agent: trying again would not change it"
    assert run.result("a").startswith("evidence")
    assert reason in (run.layout.artifacts / "summary.md").read_text()
    if verdict is Verdict.FAIL:
        assert reason in (state.run.summary or "")


def test_no_verdict_is_never_a_pass(tmp_path: Path) -> None:
    _, state = finish(tmp_path, task("a", "echo all fine", wants=Wants.VERDICT))
    assert state.tasks["a"].verdict is None
    assert state.tasks["a"].status is TaskStatus.FAILED
    assert state.run.status is RunStatus.FAILED


def test_a_planned_task_that_failed_is_retried_alone(tmp_path: Path) -> None:
    value = {"tasks": [{"id": "x", "role": "worker", "task": '[ -e "$PWD/fixed" ]'}]}
    run, state = finish(tmp_path, task("a", says(value), wants=Wants.PLAN), task("z", "echo joined", after=("a",)))
    assert (state.tasks["a-1"].status, state.tasks["z"].status) == (TaskStatus.FAILED, TaskStatus.SKIPPED)
    (tmp_path / "fixed").touch()
    assert control.retry(run.layout.root, "a-1").ok
    run.until(lambda: run.state().run.status is RunStatus.COMPLETED)
    assert len(run.state().tasks["a"].attempts) == 1
