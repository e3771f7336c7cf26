"""Steering runs that nobody looks after, and asking for the same thing twice."""

from __future__ import annotations

import errno
import os
import re
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from crew_core.model.commands import CommandKind, CommandRecord, Outcome, OutcomeCode
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.ops import control
from crew_core.ops.errors import NoAnswer, NotRecorded, NotWritten, OpsError
from crew_core.ops.forcing import living_supervisors
from crew_core.store.fs import RealFs
from crew_core.store.identity import real_identities
from crew_core.store.snapshot import read_snapshot
from tests import leftovers
from tests.engine.real_run import RealRun
from tests.engine.run_builders import plan, task
from tests.ops.crew_project import until_ended
from tests.seams.faulty_fs import Fault, FaultyFs

CANCEL = control.Wanted(CommandKind.CANCEL)

pytestmark = pytest.mark.usefixtures("no_process_left")


def _working(tmp_path: Path, *more: str, script: str = "sleep 60") -> RealRun:
    """A run whose task ``a`` works, with tasks ``more`` that wait for it."""
    up = tmp_path / "up"
    tasks = [task("a", f'touch "{up}"; {script}'), *(task(name, after=("a",)) for name in more)]
    run = RealRun.make(tmp_path, plan(*tasks)).start()
    run.until(up.exists)
    return run


def _on_full_disk() -> control.Sender:
    return control.Sender(fs=FaultyFs(RealFs(), FULL_DISK))


