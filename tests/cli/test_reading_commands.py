"""`list`, `status`, `events`, `transcript` and `artifacts` of runs that are on disk."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from crew_core.model import events as e
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.store.identity import real_identities
from crew_core.store.layout import RunLayout
from crew_core.store.lock import LockRecord
from tests.cli.conftest import Run
from tests.cli.program import PROGRAM, Project
from tests.cli.recorded_run import FAILED, NASTY, QUEUED
from tests.engine.run_builders import plan, task
from tests.observe.picrew.written import RUN_ID, WrittenPicrew, completed
from tests.observe.written_run import WrittenRun

READING = (
    ("list", "runs"),
    (f"status {FAILED}", "run"),
    (f"events {FAILED}", "events"),
    (f"transcript {FAILED} build", "transcript"),
    (f"artifacts {FAILED}", "artifacts"),
    ("trust", "trusted"),
)


@pytest.mark.parametrize(("words", "noun"), READING)
def test_json_is_one_document_as_of_a_moment_with_the_result_under_a_noun(
    recorded: Path, crew: Run, words: str, noun: str
) -> None:
    done = crew(*words.split(), "--json")
    assert (done.status, done.err) == (0, "")
    assert noun in done.json
    assert datetime.fromisoformat(done.json["asOf"]).utcoffset() is not None


@pytest.mark.parametrize("words", [words for words, _ in READING])
def test_lines_fit_80_columns_and_hold_nothing_that_a_terminal_obeys(recorded: Path, crew: Run, words: str) -> None:
    done = crew(*words.split())
    assert done.status == 0
    assert done.out.replace("\n", "").isprintable()
    paths = ("files", "summary", "below")
    assert all(len(line) <= 80 for line in done.out.splitlines() if not line.startswith(paths))


@pytest.mark.parametrize("words", ["list", "status last", "events last", "--plain"])
@pytest.mark.parametrize("end", [e.RunCompleted(code="completed"), e.RunFailed(code="task_failed"), None])
def test_a_run_is_called_as_its_directory_whatever_its_files_say(
    project: Project, crew: Run, words: str, end: e.Payload | None
) -> None:
    runs = project.path / ".crew" / "runs"
    written = WrittenRun(runs, plan(task("build"), run_id="a\x1b]0;OWNED\x07\x1b[31mred"))
    for payload in (e.TaskFailed(code="exit_code(1)", error=""), end):
        if payload is not None:
            written.record(payload, "build" if payload is not end else None)
    written.snapshots()
    written.path.rename(runs / FAILED)
    told = crew(*words.split())
    assert (told.status, told.err) == (0, "")
    assert told.out.replace("\n", "").isprintable()
    assert "OWNED" not in told.out


@pytest.mark.parametrize("words", ["status", "events", "artifacts", "cancel", "resume", "retry"])
def test_a_run_that_is_not_there_is_not_found(recorded: Path, crew: Run, words: str) -> None:
    done = crew(words, "zzz", "--json")
    assert (done.status, done.out) == (5, "")
    assert done.err == f"crew-tui: run zzz: no such run; newest: {QUEUED}, {FAILED}\n"


def test_an_ambiguous_run_is_answered_with_the_candidates(recorded: Path, crew: Run) -> None:
    done = crew("status", "team_2026")
    assert done.status == 5
    assert done.err == f"crew-tui: run team_2026: could be {QUEUED}, {FAILED}; write more of it\n"


@pytest.mark.parametrize("name", [FAILED, FAILED[:19], FAILED[-3:]])
def test_a_run_is_its_id_or_a_unique_beginning_or_end_of_it(recorded: Path, crew: Run, name: str) -> None:
    assert crew("status", name, "--json").json["run"]["runId"] == FAILED


def test_last_is_the_newest_run(recorded: Path, crew: Run) -> None:
    assert crew("status", "last", "--json").json["run"]["runId"] == QUEUED


@pytest.mark.parametrize("words", ["transcript {} q", "events {} --task q", "cancel {} --task q", "retry {} q"])
def test_a_task_that_is_not_there_is_not_found(recorded: Path, crew: Run, words: str) -> None:
    done = crew(*words.format(FAILED).split())
    assert done.status == 5
    assert done.err == f"crew-tui: task q: no such task in {FAILED}; there is: build, test, ship\n"


def test_the_list_says_which_runs_nobody_works_on(recorded: Path, crew: Run) -> None:
    head, first, second, *_ = crew("list").out.splitlines()
    assert head.split() == ["RUN", "STATUS", "ENDED", "AGE", "COST", "GOAL"]
    assert first.split()[:3] == [QUEUED, "interrupted", "0/2"]
    assert second.split()[:3] == [FAILED, "failed", "3/3"]


def test_the_list_can_be_narrowed(recorded: Path, crew: Run) -> None:
    def ids(*words: str) -> list[str]:
        return [run["runId"] for run in crew("list", "--json", *words).json["runs"]]

    assert ids("--status", "failed") == [FAILED]
    assert ids("--status", "running") == ids("--status", "interrupted") == [QUEUED]
    assert ids("--status", "failed", "--status", "running") == [QUEUED, FAILED]
    limited = crew("list", "--json", "--limit", "1").json
    assert ([run["runId"] for run in limited["runs"]], limited["total"]) == ([QUEUED], 2)


def test_a_shortened_list_says_so(recorded: Path, crew: Run) -> None:
    done = crew("list", "--limit", "1")
    assert [line.split()[0] for line in done.out.splitlines()[:2]] == ["RUN", QUEUED]
    assert FAILED not in done.out
    assert done.err == "crew-tui: 1 older run is not shown; --limit 2 shows all\n"


def test_an_empty_list_says_where_it_looked(project: Project, crew: Run) -> None:
    done = crew("list")
    assert (done.status, done.out) == (0, "")
    assert str(project.path / ".crew" / "runs") in done.err


def test_status_tells_why_each_task_stands_as_it_does(recorded: Path, crew: Run) -> None:
    lines = crew("status", FAILED).out.splitlines()
    assert "status   failed: test" in lines
    table = [line.split() for line in lines]
    assert ["build", "completed", "reader", "1"] in [row[:4] for row in table]
    assert ["test", "failed", "reader", "2/2"] in [row[:4] for row in table]
    assert "    exit status 1: E assert 1 == 2; its retries are spent" in lines
    assert "    skipped because test did not complete" in lines
    assert f"next     crew-tui retry {FAILED}" in lines


def test_the_list_says_what_runs_cost_and_what_today_came_to(recorded: Path, crew: Run) -> None:
    lines = crew("list").out.splitlines()
    assert [line.split()[4] for line in lines[1:3]] == ["?", "≥$0.25"]
    assert lines[-1] == "today (UTC): at least 1.5k tokens, at least $0.25, 2 runs"
    (day,) = crew("list", "--json").json["usage"]["byDay"].values()
    assert (day["tokens"], day["tokensAtLeast"], day["cost"], day["costAtLeast"]) == (1500, True, 0.25, True)


def test_status_sums_up_by_role_and_model(recorded: Path, crew: Run) -> None:
    out = crew("status", FAILED).out
    assert "usage    at least 1.5k tokens, at least $0.25\n" in out
    assert "models   big-model: 1.5k tokens, $0.25; model not named: unknown\n" in out
    told = crew("status", FAILED, "--json").json["usage"]
    assert (told["total"]["tokens"], told["total"]["attempts"]) == (1500, 3)
    assert told["byTask"]["test"]["tokens"] is None
    assert told["byModel"]["big-model"]["cost"] == 0.25


def test_unknown_usage_is_no_number_and_known_usage_is_one(recorded: Path, crew: Run) -> None:
    rows = {line.split()[0]: line.split()[-2:] for line in crew("status", FAILED).out.splitlines() if line}
    assert rows["build"] == ["1.5k", "$0.25"]
    assert rows["test"] == ["?", "?"]
    assert rows["ship"] == ["–", "–"]


def test_status_of_an_interrupted_run_shows_the_evidence_and_the_way_on(recorded: Path, crew: Run) -> None:
    out = crew("status", QUEUED).out
    assert "status   interrupted: it is running and no coordinator works on it\n" in out
    assert "health   interrupted: no coordinator has been here\n" in out
    assert "attempt 1 starting: no living worker is known" in out
    # What held it when somebody worked on the run is nothing that it waits for.
    assert "nobody works on the run" in out
    assert "waits for the directory" not in out
    assert crew("status", QUEUED, "--json").json["reasons"]["two"] == "nobody works on the run"
    assert "no attempt yet: nobody works on the run" in crew("transcript", QUEUED, "two").err
    assert f"next     crew-tui resume {QUEUED}\n" in out


def test_moments_are_times_of_day_in_words_and_as_on_disk_in_json(recorded: Path, crew: Run) -> None:
    today = datetime.now(UTC).date()
    since, due = f"{today}T00:00:01.738Z", "2026-01-02T16:02:48.000Z"
    holder = LockRecord(real_identities().current(), 3, since)
    RunLayout(recorded / QUEUED).lock.write_bytes(msgspec.json.encode(holder))
    parked = WrittenRun(recorded, plan(task("one"), run_id="team_20260102030408_00000000000000dd"))
    parked.record(e.RunRunning())
    parked.record(e.TaskParked(until=due, delay_ms=7000, code="x", error="exit status 3"), "one")
    parked.snapshots()
    for run, said in ((QUEUED, since), (parked.path.name, due)):
        at = datetime.fromisoformat(said).astimezone()
        out = " ".join(crew("status", run).out.split())
        assert said not in out
        assert f"{at:%H:%M:%S}" in out
        assert said in crew("status", run, "--json").out
    assert due not in crew("transcript", parked.path.name, "one").err


def test_status_in_json_has_records_as_they_are_on_disk(recorded: Path, crew: Run) -> None:
    told = crew("status", FAILED, "--json").json
    manifest = json.loads((recorded / FAILED / "manifest.json").read_text())
    assert told["run"] == {name: manifest[name] for name in told["run"]}
    assert [task["dependsOn"] for task in told["tasks"]] == [[], [], ["test"]]
    assert told["tasks"][0]["usage"]["cost"] == 0.25
    assert (told["live"], told["reasons"]["ship"]) == ("ended", "skipped because test did not complete")


def test_a_run_that_cannot_be_read_is_said_to_be(recorded: Path, crew: Run) -> None:
    broken = recorded / "team_20260102030407_00000000000000cc"
    broken.mkdir()
    done = crew("status", broken.name)
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith(f"crew-tui: run {broken.name}: cannot be read: ")


def test_events_can_be_narrowed(recorded: Path, crew: Run) -> None:
    def types(*words: str) -> list[str]:
        return [event["type"] for event in crew("events", FAILED, "--json", *words).json["events"]]

    everything = types()
    assert everything[0] == "run.created"
    assert types("--since", "3") == everything[3:]
    assert types("--type", "run.*") == ["run.created", "run.running", "run.failed"]
    assert types("--task", "ship") == ["task.skipped"]
    assert types("--task", "test", "--type", "task.f*") == ["task.failed"]


def test_events_of_an_ended_run_end_when_followed(recorded: Path, crew: Run) -> None:
    lines = crew("events", FAILED, "--follow", "--json").out.splitlines()
    seqs = [json.loads(line)["event"]["metadata"]["seq"] for line in lines]
    assert seqs == list(range(1, len(seqs) + 1))
    assert all("asOf" in json.loads(line) for line in lines)


def test_following_a_run_that_nobody_works_on_ends_and_says_so(recorded: Path, crew: Run) -> None:
    done = crew("events", QUEUED, "--follow")
    assert done.status == 3
    assert "run.created" in done.out
    assert done.err.startswith(f"crew-tui: run {QUEUED}: interrupted: no coordinator works on it")
    assert done.err.endswith(f"; crew-tui resume {QUEUED}\n")


def test_a_transcript_is_what_the_agent_said_without_what_steers_a_terminal(recorded: Path, crew: Run) -> None:
    assert crew("transcript", FAILED, "build").out == "[started] pid 1\nred alert\nsecond\n"


def test_a_transcript_says_how_long_a_tool_took(recorded: Path, crew: Run) -> None:
    events = RunLayout(recorded / FAILED).attempt("build", 1).events
    ended = AgentEvent(kind=Kind.TOOL_END, tool="Bash", text="hello", duration_ms=1250)
    failed = AgentEvent(kind=Kind.TOOL_END, tool="Bash", failed=True, duration_ms=8)
    events.write_bytes(msgspec.json.encode(ended) + b"\n" + msgspec.json.encode(failed) + b"\n")
    assert crew("transcript", FAILED, "build").out == "Bash done in 1.2s hello\nBash failed in 8ms\n"
    told = json.loads(crew("transcript", FAILED, "build", "--json").out)["transcript"]
    assert [event["durationMs"] for event in told] == [1250, 8]


def test_a_transcript_of_an_ended_task_ends_when_followed(recorded: Path, crew: Run) -> None:
    assert crew("transcript", FAILED, "build", "--follow").out == "[started] pid 1\nred alert\nsecond\n"
    lines = crew("transcript", FAILED, "build", "--follow", "--json").out.splitlines()
    assert [json.loads(line)["event"]["kind"] for line in lines] == ["started", "text"]


@pytest.mark.parametrize("follow", [(), ("--follow",)])
def test_a_raw_transcript_is_every_byte(recorded: Path, project: Project, follow: tuple[str, ...]) -> None:
    words = ("transcript", FAILED, "build", "--raw", *follow)
    told = subprocess.run([*PROGRAM, *words], cwd=project.path, capture_output=True, timeout=30, check=True)
    assert told.stdout == NASTY


@pytest.mark.parametrize("follow", [(), ("--follow",)])
def test_a_task_that_was_never_tried_has_no_transcript_and_says_why(
    recorded: Path, crew: Run, follow: tuple[str, ...]
) -> None:
    done = crew("transcript", FAILED, "ship", *follow)
    assert done.status == 5
    assert done.err == "crew-tui: task ship: no attempt yet: skipped because test did not complete\n"


@pytest.mark.parametrize("follow", [(), ("--follow",)])
def test_an_attempt_that_is_not_there_is_not_found(recorded: Path, crew: Run, follow: tuple[str, ...]) -> None:
    done = crew("transcript", FAILED, "build", "--attempt", "4", *follow)
    assert (done.status, done.err) == (5, "crew-tui: task build: no attempt 4; there is: 1\n")


def test_artifacts_are_compared_with_their_hashes(recorded: Path, crew: Run) -> None:
    def integrity() -> dict[str, str]:
        return {each["path"]: each["integrity"] for each in crew("artifacts", FAILED, "--json").json["artifacts"]}

    assert integrity() == {"results/build.txt": "intact", "summary.md": "intact"}
    (recorded / FAILED / "artifacts" / "results" / "build.txt").write_text("built?")
    (recorded / FAILED / "artifacts" / "summary.md").unlink()
    assert integrity() == {"results/build.txt": "changed", "summary.md": "missing"}
    assert [line.split()[:2] for line in crew("artifacts", FAILED).out.splitlines()[3:]] == [
        ["6", "changed"],
        ["9", "missing"],
    ]


def test_a_reader_that_goes_away_is_no_error(recorded: Path, project: Project) -> None:
    with project.begin("events", FAILED) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(30) == 141


def test_a_full_disk_is_one_line(recorded: Path, project: Project) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*PROGRAM, "list"], cwd=project.path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "No space left" in done.stderr


@pytest.mark.parametrize("words", ["--plain list", f"--plain status {FAILED}"])
def test_plain_is_ascii(recorded: Path, crew: Run, words: str) -> None:
    assert crew(*words.split()).out.isascii()


def test_several_roots_are_one_list(recorded: Path, crew: Run, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / ".crew" / "runs").mkdir(parents=True)
    project = str(recorded.parent.parent)
    assert len(crew("list", "--root", str(other), "--json").json["runs"]) == 0
    assert len(crew("--root", str(other), "list", "--root", project, "--json").json["runs"]) == 2


def test_runs_of_another_program_are_listed_and_can_only_be_looked_at(project: Project, crew: Run) -> None:
    theirs = completed(project.path)
    listed = crew("list")
    assert listed.status == 0
    first = listed.out.splitlines()[1]
    assert first.split()[:3] == [RUN_ID, "completed", "3/3"]
    assert first.endswith("foreign: Guard the division")
    assert listed.err == "crew-tui: 1 run of another program: to look at, with crew-tui monitor\n"
    (told,) = crew("list", "--json").json["runs"]
    assert (told["runId"], told["foreign"], told["path"]) == (RUN_ID, True, str(theirs.run))
    for command in ("status", "events", "cancel"):
        refused = crew(command, RUN_ID)
        assert refused.status == 4
        hint = f"look at it: crew-tui monitor {theirs.run}"
        assert refused.err == f"crew-tui: run {RUN_ID}: was started by another program; {hint}\n"


def test_a_doubted_record_is_listed_with_a_question_mark(project: Project, crew: Run) -> None:
    theirs = WrittenPicrew(project.path, ("explore",))
    theirs.start(0)
    theirs.end(0, exit_code=3)
    theirs.finish()
    assert crew("list").out.splitlines()[1].split()[1] == "completed?"


def test_what_the_dashboard_cannot_say_in_json_something_else_can(project: Project, crew: Run) -> None:
    theirs = completed(project.path)
    refused = crew("monitor", str(theirs.run), "--json")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err.endswith("use --plain, or of a project: crew-tui list --root DIR --json\n")
    assert "--json" not in crew("monitor", "--help").out
    assert "--json" in crew("list", "--help").out
    assert RUN_ID[-8:] in crew("monitor", str(theirs.run), "--plain").out
    assert crew("list", "--root", str(project.path), "--json").json["total"] == 1
