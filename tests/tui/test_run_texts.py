"""The texts of a run behind its classic keys, for a run of ours and for one of pi-crew's form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.state import Attempt
from crew_core.model.status import AttemptCause, AttemptOutcome, AttemptPhase, RunStatus, TaskStatus
from crew_core.model.usage import Usage
from crew_core.observe.slices import Evidence, Liveness, RunSlice
from crew_core.observe.text_book import OpenText
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Line
from crew_tui.run_texts import (
    agent_events_source,
    agents_text,
    manifest_text,
    raw_output_source,
    read_artifacts,
    status_text,
    summary_text,
)
from crew_tui.texts.source import TextSource
from tests.tui.builders import NOW, ago, row, run_slice, task, tasks


def shown(source: TextSource, width: int = 100) -> list[str]:
    """Its rows; what cannot be opened says why."""
    try:
        text: OpenText[Line] = source.open(UNICODE)
    except OSError as error:
        return [str(error)]
    book = text.laid_out(width, wrap=source.wrap)
    while book.read_more():
        pass
    rows = [line.text[1:].rstrip() for part in book.parts for line in book.rows_of(part)]
    text.close()
    return rows


def own_run(tmp_path: Path, **changes: object) -> RunSlice:
    run_dir = tmp_path / ".crew" / "runs" / "team_20260515140000_00000000cfc0cf97"
    run_dir.mkdir(parents=True)
    return run_slice(row(1, RunStatus.FAILED), path=run_dir, **changes)


def foreign_run(tmp_path: Path, **changes: object) -> RunSlice:
    run_dir = tmp_path / ".crew" / "state" / "runs" / "team_20260515140000_00000000cfc0cf97"
    run_dir.mkdir(parents=True)
    (run_dir / "manifest.json").write_text(json.dumps({"schemaVersion": 1, "runId": run_dir.name, "status": "failed"}))
    (run_dir / "tasks.json").write_text("[]")
    return run_slice(row(1, RunStatus.FAILED), path=run_dir, foreign=True, **changes)


def artifacts_of(run: RunSlice) -> Path:
    assert run.path is not None
    found = run.path / "artifacts" if not run.foreign else run.path.parents[2] / "artifacts" / run.path.name
    found.mkdir(parents=True, exist_ok=True)
    return found


MEMBERS = tasks(
    task("01_a", TaskStatus.COMPLETED),
    task("02_b", TaskStatus.FAILED, error="exit status 2"),
    task("03_c", TaskStatus.SKIPPED),
    **{"02_b": "exit status 2", "03_c": "skipped because 02_b did not complete"},
)


def test_the_status_says_what_the_command_says(tmp_path: Path) -> None:
    said = shown(status_text(own_run(tmp_path), MEMBERS, lambda: NOW, UTC))
    assert said[1] == "goal     Goal number 1"
    assert said[2].startswith("status   failed")
    assert "health   ended: no coordinator has been here" in said
    assert any(line.split()[:3] == ["02_b", "failed", "executor"] for line in said)
    assert "    exit status 2" in said
    assert any(line.startswith("next     crew-tui retry") for line in said)


def test_after_a_limit_that_is_used_up_only_a_new_run_helps(tmp_path: Path) -> None:
    run = own_run(tmp_path)
    assert run.run is not None
    over = replace(run, run=replace(run.run, code="budget_exhausted"))
    said = shown(status_text(over, MEMBERS, lambda: NOW, UTC))
    assert "next     a new run: this one would end again in the same moment" in said


def test_the_status_of_a_foreign_run_offers_nothing_and_tells_its_doubts(tmp_path: Path) -> None:
    doubt = Evidence("killed-workers", "01_a was killed and is recorded as completed")
    run = foreign_run(tmp_path, evidence=(Evidence("pid", "process 7 is gone"),), doubts=(doubt,))
    said = shown(status_text(run, MEMBERS, lambda: NOW, UTC))
    assert "health   ended: process 7 is gone" in said
    assert f"doubt    {doubt.says}" in said
    assert "next     nothing from here: it can only be looked at" in said
    assert not any("crew-tui" in line for line in said)


def test_a_run_of_which_nothing_is_known_has_no_status(tmp_path: Path) -> None:
    run = own_run(tmp_path, run=None)
    assert shown(status_text(run, tasks(), lambda: NOW, UTC)) == ["nothing is known of the run yet"]


def test_the_table_of_agents_has_a_row_for_each_attempt(tmp_path: Path) -> None:
    first = Attempt(
        1,
        AttemptCause.FIRST,
        AttemptPhase.ENDED,
        "w1",
        ago(90),
        started_at=ago(90),
        ended_at=ago(60),
        outcome=AttemptOutcome.FAILED,
        message="exit status 2",
        exit_code=2,
        usage=Usage(input=1000, output=200, cost=0.31),
    )
    second = Attempt(2, AttemptCause.RETRY, AttemptPhase.RUNNING, "w2", ago(30), started_at=ago(30))
    repeated = task("01_a", TaskStatus.RUNNING, attempts=(first, second), program="claude")
    said = shown(agents_text(own_run(tmp_path), tasks(repeated, task("02_b")), lambda: NOW, UTC), 130)
    assert said[1].split() == [
        *("01_a", "1", "first", "failed", "executor", "claude", "14:01:52", "30s", "2", "1.2k", "$0.31"),
    ]
    assert said[2] == "    exit status 2"
    assert said[3].split()[:6] == ["2", "retry", "running", "executor", "claude", "14:02:52"]
    assert said[4].split()[:3] == ["02_b", "–", "queued"]


def test_the_reason_of_a_task_has_times_of_day(tmp_path: Path) -> None:
    held = tasks(task("a"), a="retry at 2026-05-15T14:09:00.000Z after: exit status 3")
    said = " ".join(shown(agents_text(own_run(tmp_path), held, lambda: NOW, UTC), 130))
    assert "retry at 14:09:00 after: exit status 3" in said


def test_a_narrow_table_of_agents_leaves_out_what_matters_least(tmp_path: Path) -> None:
    members = tasks(task("01_explore-everything", TaskStatus.COMPLETED, program="claude"))
    headings = {
        width: shown(agents_text(own_run(tmp_path / str(width), why=""), members, lambda: NOW, UTC), width)[0].split()
        for width in (130, 80, 60)
    }
    assert len(headings[130]) == 11
    assert {"TASK", "STATUS", "TIME", "COST"} <= set(headings[60])
    assert len(headings[60]) < len(headings[80]) < 11


@pytest.mark.parametrize("make", [own_run, foreign_run])
def test_summary_and_record_are_found_in_both_kinds_of_runs(tmp_path: Path, make: Callable[[Path], RunSlice]) -> None:
    run = make(tmp_path)
    assert run.path is not None
    assert shown(summary_text(run)) == ["The run has ended, and there is no summary of it."]
    alive = replace(run, live=Liveness.LIVE)
    assert shown(summary_text(alive)) == ["There is no summary yet: it is written when the run ends."]
    (artifacts_of(run) / "summary.md").write_text("# Done\n")
    assert shown(summary_text(run)) == ["Done", "────"]
    (run.path / "manifest.json").write_text('{"status":"failed"}')
    assert shown(manifest_text(run)) == ["{", '  "status": "failed"', "}"]
    assert read_artifacts(run, MEMBERS) == []


def test_a_summary_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    run = own_run(tmp_path)
    (tmp_path / "secret").write_text("secret")
    (artifacts_of(run) / "summary.md").symlink_to(tmp_path / "secret")
    (said,) = shown(summary_text(run))
    assert "symbolic link" in said


def test_what_an_agent_reported_is_read_event_by_event(tmp_path: Path) -> None:
    run = own_run(tmp_path)
    assert run.path is not None
    member = task("01_a", TaskStatus.RUNNING)
    assert shown(agent_events_source(run, member, UTC)) == ["Its agent has reported nothing."]
    attempt = run.path / "attempts" / "01_a" / "1"
    attempt.mkdir(parents=True)
    (attempt / "events.jsonl").write_text(
        '{"kind":"tool_start","at":"2026-05-15T14:03:01Z","tool":"bash","text":"make \\u001b[31mtest"}\n'
        '{"kind":"text","at":"2026-05-15T14:03:02Z","text":"one\\ntwo"}\n'
        "damaged line\n"
    )
    source = agent_events_source(run, member, UTC)
    assert source.title == "events of 01_a, attempt 1"
    assert source.may_change
    assert shown(source) == [
        "14:03:01 tool_start  bash make test",
        "14:03:02 text        one",
        " " * 21 + "two",
        "–        raw         damaged line",
    ]


def test_the_raw_output_is_every_byte_made_safe(tmp_path: Path) -> None:
    run = own_run(tmp_path)
    assert run.path is not None
    member = task("01_a", TaskStatus.COMPLETED)
    attempt = run.path / "attempts" / "01_a" / "1"
    attempt.mkdir(parents=True)
    (attempt / "transcript.raw").write_bytes(b"\x1b[2Jred\nsecond\n")
    assert shown(raw_output_source(run, member)) == ["red", "second"]
    assert shown(raw_output_source(run, task("02_b"))) == ["No agent was started for this task."]


def test_an_agent_of_pi_crew_is_read_in_order(tmp_path: Path) -> None:
    run = foreign_run(tmp_path)
    assert run.path is not None
    agent = run.path / "agents" / "01_a"
    agent.mkdir(parents=True)
    lines = [
        {"seq": 1, "time": "2026-05-15T14:03:01.000Z", "event": {"type": "session"}},
        {
            "seq": 2,
            "time": "2026-05-15T14:03:02.000Z",
            "event": {"type": "message_end", "role": "assistant", "text": "It raises."},
        },
    ]
    (agent / "events.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    said = shown(agent_events_source(run, task("01_a", TaskStatus.COMPLETED), UTC))
    assert said[0].startswith("14:03:01 session")
    raw = shown(raw_output_source(run, task("01_a", TaskStatus.COMPLETED)))
    assert raw[0].startswith('{"seq": 1')


def test_hostile_words_of_a_run_are_shown_as_words_only(tmp_path: Path) -> None:
    nasty = "\x1b[2J\x1b]0;owned\x07go\u202eal"
    run = own_run(tmp_path, why=nasty, live=Liveness.INTERRUPTED)
    members = tasks(task("01_a", TaskStatus.RUNNING, agent=nasty, program=nasty), **{"01_a": nasty})
    for source in (status_text(run, members, lambda: NOW, UTC), agents_text(run, members, lambda: NOW, UTC)):
        said = "".join(shown(source))
        assert said.isprintable()
        assert "owned" not in said


def test_every_width_is_laid_out(tmp_path: Path) -> None:
    run = own_run(tmp_path)
    for width in (1, 20, 60, 200):
        assert shown(status_text(run, MEMBERS, lambda: NOW, UTC), width)
