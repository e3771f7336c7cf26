"""Reading a run of pi-crew: what did not change is the same object, each byte of the journal is read once."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crew_core.model.status import AttemptPhase, TaskStatus
from crew_core.observe.output import OutputReader
from crew_core.observe.picrew.contained import LONGEST_LINE
from crew_core.observe.picrew.reading import PicrewReader
from crew_core.observe.picrew.source import PicrewRun
from crew_core.observe.selected import SelectedRun
from crew_core.observe.slices import Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Box, ChangeKind, PlanChange, PlanRevision
from crew_core.observe.watcher import NO_HINTS, Hints
from tests.observe.picrew import written
from tests.observe.picrew.written import ScriptedProcesses, WrittenPicrew, epoch

NOBODY = ScriptedProcesses()


def reader_of(run: WrittenPicrew) -> PicrewReader:
    return PicrewReader(run.run, NOBODY, lambda: epoch(run.clock + 60))


def test_nothing_new_is_the_very_same_reading(tmp_path: Path) -> None:
    for make in (written.completed, written.orphaned, written.planned):
        run = make(tmp_path / make.__name__)
        reader = reader_of(run)
        first = reader.read()
        assert reader.read() is first


def test_only_what_was_appended_is_read_and_only_what_changed_is_new(tmp_path: Path) -> None:
    run = WrittenPicrew(tmp_path, [f"step{number}" for number in range(40)])
    reader = reader_of(run)
    before = reader.read()
    size = (run.run / "events.jsonl").stat().st_size
    assert reader.bytes_read == size
    run.start(7)
    after = reader.read()
    assert reader.bytes_read == (run.run / "events.jsonl").stat().st_size
    assert after.log is before.log
    changed = [now.id for was, now in zip(before.tasks, after.tasks, strict=True) if now is not was]
    assert changed == ["08_step7"]
    assert after.tasks[7].status is TaskStatus.RUNNING
    assert after.plan is before.plan


def test_a_rewritten_file_that_says_the_same_changes_nothing(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    first = reader.read()
    run.save()
    assert reader.read() is first


def test_a_half_written_line_waits_for_its_rest(tmp_path: Path) -> None:
    run = written.orphaned(tmp_path)
    run.event("task.progress", "02_execute", data={"toolCount": 1})
    journal = run.run / "events.jsonl"
    whole = journal.read_bytes()
    cut = whole.rstrip(b"\n").rfind(b"\n") + 30
    journal.write_bytes(whole[:cut])
    (run.run / "events.jsonl.seq").write_text(str(run.seq - 1))
    reader = PicrewReader(run.run, NOBODY, lambda: epoch(run.clock + 5))
    half = reader.read()
    assert half.problems == ()
    with journal.open("ab") as file:
        file.write(whole[cut:])
    assert reader.read().count == half.count + 1


def test_a_journal_that_was_shortened_is_read_anew(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    first = reader.read()
    journal = run.run / "events.jsonl"
    kept = journal.read_bytes().splitlines(keepends=True)[4:]
    (run.run / "new").write_bytes(b"".join(kept))
    (run.run / "new").rename(journal)
    after = reader.read()
    assert after.log is not first.log
    assert after.count == first.count - 4
    assert [problem.what for problem in after.problems] == ["begins with event 5: what came before is gone"]
    assert after.run is not None
    assert after.run.started_at == after.run.created_at


def test_a_journal_that_was_written_over_in_place_is_read_anew(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    first = reader.read()
    journal = run.run / "events.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    with journal.open("r+b") as file:
        file.write(b"".join([*lines[1:], *lines[1:]]))
    after = reader.read()
    assert after.log is not first.log
    assert (after.count, after.log[0].type) == (2 * len(lines) - 2, "run.running")


def test_a_journal_that_was_cut_at_a_line_is_noticed(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    journal = run.run / "events.jsonl"
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:-2]))
    reading = reader_of(run).read()
    assert [problem.what for problem in reading.problems] == [
        f"ends with event {run.seq - 2}, but {run.seq} were written",
        "has no end of the run",
    ]
    assert reading.problems[0].seq == run.seq - 2


def test_a_line_of_a_megabyte_is_passed_over_and_told(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    before = reader.read()
    offset = (run.run / "events.jsonl").stat().st_size
    with (run.run / "events.jsonl").open("ab") as file:
        file.write(b'{"type":"x' + b"y" * LONGEST_LINE)
    assert reader.read().count == before.count
    with (run.run / "events.jsonl").open("ab") as file:
        file.write(b'"}\n')
    run.event("mailbox.message")
    after = reader.read()
    assert after.count == before.count + 1
    assert any(f"(byte {offset})" in problem.what for problem in after.problems)


def test_a_damaged_line_hides_no_other(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    journal = run.run / "events.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3][: len(lines[3]) // 2] + b"\n"
    journal.write_bytes(b"".join(lines))
    reading = reader_of(run).read()
    assert reading.count == len(lines) - 1
    assert len(reading.problems) == 1
    assert f"line at byte {sum(map(len, lines[:3]))}" in reading.problems[0].what
    assert reading.live is Liveness.ENDED


def test_a_damaged_manifest_leaves_what_was_known(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    known = reader.read()
    whole = (run.run / "manifest.json").read_bytes()
    (run.run / "manifest.json").write_bytes(whole[:200])
    after = reader.read()
    assert after.run is known.run
    assert [problem.path.name for problem in after.problems] == ["manifest.json"]
    fresh = reader_of(run).read()
    assert (fresh.run, fresh.live) == (None, Liveness.UNKNOWN)
    assert len(fresh.tasks) == 3
    (run.run / "manifest.json").write_bytes(whole)
    assert reader.read().problems == ()


def test_one_damaged_task_hides_no_other(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    path = run.run / "tasks.json"
    path.write_bytes(path.read_bytes().replace(b'"id": "02_execute"', b'"id": "02\xff\xfexecu"', 1))
    reading = reader_of(run).read()
    assert [task.id for task in reading.tasks] == ["01_explore", "03_verify"]
    assert any("entry 2 is damaged" in problem.what for problem in reading.problems)


def test_a_run_that_vanishes_is_gone_and_comes_back(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    reader = reader_of(run)
    reader.read()
    run.run.rename(tmp_path / "aside")
    gone = reader.read()
    assert gone.gone
    assert (gone.run, gone.live, gone.count) == (None, Liveness.UNKNOWN, 0)
    (tmp_path / "aside").rename(run.run)
    assert reader.read().count == run.seq


def _link(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)


@pytest.mark.parametrize("name", ["manifest.json", "tasks.json", "events.jsonl", "mailbox/inbox.jsonl"])
def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path, name: str) -> None:
    run = written.planned(tmp_path)
    run.letter("inbox", "Hello")
    outside = tmp_path / "outside"
    shutil.copy(run.run / name, outside)
    _link(run.run / name, outside)
    reading = reader_of(run).read()
    told = [*reading.problems, *reading.mail_problems]
    assert any(problem.path == run.run / name and "symbolic link" in problem.what for problem in told)


def test_a_link_in_place_of_a_directory_is_not_followed(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    shutil.move(run.run / "mailbox", tmp_path / "outside")
    (run.run / "mailbox").symlink_to(tmp_path / "outside")
    reading = reader_of(run).read()
    assert reading.mail == ()
    assert any("symbolic link" in problem.what for problem in reading.mail_problems)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_holds_nobody_up(tmp_path: Path, make: Callable[[Path], None]) -> None:
    run = written.completed(tmp_path)
    (run.run / "manifest.json").unlink()
    make(run.run / "manifest.json")
    reading = reader_of(run).read()
    assert (reading.run, reading.live) == (None, Liveness.UNKNOWN)
    assert any("no regular file" in problem.what or "directory" in problem.what for problem in reading.problems)


def test_fields_of_the_wrong_type_are_as_good_as_absent(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    run.manifest |= {"goal": 7, "artifacts": "none", "async": [], "planApproval": "yes", "updatedAt": None}
    run.tasks[0] |= {"usage": [], "heartbeat": "no", "terminalEvidence": {"a": 1}, "exitCode": 10**40, "error": {}}
    run.tasks[1] |= {"dependsOn": "01", "checkpoint": 3, "agentProgress": {"toolCount": "9", "recentTools": [4]}}
    run.save()
    run.event("task.progress", "02_execute", data=["no", "object"], message=9)
    reading = reader_of(run).read()
    assert reading.run is not None
    assert reading.live is Liveness.ENDED
    assert len(reading.tasks) == 3
    assert reading.count == run.seq


def test_an_attempt_stands_for_each_start(tmp_path: Path) -> None:
    reading = reader_of(written.orphaned(tmp_path)).read()
    explored, executing, verifying = (task.attempts for task in reading.tasks)
    assert [(attempt.phase, attempt.exit_code) for attempt in explored] == [(AttemptPhase.ENDED, 0)]
    assert [attempt.phase for attempt in executing] == [AttemptPhase.RUNNING]
    assert verifying == ()
    assert reading.tasks[1].depends_on == ("01_explore",)


def test_a_recorded_cost_of_nothing_is_unknown(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    run.tasks[0]["usage"]["cost"] = 0
    run.save()
    first, second = reader_of(run).read().tasks[:2]
    assert (first.used.tokens, first.used.cost, first.used.cost_unknown) == (12, None, 1)
    assert second.used.cost == 0.5


def test_an_attempt_names_the_model_that_it_got_and_what_was_asked_for(tmp_path: Path) -> None:
    run = written.failed(tmp_path)
    run.tasks[0]["modelRouting"] = {"requested": "a/x", "resolved": "a/y", "reason": "a/x is unavailable"}
    run.tasks[1]["modelRouting"] = {"requested": "a/y", "resolved": "a/y", "reason": "as requested"}
    run.save()
    (first,), (second,) = (task.attempts for task in reader_of(run).read().tasks[:2])
    assert (first.model, first.message) == ("a/y", "model a/x → a/y: a/x is unavailable")
    assert (second.model, second.message) == ("a/y", "it broke")


def test_without_a_manifest_the_rest_is_there_and_the_verdict_is_unknown(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    whole = SelectedRun(run.run, None, frozenset(SliceName)).read(NO_HINTS)
    manifest = run.run / "manifest.json"
    text = manifest.read_text()
    for left in (None, text[:900], text.replace('"blocked"', '"odd"')):
        manifest.unlink(missing_ok=True)
        if left is not None:
            manifest.write_text(left)
        found = SelectedRun(run.run, None, frozenset(SliceName)).read(NO_HINTS)
        seen = found[SliceName.RUN]
        assert isinstance(seen, RunSlice)
        assert (seen.state, seen.run, seen.live) == (SliceState.PARTIAL, None, Liveness.UNKNOWN)
        assert [(each.rule, each.path) for each in seen.evidence] == [("unreadable", manifest)]
        for name in (SliceName.TASKS, SliceName.MAIL, SliceName.OUTPUT):
            assert getattr(found[name], "state", None) is SliceState.READY, name
        tasks, before = found[SliceName.TASKS], whole[SliceName.TASKS]
        assert isinstance(tasks, TasksSlice)
        assert isinstance(before, TasksSlice)
        assert tasks.tasks == before.tasks


def test_letters_come_from_every_box_with_their_newest_state(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    reader = reader_of(run)
    first = reader.read()
    assert [(letter.box, letter.kind, letter.to, letter.urgent) for letter in first.mail] == [
        (Box.OUTBOX, "group_join", "leader", False),
        (Box.INBOX, "steer", "adaptive-02-executor", True),
    ]
    assert [letter.status for letter in first.mail] == ["delivered", "delivered"]
    asked = first.mail[1]
    run.write("mailbox/delivery.json", {"messages": {asked.id: "acknowledged"}})
    after = reader.read()
    assert after.mail[0] is first.mail[0]
    assert (after.mail[1].status, after.mail[1].open) == ("acknowledged", False)


def test_letters_that_were_moved_aside_stay(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    reader = reader_of(run)
    before = reader.read().mail
    box = run.run / "mailbox" / "outbox.jsonl"
    box.rename(box.with_name("outbox.jsonl.2026-05-15T16-24-00-000Z.archive.jsonl"))
    assert reader.read().mail == before


def test_a_damaged_letter_is_told_and_a_half_written_one_waits(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    box = run.run / "mailbox" / "outbox.jsonl"
    with box.open("ab") as file:
        file.write(b'{"id":"broken"\n{"id":"half')
    reading = reader_of(run).read()
    assert len(reading.mail) == 2
    assert [problem.path for problem in reading.mail_problems] == [box]
    assert reading.problems == ()


def test_what_waits_for_a_person_is_counted_only_where_it_is_certain(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    source = PicrewRun(run.run, NOBODY)
    known = source.read(NO_HINTS)
    assert (known.unread, known.plan_waits) == (2, True)
    asked = source.mail().letters[1]
    run.write("mailbox/delivery.json", {"messages": {asked.id: "acknowledged"}})
    assert source.read(NO_HINTS).unread == 1
    run.write("manifest.json", run.manifest | {"status": "cancelled"})
    assert not source.read(NO_HINTS).plan_waits
    box = next(run.run.glob("mailbox/**/outbox.jsonl"))
    box.write_bytes(b"no letter\n" + box.read_bytes())
    known = source.read(NO_HINTS)
    assert source.mail().problems
    assert known.unread == 0


def test_a_plan_that_was_repaired_has_what_its_planner_wrote_as_the_version_before(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    reader = reader_of(run)
    assert reader.read().plan.revisions == ()
    file = run.artifacts / "shared" / "adaptive-plan.json"
    said = json.loads(file.read_text().partition("_START")[2].partition("ADAPTIVE")[0])
    said["phases"][0]["tasks"][0]["role"] = "scout"
    said["phases"][1]["tasks"].append({"role": "wizard", "task": "Cast it"})
    file.write_text(f"ADAPTIVE_PLAN_JSON_START\n{json.dumps(said)}\nADAPTIVE_PLAN_JSON_END")
    assert reader.read().plan.revisions == (), "nothing says that it was repaired"
    run.event("adaptive.plan_repaired", data={"reason": "normalized"})
    assert reader.read().plan.revisions == (
        PlanRevision(
            "01_assess",
            2,
            (
                PlanChange(ChangeKind.CHANGED, "Map", "scout → explorer"),
                PlanChange(ChangeKind.REMOVED, "Cast it"),
            ),
        ),
    )


def test_a_fold_of_a_planned_phase_is_of_the_same_phase_when_it_has_become_tasks(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    after = {phase.name: phase.id for phase in reader_of(run).read().plan.phases}
    run.tasks = run.tasks[:1]
    run.save()
    before = {phase.name: phase.id for phase in reader_of(run).read().plan.phases}
    assert {name: before[name] for name in ("look", "build")} == {name: after[name] for name in ("look", "build")}


def test_an_adaptive_plan_has_its_phases_and_its_approval(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    plan = reader_of(run).read().plan
    assert [(phase.name, [item.task_id for item in phase.items]) for phase in plan.phases] == [
        ("workflow", ["01_assess"]),
        ("look", ["adaptive-01-explorer"]),
        ("build", ["adaptive-02-executor"]),
    ]
    assert plan.phases[2].items[0].after == ("adaptive-01-explorer",)
    assert plan.approval is not None
    assert plan.approval.status == "pending"
    assert plan.approval.asked_at == run.manifest["planApproval"]["requestedAt"]
    assert plan.source == run.artifacts / "shared" / "adaptive-plan.json"


def test_a_plan_that_has_not_become_tasks_is_shown_as_it_was_written(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    del run.tasks[1:]
    run.save()
    plan = reader_of(run).read().plan
    assert [(phase.name, [(item.title, item.task_id) for item in phase.items]) for phase in plan.phases] == [
        ("assess", [("assess", "01_assess")]),
        ("look", [("Map", None)]),
        ("build", [("Do", None)]),
    ]


def test_a_workflow_without_a_plan_is_shown_in_stages(tmp_path: Path) -> None:
    run = written.completed(tmp_path)
    run.tasks[0]["dependsOn"] = ["verify"]
    run.save()
    circular = reader_of(run).read().plan
    assert sum(len(phase.items) for phase in circular.phases) == 3
    run.tasks[0]["dependsOn"] = []
    run.save()
    assert [phase.name for phase in reader_of(run).read().plan.phases] == ["explore", "execute", "verify"]


def test_that_only_a_damaged_letter_came_is_told(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    reader = reader_of(run)
    before = reader.read()
    assert before.mail_problems == ()
    box = run.run / "mailbox" / "outbox.jsonl"
    with box.open("a") as letters:
        letters.write("no letter\n")
    after = reader.read()
    assert [problem.path for problem in after.mail_problems] == [box]
    assert after.mail is before.mail
    assert reader.read() is after


def test_the_last_line_of_an_ended_task_needs_no_newline(tmp_path: Path) -> None:
    run = written.WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    log = run.run / "agents" / "01_explore" / "output.log"
    log.parent.mkdir()
    log.write_text("one\ntwo")
    source = PicrewRun(run.run, NOBODY)
    reader = OutputReader(source.agent_file, None)

    def printed() -> list[str]:
        said = reader.read(source.read(Hints(everything=True)).tasks)
        return [each.text for each in said.log.first(said.count)]

    assert printed() == ["one"]
    run.tasks[0] |= {"status": "completed", "finishedAt": written.moment(run.clock)}
    run.event("task.completed", "01_explore")
    run.save()
    assert printed() == ["one", "two"]
    assert printed() == ["one", "two"]


def test_what_all_say_is_said_once_also_when_a_task_is_tried_again(tmp_path: Path) -> None:
    run = written.WrittenPicrew(tmp_path, ("explore",))
    run.start(0)
    log = run.run / "agents" / "01_explore" / "output.log"
    log.parent.mkdir()
    log.write_text("one\n")
    source = PicrewRun(run.run, NOBODY)
    of_all, of_one = (OutputReader(source.agent_file, task_id) for task_id in (None, "01_explore"))

    def printed(reader: OutputReader) -> list[str]:
        said = reader.read(source.read(Hints(everything=True)).tasks)
        return [each.text for each in said.log.first(said.count)]

    assert printed(of_all) == printed(of_one) == ["one"]
    run.event("task.retried", "01_explore")
    run.start(0)
    with log.open("a") as written_on:
        written_on.write("two\n")
    assert printed(of_all) == printed(of_one) == ["one", "two"]
    assert of_one.read(source.read(Hints()).tasks).attempt == 2


def test_the_store_thread_gets_the_same_objects_until_something_changes(tmp_path: Path) -> None:
    run = written.planned(tmp_path)
    source = PicrewRun(run.run, NOBODY)
    known = source.read(Hints(frozenset()))
    assert source.read(Hints(frozenset())) is known
    assert source.mail() == source.mail()
    assert source.mail().state is SliceState.READY
    assert source.plan() is source.plan()
    assert source.foreign
    mailbox = run.run / "mailbox"
    assert source.watched() == {run.run, mailbox, mailbox / "tasks" / "adaptive-02-executor"}
    file = source.agent_file(known.tasks[0])
    assert file is not None
    assert file.path == run.run / "agents" / "01_assess" / "events.jsonl"
    decode = file.decoder()
    told = [event.kind for line in file.path.read_bytes().splitlines() for event in decode(line)]
    assert told == ["session", "text", "usage"]
    assert source.agent_file(known.tasks[2]) is None