def _twice_at_once(ask: Callable[[], Outcome]) -> list[Outcome]:
    outcomes: list[Outcome] = []
    threads = [threading.Thread(target=lambda: outcomes.append(ask())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_cancel_ends_workers_that_nobody_looks_after(tmp_path: Path) -> None:
    run = _working(tmp_path)
    run.kill()
    outcome = control.cancel(run.layout.root)
    assert (outcome.code, outcome.survivors) == (OutcomeCode.DONE, 0)
    assert outcome.ended >= 1
    assert run.types().count("coordinator.started") == 2
    assert until_ended(run) == "cancelled"


def test_resume_takes_over_what_goes_on(tmp_path: Path) -> None:
    go = tmp_path / "go"
    run = _working(tmp_path, "b", script=f'while [ ! -e "{go}" ]; do sleep 0.01; done')
    run.kill()
    assert control.resume(run.layout.root).ok
    go.touch()
    assert until_ended(run) == "completed"
    assert len(run.task("a").attempts) == 1


def test_resume_of_what_has_completed_has_nothing_to_do(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    run.finish()
    before = run.types()
    assert control.resume(run.layout.root).code is OutcomeCode.NOTHING_TO_DO
    assert control.stop(run.layout.root).code is OutcomeCode.NOTHING_TO_DO
    assert until_ended(run) == "completed"
    assert run.types().count("attempt.starting") == before.count("attempt.starting")


def test_cancel_of_one_task_skips_what_needs_it_and_leaves_the_rest(tmp_path: Path) -> None:
    up, go = tmp_path / "up", tmp_path / "go"
    waiting = f'touch "{up}-$CREW_TASK_ID"; while [ ! -e "{go}" ]; do sleep 0.01; done'
    run = RealRun.make(tmp_path, plan(task("a", waiting), task("b", waiting), task("c", after=("a",)))).start()
    run.until(lambda: (tmp_path / "up-a").exists() and (tmp_path / "up-b").exists())
    outcome = control.cancel(run.layout.root, "a", reason="wrong way")
    assert (outcome.code, outcome.tasks) == (OutcomeCode.DONE, ("a",))
    assert control.cancel(run.layout.root, "a").code is OutcomeCode.NOTHING_TO_DO
    go.touch()
    state = run.wait()
    assert [str(state.tasks[name].status) for name in "abc"] == ["cancelled", "completed", "skipped"]
    assert str(state.run.status) == "cancelled"


def test_cancel_twice_at_once_is_answered_twice_and_happens_once(tmp_path: Path) -> None:
    run = _working(tmp_path, "b")
    outcomes = _twice_at_once(lambda: control.cancel(run.layout.root))
    assert [outcome.ok for outcome in outcomes] == [True, True]
    run.wait()
    assert run.types().count("run.cancelled") == 1


def test_retry_twice_at_once_runs_again_once(tmp_path: Path) -> None:
    fixed = tmp_path / "fixed"
    run = RealRun.make(tmp_path, plan(task("a", f'[ -e "{fixed}" ]')))
    assert run.finish().tasks["a"].status is TaskStatus.FAILED
    fixed.touch()
    codes = [str(outcome.code) for outcome in _twice_at_once(lambda: control.retry(run.layout.root))]
    assert sorted(codes) == ["done", "nothing_to_do"]
    run.until(lambda: str(run.state().run.status) == "completed")
    assert len(run.task("a").attempts) == 2


def test_a_command_that_is_put_twice_is_carried_out_once(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a", "exit 1")))
    run.finish()
    assert control.retry(run.layout.root).ok
    until_ended(run)
    (done,) = run.layout.commands_done.iterdir()
    again = run.layout.commands_new / done.name
    again.write_bytes(msgspec.json.encode(read_snapshot(done, CommandRecord).command))
    assert control.cancel(run.layout.root).code is OutcomeCode.NOTHING_TO_DO
    run.until(lambda: not again.exists())
    assert run.types().count("command.accepted") == 2
    assert len(run.task("a").attempts) == 2


def test_a_silent_supervisor_is_named_and_force_ends_its_whole_tree(tmp_path: Path) -> None:
    run = _working(tmp_path)
    ((name, supervisor),) = living_supervisors(run.layout, None, real_identities())
    os.kill(supervisor.pid, signal.SIGSTOP)
    with pytest.raises(NoAnswer) as caught:
        control.cancel(run.layout.root)
    assert f"supervisor of {name} (pid {supervisor.pid}) has not reported the end" in caught.value.why
    assert caught.value.exit_status == 1
    outcome = control.cancel(run.layout.root, force=True)
    assert (outcome.ok, outcome.survivors) == (True, 0)
    assert not real_identities().alive(supervisor)
    assert str(run.wait().run.status) == "cancelled"


def test_force_changes_nothing_for_a_run_that_answers(tmp_path: Path) -> None:
    run = _working(tmp_path)
    assert control.cancel(run.layout.root, force=True).ok
    run.wait()
    assert run.types().count("coordinator.started") == 1


def test_a_coordinator_that_cannot_start_is_said_with_the_place_to_look(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    sender = control.Sender(launch=lambda run_dir: None)
    with pytest.raises(NoAnswer, match=r"no coordinator took it; see .*coordinator\.log"):
        sender.send(run.layout.root, CANCEL, 0.05)
    assert len(list(run.layout.commands_new.iterdir())) == 1
    assert control.cancel(run.layout.root).ok
    until_ended(run)
    assert run.state().run.status is RunStatus.CANCELLED
    assert not run.state().tasks["a"].attempts, "it was cancelled before it began"


def test_a_coordinator_that_takes_its_time_is_started_once(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    started: list[Path] = []
    with pytest.raises(NoAnswer):
        control.Sender(launch=started.append, again_s=60.0).send(run.layout.root, CANCEL, 0.3)
    assert started == [run.layout.root]


def test_after_a_coordinator_that_left_without_an_answer_another_one_is_started(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    started: list[Path] = []

    def launch(run_dir: Path) -> None:
        started.append(run_dir)
        if len(started) == 2:
            control.launch_coordinator(run_dir)

    assert control.Sender(launch=launch, again_s=0.1).send(run.layout.root, CANCEL, 20.0).ok
    until_ended(run)


def test_a_coordinator_that_cannot_be_started_is_an_error_of_the_command(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))

    def refuse(run_dir: Path) -> None:
        raise OSError(errno.EAGAIN, "Resource temporarily unavailable")

    with pytest.raises(OpsError, match=r"cancel .*: no coordinator could be started: .*temporarily"):
        control.Sender(launch=refuse).send(run.layout.root, CANCEL, 1.0)


FULL_DISK = (Fault(errno=errno.ENOSPC, lasting=True),)


def test_a_command_that_cannot_be_written_was_not_given(tmp_path: Path) -> None:
    run = RealRun.make(tmp_path, plan(task("a")))
    started: list[Path] = []
    sender = control.Sender(fs=FaultyFs(RealFs(), FULL_DISK), launch=started.append)
    with pytest.raises(NotWritten, match=r"cancel .*: the command was not written: .*No space left.*; --force ends "):
        sender.send(run.layout.root, CANCEL, 1.0)
    with pytest.raises(NotWritten, match=r"No space left[^;]*$"):
        sender.send(run.layout.root, control.Wanted(CommandKind.RETRY), 1.0)
    assert started == []


def test_without_force_nothing_ends_on_a_full_disk(tmp_path: Path) -> None:
    run = _working(tmp_path)
    with pytest.raises(NotWritten):
        _on_full_disk().end(run.layout.root, CANCEL, force=False)
    assert run.process is not None
    assert run.process.poll() is None
    assert control.cancel(run.layout.root).ok
    run.wait()


@pytest.mark.parametrize("kind", [CommandKind.CANCEL, CommandKind.STOP])
def test_force_ends_everything_on_a_full_disk_and_says_that_it_is_not_recorded(
    tmp_path: Path, test_id: str, kind: CommandKind
) -> None:
    # The child is in a session of its own, and not the agent's first process, which ends with its supervisor.
    child = tmp_path / "child"
    run = _working(tmp_path, script=f"setsid sh -c 'touch \"{child}\"; sleep 60; true' & sleep 60")
    run.until(child.exists)
    ((_, supervisor),) = living_supervisors(run.layout, None, real_identities())
    assert run.process is not None
    with pytest.raises(NotRecorded) as caught:
        _on_full_disk().end(run.layout.root, control.Wanted(kind), force=True)
    assert run.process.wait() == -signal.SIGKILL
    assert leftovers.living(leftovers.Origin(test_id, tmp_path)) == []
    who = rf"ended coordinator \(pid {run.process.pid}\), supervisor of a \(pid {supervisor.pid}\), \d+ process"
    assert re.match(rf"{who}.*, no process left alive, but this is not recorded: .*No space left", caught.value.why)
    assert caught.value.hint.endswith(f"crew-tui {kind} {run.layout.run_id} records it")
    assert caught.value.exit_status == 1
    assert run.state().run.status is RunStatus.RUNNING, "nobody could write it down"
    assert control.Sender().end(run.layout.root, control.Wanted(kind), force=False).ok
    assert until_ended(run) == "cancelled"


def test_force_on_a_full_disk_leaves_the_workers_of_other_tasks(tmp_path: Path) -> None:
    up = tmp_path / "up"
    tasks = [task(name, f'touch "{up}-{name}"; sleep 60') for name in "ab"]
    run = RealRun.make(tmp_path, plan(*tasks)).start()
    run.until(lambda: all(Path(f"{up}-{name}").exists() for name in "ab"))
    with pytest.raises(NotRecorded, match=r"no process of a left alive.*cancel .* --task a records it") as caught:
        _on_full_disk().end(run.layout.root, control.Wanted(CommandKind.CANCEL, "a"), force=True)
    assert run.process is not None
    run.process.wait()
    assert "supervisor of b" not in str(caught.value)
    assert [name for name, _ in living_supervisors(run.layout, None, real_identities())] == ["b"]
    assert control.cancel(run.layout.root).ok
    until_ended(run)


def test_a_command_to_a_run_that_was_removed_does_not_make_it_anew(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="No such file or directory"):
        control.Sender().send(tmp_path / "team_1", CANCEL, 1.0)
    assert not (tmp_path / "team_1").exists()
