"""Whether a run lives, and what speaks against its record: each rule with its file and its event."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.picrew.living import SETTLING_S, STILL_S
from crew_core.observe.picrew.reading import PicrewReader, PicrewReading
from crew_core.observe.picrew.row import PicrewRow
from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import Liveness, SliceName
from crew_core.observe.watcher import NO_HINTS
from tests.observe.picrew import written
from tests.observe.picrew.written import RUNNER_PID, ScriptedProcesses, WrittenPicrew, epoch, moment

NOBODY = ScriptedProcesses()


def read(run: WrittenPicrew, processes: ScriptedProcesses = NOBODY, later: float = 60.0) -> PicrewReading:
    """The run as it is seen so many seconds after the last thing in it; the row must say the same."""
    now = epoch(run.clock + later)
    reading = PicrewReader(run.run, processes, lambda: now).read()
    row = PicrewRow(run.run, processes).read(now)
    assert row.live is reading.live
    assert row.status is (reading.run.status if reading.run else None)
    assert row.doubt == (reading.against[0].says if reading.against else "")
    assert row.why == reading.why
    assert row.foreign
    return reading


def rules(reading: PicrewReading) -> list[str]:
    return [each.rule for each in reading.evidence]


def test_a_run_that_ended_well_is_not_doubted(tmp_path: Path) -> None:
    reading = read(written.completed(tmp_path))
    assert reading.run is not None
    assert (reading.run.status, reading.live) == (RunStatus.COMPLETED, Liveness.ENDED)
    assert (reading.against, reading.task_doubts) == ((), {})
    assert reading.problems == ()
    assert [task.status for task in reading.tasks] == [TaskStatus.COMPLETED] * 3
    assert rules(reading) == ["recorded-end", "journal-end"]
    assert reading.evidence[1].seq == reading.count


def test_a_failed_run_says_why(tmp_path: Path) -> None:
    reading = read(written.failed(tmp_path))
    assert reading.run is not None
    assert reading.run.status is RunStatus.FAILED
    assert reading.reasons["02_execute"] == "it broke"
    assert reading.reasons["03_verify"] == "skipped because 02_execute did not complete"
    assert (reading.against, reading.task_doubts) == ((), {})


def test_a_background_runner_that_lives_is_known_by_its_start(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    reading = read(run, ScriptedProcesses({RUNNER_PID: epoch(0.1)}), later=3600)
    assert (reading.live, rules(reading)[0]) == (Liveness.LIVE, "runner-alive")
    assert reading.coordinator.endswith("alive")


def test_a_background_runner_that_is_gone_is_an_interruption(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    reading = read(run)
    assert (reading.live, rules(reading)[0]) == (Liveness.INTERRUPTED, "runner-gone")
    assert reading.evidence[0].path == run.run / "async.pid"
    assert reading.task_doubts["02_execute"].rule == "nobody-works"
    assert reading.why.startswith("nobody works on it: its background runner, pid 4000001, is gone")


def test_a_pid_that_another_process_has_now_is_not_the_runner(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    reading = read(run, ScriptedProcesses({RUNNER_PID: epoch(86_400)}), later=90_000)
    assert (reading.live, rules(reading)[0]) == (Liveness.INTERRUPTED, "runner-gone")
    assert "another process has that pid now" in reading.evidence[0].says


def test_a_runner_that_is_not_here_while_the_run_moves_is_unknown(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    assert read(run, later=SETTLING_S / 2).live is Liveness.UNKNOWN


def test_in_a_session_the_workers_speak_for_it(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path)
    pid = run.tasks[1]["checkpoint"]["childPid"]
    alive = read(run, ScriptedProcesses({pid: epoch(run.clock)}), later=3600)
    assert (alive.live, rules(alive)[0]) == (Liveness.LIVE, "worker-alive")
    assert alive.workers[0].alive is True
    gone = read(run)
    assert (gone.live, rules(gone)[0]) == (Liveness.INTERRUPTED, "worker-gone")
    spawned = [event.seq for event in gone.log.first(gone.count) if event.type == "worker.spawned"]
    assert (gone.evidence[0].path, gone.evidence[0].seq) == (run.run / "events.jsonl", spawned[-1])
    assert gone.workers[0].alive is False


@pytest.mark.parametrize(
    ("later", "live", "rule"),
    [
        (5, Liveness.LIVE, "progress"),
        (300, Liveness.UNKNOWN, "unsure"),
        (STILL_S + 1, Liveness.INTERRUPTED, "no-progress"),
        (-3600, Liveness.UNKNOWN, "other-clock"),
    ],
)
@pytest.mark.parametrize("background", [True, False])
def test_a_run_recorded_elsewhere_is_judged_by_when_it_moved_last(
    tmp_path: Path, later: float, live: Liveness, rule: str, background: bool
) -> None:
    run = written.orphaned(tmp_path, background=background)
    run.manifest["stateRoot"] = "/home/somebody/else/.crew/state/runs/x"
    run.save()
    reading = read(run, later=later)
    assert (reading.live, rules(reading)[0]) == (live, rule)
    assert "pid-elsewhere" in rules(reading)
    assert reading.workers[0].alive is None


def test_a_letter_to_a_dead_run_is_no_sign_of_life(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path)
    run.manifest["stateRoot"] = "/elsewhere"
    run.clock += 2 * STILL_S
    run.event("mailbox.message", "02_execute")
    run.event("task.status_transitioned", "02_execute")
    run.save()
    assert read(run, later=1).live is Liveness.INTERRUPTED


def test_a_resumed_run_is_not_judged_by_its_former_runner(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    run.event("run.resume_requested")
    run.event("run.running")
    pid = run.start(1)
    reading = read(run, ScriptedProcesses({pid: epoch(run.clock)}))
    assert (reading.live, rules(reading)[0]) == (Liveness.LIVE, "worker-alive")


def test_a_runner_that_recorded_its_own_end_works_no_more(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path, background=True)
    seq = run.event("async.failed", data={"detail": "boom"})
    reading = read(run, later=1)
    assert (reading.live, rules(reading)[0], reading.evidence[0].seq) == (Liveness.INTERRUPTED, "runner-ended", seq)


def _exit_code(run: WrittenPicrew) -> None:
    run.end(0, exit_code=3)


def _cancelled(run: WrittenPicrew) -> None:
    run.event("worker.cancelled", "01_explore")
    run.end(0, answer="", exit_code=None)


def _cancelled_in_the_record_only(run: WrittenPicrew) -> None:
    run.end(0)
    run.tasks[0]["terminalEvidence"][0] |= {"status": "cancelled"}


def _killed(run: WrittenPicrew) -> None:
    run.end(0, exit_code=None)


def _timed_out(run: WrittenPicrew) -> None:
    run.event("worker.response_timeout", "01_explore")
    run.end(0)


def _model_error(run: WrittenPicrew) -> None:
    run.end(0, answer="Half an ans", stopReason="error", errorMessage="503")


def _cut(run: WrittenPicrew) -> None:
    run.end(0, stopReason="length")


def _silent(run: WrittenPicrew) -> None:
    run.end(0, answer="")


def _only_tools(run: WrittenPicrew) -> None:
    run.end(0, answer="", stopReason="toolUse")


def _unheard(run: WrittenPicrew) -> None:
    run.end(0, 'Done.\n{"type":"supervisor_contact","reason":"decision_needed","message":"Raise or return?"}')


def _unverified(run: WrittenPicrew) -> None:
    run.end(0)
    run.tasks[0]["verification"] = {"satisfied": False, "commands": [{"cmd": "make test", "status": "failed"}]}


def _failed_in_the_journal(run: WrittenPicrew) -> None:
    run.end(0)
    run.event("task.failed", "01_explore")


def _without_result(run: WrittenPicrew) -> None:
    run.end(0, answer="")
    del run.tasks[0]["resultArtifact"]


@pytest.mark.parametrize(
    ("happen", "rule", "where"),
    [
        (_exit_code, "exit-code", "events.jsonl"),
        (_cancelled, "worker-cancelled", "events.jsonl"),
        (_cancelled_in_the_record_only, "worker-cancelled", "tasks.json"),
        (_killed, "worker-killed", "events.jsonl"),
        (_timed_out, "worker-timeout", "events.jsonl"),
        (_model_error, "model-error", "events.jsonl"),
        (_cut, "answer-cut", "events.jsonl"),
        (_silent, "no-answer", "01_explore.txt"),
        (_only_tools, "no-answer", "events.jsonl"),
        (_unheard, "unheard-question", "events.jsonl"),
        (_unverified, "unverified", "tasks.json"),
        (_failed_in_the_journal, "journal-differs", "events.jsonl"),
        (_without_result, "no-answer", "tasks.json"),
    ],
)
def test_completed_over_a_worker_that_did_not_is_doubted(
    tmp_path: Path, happen: Callable[[WrittenPicrew], None], rule: str, where: str
) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    happen(run)
    run.finish()
    reading = read(run)
    assert reading.run is not None
    assert (reading.run.status, reading.tasks[0].status) == (RunStatus.COMPLETED, TaskStatus.COMPLETED)
    doubt = reading.task_doubts["01_explore"]
    assert (doubt.rule, doubt.path and doubt.path.name) == (rule, where)
    assert (doubt.seq is not None) is (where == "events.jsonl")
    assert reading.against[0].rule == rule
    assert reading.against[0].says.startswith("01_explore: ")


def test_a_doubt_about_a_task_does_not_question_a_cancelled_run(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    _killed(run)
    run.finish("cancelled", "Cancelled by the user.")
    reading = read(run)
    assert reading.task_doubts["01_explore"].rule == "worker-killed"
    assert reading.against == ()
    assert SelectedRun(run.run).read(NO_HINTS)[SliceName.RUN].doubts == ()


def test_a_worker_that_answered_and_did_not_go_away_is_not_doubted(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    run.event("worker.final_drain", "01_explore")
    run.end(0, exit_code=None)
    run.finish()
    reading = read(run)
    assert (reading.against, reading.task_doubts) == ((), {})


def test_what_an_earlier_attempt_came_to_is_no_doubt_about_the_last(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    run.event("worker.cancelled", "01_explore")
    cancelled = {"operation": "worker", "status": "cancelled", "finishedAt": moment(run.clock)}
    run.event("task.cancelled", "01_explore")
    run.clock += 60
    run.event("task.retried", "01_explore")
    run.start(0)
    run.end(0)
    run.tasks[0]["terminalEvidence"].insert(0, cancelled)
    run.finish()
    reading = read(run)
    assert (reading.against, reading.task_doubts) == ((), {})
    assert [(attempt.n, str(attempt.cause), str(attempt.outcome)) for attempt in reading.tasks[0].attempts] == [
        (1, "first", "cancelled"),
        (2, "retry", "completed"),
    ]


def test_a_dry_run_completed_nothing(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, runtimeResolution={"kind": "scaffold"})
    for task in run.tasks:
        task |= {"status": "completed", "startedAt": moment(1), "finishedAt": moment(1), "exitCode": 0}
    run.finish()
    reading = read(run)
    assert [doubt.rule for doubt in reading.against] == ["scaffold"]
    assert {doubt.rule for doubt in reading.task_doubts.values()} == {"scaffold"}


def test_a_guard_that_should_have_held_the_run_is_a_doubt(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, ("explore",), runConfig={"runtime": {"effectivenessGuard": "block"}})
    run.start(0)
    run.end(0)
    run.tasks[0] |= {"jsonEvents": 0, "usage": None}
    run.finish()
    assert [doubt.rule for doubt in read(run).against] == ["nothing-observed"]


def test_a_completed_run_with_open_tasks_is_doubted(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    run.tasks[2] |= {"status": "queued"}
    run.save()
    reading = read(run)
    assert [doubt.says for doubt in reading.against] == ["not all of its 3 tasks completed: 1 queued"]


def test_a_journal_that_says_another_end_is_a_doubt(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    seq = run.event("run.failed")
    assert [(doubt.rule, doubt.seq) for doubt in read(run).against] == [("journal-differs", seq)]
    run.manifest["status"] = "running"
    run.save()
    assert [(doubt.rule, doubt.seq) for doubt in read(run).against] == [("journal-differs", seq)]


def test_a_manifest_that_was_just_written_is_not_doubted_before_its_event(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    run.end(0)
    run.manifest["status"] = "completed"
    run.save()
    assert read(run, later=1).problems == ()
    assert [problem.what for problem in read(run, later=60).problems] == ["has no end of the run"]
    assert read(run, later=60).against == ()


@pytest.mark.parametrize(
    ("word", "status"),
    [("planning", RunStatus.RUNNING), ("stopped", RunStatus.CANCELLED), ("finished", None), ("Completed", None)],
)
def test_words_for_the_state_of_a_run(tmp_path: Path, word: str, status: RunStatus | None) -> None:
    run = written.completed(tmp_path)
    run.manifest["status"] = word
    run.save()
    reading = read(run)
    assert (reading.run.status if reading.run else None) is status
    if status is None:
        assert reading.live is Liveness.UNKNOWN
        assert any("is not known" in problem.what for problem in reading.problems)


@pytest.mark.parametrize(
    ("word", "status"),
    [("needs_attention", TaskStatus.RUNNING), ("stopped", TaskStatus.CANCELLED), ("waiting", TaskStatus.WAITING)],
)
def test_words_for_the_state_of_a_task(tmp_path: Path, word: str, status: TaskStatus) -> None:
    run = WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    run.tasks[0]["status"] = word
    run.save()
    assert read(run).tasks[0].status is status


def test_a_word_that_nobody_knows_is_never_an_end(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    run.tasks[0]["status"] = "kompleted"
    run.save()
    reading = read(run)
    assert reading.tasks[0].status is TaskStatus.RUNNING
    assert reading.task_doubts["01_explore"].rule == "unknown-status"
    assert reading.against


def test_a_blocked_run_says_whom_it_waits_for(tmp_path: Path) -> None:
    reading = read(written.planned(tmp_path))
    assert reading.why == "its plan waits for approval"
    assert reading.reasons["adaptive-02-executor"] == "waits for plan approval"
    assert PicrewRow(written.planned(tmp_path / "b").run).read(time.time()).needs_you
    waiting = WrittenPicrew(tmp_path / "c", ("explore",))
    waiting.start(0)
    waiting.tasks[0]["status"] = "waiting"
    waiting.finish("blocked", "Waiting for response to task '01_explore'.")
    assert read(waiting).why == "01_explore waits for an answer"


def test_the_row_counts_tasks(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path)
    row = PicrewRow(run.run, NOBODY).read(epoch(run.clock + 60))
    assert (row.done, row.total, row.running, row.needs_you) == (1, 3, 1, True)
    assert (row.team, row.goal, row.project) == ("fast-fix", "Guard the division", str(tmp_path))
