"""Stories of runs with real coordinators and real supervisors."""

from __future__ import annotations

import json
import os
import random
import signal
from pathlib import Path

import pytest

from crew_core.model.commands import OutcomeCode
from crew_core.model.plan import Limits
from crew_core.model.status import (
    AttemptCause,
    AttemptOutcome,
    EdgePolicy,
    RunStatus,
    StopCode,
    TaskStatus,
)
from crew_core.ops import control
from crew_core.store.clock import parse_iso
from crew_core.store.identity import real_identities
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task

pytestmark = pytest.mark.usefixtures("no_process_left")


def test_a_chain_runs_in_order_and_hands_its_results_on(tmp_path: Path) -> None:
    run = RealRun.make(
        tmp_path,
        plan(
            task("a", "echo apple"),
            task("b", 'cat "$CREW_INPUTS"', after=("a",)),
            task("c", 'cat "$CREW_INPUTS"', after=("b",)),
        ),
    )
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED, run.log()
    starts = [e.task_id for e in run.events() if e.type == "attempt.starting"]
    assert starts == ["a", "b", "c"]
    handed = json.loads(run.result("b"))
    assert handed["inputs"][0]["text"] == "apple\n"
    assert handed["goal"] == "try it"


def test_a_failed_attempt_is_followed_by_another_with_its_own_transcript(tmp_path: Path) -> None:
    script = f'if mkdir "{tmp_path}/once" 2>/dev/null; then echo first; exit 3; fi; echo second'
    run = RealRun.make(tmp_path, plan(task("a", script, retries=1)))
    state = run.finish()
    first, second = state.tasks["a"].attempts
    assert state.run.status is RunStatus.COMPLETED
    assert (first.outcome, first.code) == (AttemptOutcome.FAILED, "exit_code(3)")
    assert (second.cause, second.outcome) == (AttemptCause.RETRY, AttemptOutcome.COMPLETED)
    assert run.layout.attempt("a", 1).transcript.read_text() == "first\n"
    assert run.result("a") == "second\n"


def test_when_the_retries_are_spent_the_task_is_a_dead_letter(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a", "echo why >&2; exit 1", retries=1)))
    state = run.finish()
    task_a = state.tasks["a"]
    assert (task_a.status, task_a.dead_letter, len(task_a.attempts)) == (TaskStatus.FAILED, True, 2)
    assert "why" in (task_a.error or "")
    assert state.run.status is RunStatus.FAILED
    assert "task.deadlettered" in run.types("a")


def test_an_independent_branch_finishes_although_a_sibling_failed(tmp_path: Path) -> None:
    run = RealRun.make(
        tmp_path,
        plan(
            task("bad", "exit 1"),
            task("behind", after=("bad",)),
            task("good", "echo fine"),
            task("after", "echo too", after=("good",)),
        ),
    )
    state = run.finish()
    status = {t.id: str(t.status) for t in state.tasks.values()}
    assert status == {"bad": "failed", "behind": "skipped", "good": "completed", "after": "completed"}
    assert "run again" in (run.layout.artifacts / "summary.md").read_text()


def test_a_fast_branch_does_not_wait_for_a_slow_sibling(tmp_path: Path) -> None:
    slow = f'while [ ! -e "{tmp_path}/go" ]; do sleep 0.01; done'
    run = RealRun.make(
        tmp_path, plan(task("slow", slow), task("fast"), task("next", f'touch "{tmp_path}/go"', after=("fast",)))
    )
    assert run.finish().run.status is RunStatus.COMPLETED


def test_only_one_task_writes_in_a_directory_and_the_other_says_who_holds_it(tmp_path: Path) -> None:
    go = tmp_path / "go"
    script = f'touch "{tmp_path}/$CREW_TASK_ID.up"; while [ ! -e "{go}" ]; do sleep 0.01; done'
    run = RealRun.make(
        tmp_path,
        plan(
            task("one", script, agent="writer", cwd=str(tmp_path)),
            task("two", agent="writer", cwd=str(tmp_path)),
            task("read", f'touch "{tmp_path}/read.up"', cwd=str(tmp_path)),
        ),
    ).start()
    run.until(lambda: (tmp_path / "one.up").exists() and (tmp_path / "read.up").exists())
    run.until(lambda: run.task("two").hold is not None)
    hold = run.task("two").hold
    assert hold is not None
    assert (hold.cause, hold.by) == ("directory", f"{run.layout.run_id}/one")
    go.touch()
    assert run.wait().run.status is RunStatus.COMPLETED


def test_two_runs_share_the_directory_rule(tmp_path: Path) -> None:
    go = tmp_path / "go"
    script = f'touch "{tmp_path}/up"; while [ ! -e "{go}" ]; do sleep 0.01; done'
    first = RealRun.make(tmp_path, plan(task("a", script, agent="writer", cwd=str(tmp_path)), run_id="team_1_a"))
    first.start()
    first.until((tmp_path / "up").exists)
    second = RealRun.make(tmp_path, plan(task("b", agent="writer", cwd=str(tmp_path)), run_id="team_1_b")).start()
    second.until(lambda: second.task("b").hold is not None)
    hold = second.task("b").hold
    assert hold is not None
    assert hold.by == "team_1_a/a"
    go.touch()
    assert second.wait().run.status is RunStatus.COMPLETED
    assert first.wait().run.status is RunStatus.COMPLETED


def test_a_verification_command_decides_and_counts_as_an_attempt(tmp_path: Path) -> None:
    run = RealRun.make(
        tmp_path,
        plan(
            task("good", "echo ok", verify=("true", "echo checked")),
            task("bad", "echo ok", verify=("echo broken >&2; exit 4",)),
            task("next", after=("bad",)),
        ),
    )
    state = run.finish()
    assert [a.cause for a in state.tasks["good"].attempts] == ["first", "verify", "verify"]
    assert run.result("good") == "ok\n"
    told = (run.layout.artifacts / "summary.md").read_text().splitlines()
    assert "| completed | 1 |" in next(line for line in told if line.startswith("| good "))
    assert state.tasks["bad"].code == "verification_failed"
    assert "broken" in (state.tasks["bad"].error or "")
    assert state.tasks["next"].status is TaskStatus.SKIPPED


def test_an_optional_failure_does_not_fail_the_run(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a", "exit 1"), task("b", "echo on", after={"a": EdgePolicy.OPTIONAL})))
    assert run.finish().run.status is RunStatus.COMPLETED


def test_a_task_that_takes_too_long_is_ended_and_fails(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a", "trap '' INT; sleep 60", timeout_s=0.2)))
    state = run.finish()
    assert (state.tasks["a"].status, state.tasks["a"].code) == (TaskStatus.FAILED, "worker_timeout")


def test_a_run_that_takes_too_long_ends_failed(tmp_path: Path) -> None:
    limits = Limits(max_workers=1, machine_workers=8, max_run_minutes=0.3 / 60)
    run = RealRun.make(tmp_path, plan(task("a", "sleep 60"), task("b"), limits=limits))
    state = run.finish()
    assert (state.run.status, state.run.code) == (RunStatus.FAILED, StopCode.RUN_DEADLINE)
    assert state.tasks["b"].status is TaskStatus.CANCELLED
    assert "run again" not in (run.layout.artifacts / "summary.md").read_text()
    again = control.retry(run.layout.root)
    assert (again.code, again.message) == (OutcomeCode.REFUSED, "its 0.005 minutes are over; start a new run")


def test_cancel_ends_the_run_once_and_for_ever(tmp_path: Path) -> None:
    up = tmp_path / "up"
    run = RealRun.make(
        tmp_path, plan(task("a", f'trap "" TERM; touch "{up}"; sleep 60 & wait'), task("b", after=("a",)))
    )
    run.start()
    run.until(up.exists)
    outcome = control.cancel(run.layout.root, reason="enough")
    assert (outcome.code, outcome.survivors) == (OutcomeCode.DONE, 0)
    assert outcome.ended >= 1
    state = run.wait()
    assert {str(t.status) for t in state.tasks.values()} == {"cancelled"}
    again = control.cancel(run.layout.root)
    assert again.code is OutcomeCode.NOTHING_TO_DO
    assert run.types().count("run.cancelled") == 1
    assert "cancelled" in (run.layout.artifacts / "summary.md").read_text()


def test_stop_lets_a_program_finish_by_itself(tmp_path: Path) -> None:
    up = tmp_path / "up"
    script = f'trap "echo finished; exit 0" INT; touch "{up}"; while :; do sleep 0.01; done'
    run = RealRun.make(tmp_path, plan(task("a", script), task("b", after=("a",)))).start()
    run.until(up.exists)
    outcome = control.stop(run.layout.root)
    assert outcome.ok
    assert outcome.tasks == ("b",), "what has completed was not cancelled"
    assert run.wait().tasks["a"].status is TaskStatus.COMPLETED
    assert run.result("a") == "finished\n"


def test_retry_runs_the_failed_task_and_what_was_skipped_because_of_it(tmp_path: Path) -> None:
    fix = tmp_path / "fixed"
    run = RealRun.make(
        tmp_path,
        plan(task("ok", "echo ok"), task("a", f'[ -e "{fix}" ]'), task("b", after=("a",)), task("c", after=("b",))),
    )
    assert run.finish().run.status is RunStatus.FAILED
    fix.touch()
    outcome = control.retry(run.layout.root, "a")
    assert outcome.tasks == ("a", "b", "c")
    run.until(lambda: run.state().run.status is RunStatus.COMPLETED)
    assert len(run.task("ok").attempts) == 1
    assert control.retry(run.layout.root).code is OutcomeCode.NOTHING_TO_DO


def test_commands_about_what_is_not_there_say_so(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    run.finish()
    assert control.cancel(run.layout.root, "zz").code is OutcomeCode.NO_SUCH_TASK
    assert control.retry(run.layout.root, "zz").code is OutcomeCode.NO_SUCH_TASK


def test_a_detached_coordinator_leaves_its_workers_and_the_next_one_adopts_them(tmp_path: Path) -> None:
    go, up = tmp_path / "go", tmp_path / "up"
    run = RealRun.make(
        tmp_path, plan(task("a", f'touch "{up}"; while [ ! -e "{go}" ]; do sleep 0.01; done; echo done'))
    )
    run.start()
    run.until(up.exists)
    assert run.process is not None
    run.process.terminate()
    assert run.process.wait(10) == 0
    assert run.types()[-1] == "coordinator.detached"
    run.start()
    run.until(lambda: run.types().count("coordinator.started") == 2)
    go.touch()
    state = run.wait()
    assert state.run.status is RunStatus.COMPLETED
    assert len(state.tasks["a"].attempts) == 1


def test_resume_of_an_interrupted_run_leaves_a_cancelled_task_cancelled(tmp_path: Path) -> None:
    go, up = tmp_path / "go", tmp_path / "up"
    run = RealRun.make(
        tmp_path,
        plan(
            task("a", f'touch "{up}"; while [ ! -e "{go}" ]; do sleep 0.01; done'),
            task("b", "sleep 60"),
        ),
    )
    run.start()
    run.until(lambda: up.exists() and run.task("b").status is TaskStatus.RUNNING)
    assert control.cancel(run.layout.root, "b").ok
    run.kill()
    outcome = control.resume(run.layout.root)
    assert (outcome.code, outcome.message) == (OutcomeCode.DONE, "the run goes on")
    go.touch()
    run.until(lambda: run.state().run.status.ended)
    assert run.task("b").status is TaskStatus.CANCELLED
    assert len(run.task("b").attempts) == 1


def test_a_worker_that_finished_while_nobody_looked_is_taken_over(tmp_path: Path) -> None:
    up, go = tmp_path / "up", tmp_path / "go"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; while [ ! -e "{go}" ]; do sleep 0.01; done')))
    run.start()
    run.until(up.exists)
    run.kill()
    go.touch()
    run.until(run.layout.attempt("a", 1).result.exists)
    state = run.finish()
    assert state.run.status is RunStatus.COMPLETED
    assert len(state.tasks["a"].attempts) == 1


def test_no_second_coordinator_attaches_while_one_lives(tmp_path: Path) -> None:
    up = tmp_path / "up"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; sleep 60'))).start()
    run.until(up.exists)
    second = RealRun(run.layout).start()
    assert second.process is not None
    assert second.process.wait(10) == 0
    assert run.types().count("coordinator.started") == 1
    control.cancel(run.layout.root)
    run.wait()


def test_a_supervisor_that_is_killed_leaves_a_lost_attempt_no_process_and_a_retry(tmp_path: Path) -> None:
    up = tmp_path / "up"
    script = (
        f'if [ -e "{up}" ]; then echo again; exit 0; fi; setsid sleep 60 & setsid env -i sleep 61 & touch "{up}"; wait'
    )
    run = RealRun.make(tmp_path, plan(task("a", script, retries=1))).start()
    run.until(up.exists)
    run.until(lambda: run.task("a").attempts[0].supervisor is not None)
    supervisor = run.task("a").attempts[0].supervisor
    assert supervisor is not None
    assert real_identities().signal(supervisor, signal.SIGKILL)
    state = run.wait()
    assert [a.outcome for a in state.tasks["a"].attempts] == ["lost", "completed"]
    assert state.tasks["a"].retries_spent == 1


def test_processes_that_a_step_may_keep_outlive_the_loss_of_another_worker(tmp_path: Path) -> None:
    server, up = tmp_path / "server", tmp_path / "up"
    keeps = f'setsid sleep 600 & echo $! > "{server}"'
    lost = f'if [ -e "{up}" ]; then echo again; exit 0; fi; touch "{up}"; sleep 60'
    tasks = (task("a", keeps, keep_processes=True), task("b", lost, after=("a",), retries=1))
    run = RealRun.make(tmp_path, plan(*tasks)).start()
    run.until(up.exists)
    kept = real_identities().of(int(server.read_text()))
    assert kept is not None
    try:
        run.until(lambda: run.task("b").attempts[0].supervisor is not None)
        supervisor = run.task("b").attempts[0].supervisor
        assert supervisor is not None
        assert real_identities().signal(supervisor, signal.SIGKILL)
        state = run.wait()
        assert [a.outcome for a in state.tasks["b"].attempts] == ["lost", "completed"]
        assert state.tasks["a"].attempts[0].survivors == 1
        assert real_identities().alive(kept)
    finally:
        real_identities().signal(kept, signal.SIGKILL)


def test_messages_from_a_worker_reach_the_journal_once(tmp_path: Path) -> None:
    note = '{"id":"m1","kind":"note","to":"b","text":"hello"}'
    script = f'printf \'%s\' \'{note}\' > "$CREW_OUT/.t"; mv "$CREW_OUT/.t" "$CREW_OUT/1.json"; sleep 0.05; echo done'
    run = RealRun.make(tmp_path, plan(task("a", script)))
    state = run.finish()
    assert [(m.id, m.kind, m.to, m.text) for m in state.messages] == [("m1", "note", "b", "hello")]


def test_a_run_tied_to_a_process_that_has_ended_stops(tmp_path: Path) -> None:
    from msgspec.structs import replace

    gone = replace(real_identities().current(), start_ticks=1)
    run = RealRun.make(tmp_path, replace(plan(task("a", "sleep 60")), tether=gone))
    state = run.finish()
    assert (state.run.status, state.run.code) == (RunStatus.CANCELLED, StopCode.TETHER_GONE)
    assert control.retry(run.layout.root).code is OutcomeCode.REFUSED


def test_a_result_that_somebody_removes_is_missing_and_the_run_goes_on(tmp_path: Path) -> None:
    go = tmp_path / "go"
    tasks = (
        task("a", "echo gone"),
        task("b", f'touch "{tmp_path}/up"; while [ ! -e "{go}" ]; do sleep 0.01; done', after=("a",)),
        task("c", 'cat "$CREW_INPUTS"', after=("b", "a")),
    )
    run = RealRun.make(tmp_path, plan(*tasks)).start()
    run.until((tmp_path / "up").exists)
    (run.layout.artifacts / "results" / "a.txt").unlink()
    go.touch()
    assert run.wait().run.status is RunStatus.COMPLETED, run.log()
    assert "(the result file is missing)" in run.result("c")


def test_files_that_are_no_commands_are_set_aside_and_stop_nobody(tmp_path: Path) -> None:
    up = tmp_path / "up"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; sleep 60'))).start()
    run.until(up.exists)
    new, done = run.layout.commands_new, run.layout.commands_done
    strange = {
        b"bytes.json": b'{"id": "\xff"}',
        b"nested.json": b"[" * 100_000,
        b"long.json": b" " * (4 * 1024 * 1024 + 1),
        b"name-\xff.json": b"{}",
        b"n" * 250: b"{}",
    }
    for name, data in strange.items():
        (new / os.fsdecode(name)).write_bytes(data)
    assert control.cancel(run.layout.root).ok
    assert run.wait().run.status is RunStatus.CANCELLED, run.log()
    assert list(new.iterdir()) == []
    assert len(list(done.glob("*.refused"))) == len(strange)


def test_a_silent_coordinator_is_named_and_force_takes_over(tmp_path: Path) -> None:
    up = tmp_path / "up"
    run = RealRun.make(tmp_path, plan(task("a", f'touch "{up}"; sleep 60'))).start()
    run.until(up.exists)
    assert run.process is not None
    os.kill(run.process.pid, signal.SIGSTOP)
    with pytest.raises(control.NoAnswer, match=str(run.process.pid)):
        control.cancel(run.layout.root)
    assert control.cancel(run.layout.root, force=True).ok
    run.process.wait(10)
    assert run.task("a").status is TaskStatus.CANCELLED


@pytest.mark.parametrize("seed", range(24))
def test_random_graphs_with_real_supervisors_end_as_defined(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    size = chance.randint(2, 6)
    tasks = []
    for i in range(size):
        names = chance.sample([f"t{j}" for j in range(i)], chance.randint(0, min(i, 2)))
        outcome = chance.choice(["true", "true", "true", "exit 1", "kill -9 $$"])
        script = f"sleep 0.0{chance.randint(0, 4)}; {outcome}"
        policies = {name: chance.choice(list(EdgePolicy)) for name in names}
        tasks.append(task(f"t{i}", script, after=policies, retries=chance.randint(0, 1)))
    limits = Limits(max_workers=chance.randint(1, 3), machine_workers=8)
    run = RealRun.make(tmp_path, plan(*tasks, limits=limits))
    state = run.finish()
    bad = {t.id for t in tasks if "exit 1" in t.text or "kill" in t.text}
    for t in state.tasks.values():
        barred = any(
            t.policy(d) is EdgePolicy.SUCCESS and state.tasks[d].status is not TaskStatus.COMPLETED
            for d in t.depends_on
        )
        expected = TaskStatus.SKIPPED if barred else TaskStatus.FAILED if t.id in bad else TaskStatus.COMPLETED
        assert t.status is expected
        for dependency in t.depends_on:
            ended = state.tasks[dependency].finished_at
            if t.started_at and ended:
                assert parse_iso(t.started_at) >= parse_iso(ended)
