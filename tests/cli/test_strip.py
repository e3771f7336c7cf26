"""The strip: what its lines say at every width, and a terminal that is left as it was."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.cells import cell_len

from crew_core.model import events as e
from crew_core.model.attempt import PauseCause
from crew_core.model.prices import NANO
from crew_core.model.progress import Activity, Progress
from crew_core.model.spent import Spent
from crew_core.model.state import Hold, HoldCause, Task
from crew_core.model.status import AttemptCause, RunStatus, TaskStatus
from crew_core.observe.at_work import RunAtWork, RunsAtWork
from crew_core.observe.listing import RunIndex
from crew_core.observe.observer import FIRST_ROWS
from crew_core.observe.slices import Liveness, RunRow
from crew_core.store.fs import RealFs
from crew_core.store.lock import RunLock
from crew_tui.cli.strip_changes import Changes
from crew_tui.cli.strip_lines import entries_of, header_line, strip_lines
from crew_tui.glyphs import ASCII, PLAIN, UNICODE
from crew_tui.panes.took import task_time
from tests.cli.program import PROGRAM, Project, environment
from tests.cli.recorded_run import failed_run, interrupted_run
from tests.engine.run_builders import plan
from tests.engine.run_builders import task as planned
from tests.observe.written_run import WrittenRun
from tests.terminal.pty_session import ENTER_SCREEN, HIDE_CURSOR, SHOW_CURSOR, PtySession
from tests.tui.builders import NOW, ago, frame, progress, row, task

WIDTHS = range(40, 201)

#: A shell's child has its terminal as its controlling one: without it Ctrl-C would be a character like others.
IN_A_SHELL = (
    sys.executable,
    "-c",
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])",
    *PROGRAM,
)


def busy() -> tuple[RunAtWork, ...]:
    """Two runs: one in the middle of its work, one that waits for its person."""
    quiet = Progress(activity_state=Activity.NEEDS_ATTENTION, last_activity_at=ago(74), tokens=8_800, tool_count=5)
    tool = progress(
        current_tool="bash", current_tool_args="npm test", current_tool_started_at=ago(8), tool_count=14, tokens=12_100
    )
    members = (
        task("01_explore", TaskStatus.COMPLETED, agent="explorer", agent_progress=progress("42 modules")),
        task("02_plan", TaskStatus.COMPLETED, finished_at=ago(300)),
        task("03_lint", TaskStatus.FAILED, error="exit status 2"),
        task("04_tests", TaskStatus.RUNNING, agent="test-engineer", agent_progress=tool),
        task("05_docs", TaskStatus.RUNNING, agent="writer", agent_progress=progress("## Migration")),
        task("06_sec", TaskStatus.RUNNING, agent="sec-reviewer", agent_progress=quiet),
        task("07_verify", agent="verifier", depends_on=("04_tests",)),
        task("08_more", hold=Hold(HoldCause.MACHINE_LIMIT)),
    )
    reasons = {"03_lint": "exit status 2", "07_verify": "waits for 04_tests", "08_more": "waits for a worker slot"}
    working = row(0xCFC0CF97, RunStatus.RUNNING, seconds=252, done=3, total=8, running=3)
    blocked = row(0x9E01B7D2, RunStatus.BLOCKED, live=Liveness.ENDED, needs_you=True, why="plan waits for approval")
    return (RunAtWork(working, members, reasons), RunAtWork(blocked))


def texts(runs: tuple[RunAtWork, ...], width: int, most: int = 4, **changes: Any) -> list[str]:
    return [each.text.rstrip() for each in strip_lines(runs, frame(width, **changes), most)]


# Lines


def test_the_header_counts_in_words() -> None:
    assert texts(busy(), 80, 1)[0].split("   ")[0] == " crew 3 running · 2 waiting · 3/8 · 2 alerts"
    assert texts(busy(), 80, 1)[0].endswith("   cfc0cf97 4m12s")
    assert texts(busy(), 50, 1) == [" crew 3 run · 2 wait · 3/8 · 2 alerts"]
    assert texts((), 80, 1) == [" crew no active runs · 0 alerts"]
    more = (*busy(), RunAtWork(row(3, RunStatus.RUNNING)))
    assert texts(more, 80, 1)[0].endswith("2 runs")
    assert "not up to date" in header_line(busy(), frame(80), stale=True).text


def test_what_needs_you_comes_first_and_what_has_ended_only_fills() -> None:
    lines = texts(busy(), 80, most=12)
    names = [each.split()[2] for each in lines[1:] if each]
    assert names == [
        "06_sec", "9e01b7d2", "04_tests", "05_docs", "08_more", "07_verify", "03_lint", "01_explore",
    ]  # fmt: skip
    assert [" ".join(each.split()) for each in texts(busy(), 80)[1:]] == [
        "├ ! 06_sec running quiet for 1m14s 5 tools 8.8k 1m00s",
        "├ ‖ 9e01b7d2 blocked plan waits for approval 0 tools – now",
        "└ ▶ 04_tests running bash npm test (8s) 14 tools 12k 1m00s",
    ]


def one(**changes: Any) -> tuple[RunAtWork, ...]:
    working, _ = busy()
    return (replace(working, tasks=(task("04_tests", TaskStatus.RUNNING, **changes),), reasons={}),)


def test_what_each_has_cost_stands_before_its_time_where_there_is_room() -> None:
    spent = Spent(attempts=1, input=2000, cost_nano=NANO // 8)
    runs = one(spent=spent)
    assert texts(runs, 100)[1].split()[-2:] == ["$0.12", "1m00s"]
    assert "$" not in texts(runs, 80)[1]
    assert texts(one(), 100)[1].split()[-2:] == ["–", "1m00s"]


def test_a_run_that_was_left_long_ago_does_not_push_aside_what_happens_now() -> None:
    working, blocked = busy()
    left = replace(blocked, row=msgspec.structs.replace(blocked.row, updated_at=ago(90_000)))
    names = [each.task_id or each.run_id[-8:] for each in entries_of((left, working), NOW, UNICODE)]
    assert names.index("9e01b7d2") > names.index("07_verify")


def test_what_failed_stands_before_what_was_done_and_what_was_skipped() -> None:
    ended = [
        task("01_a", TaskStatus.COMPLETED, finished_at=ago(2)),
        task("02_b", TaskStatus.SKIPPED, finished_at=ago(1)),
        task("03_c", TaskStatus.FAILED, finished_at=ago(40)),
        task("04_d", TaskStatus.CANCELLED, finished_at=ago(1)),
        task("05_e", TaskStatus.FAILED, finished_at=ago(20)),
        task("06_f"),
    ]
    run = RunAtWork(row(1, RunStatus.RUNNING), tuple(ended))
    names = [each.task_id for each in entries_of((run,), NOW, UNICODE)]
    assert names == ["06_f", "05_e", "03_c", "04_d", "01_a", "02_b"]


def test_with_several_runs_each_line_says_of_which_it_is() -> None:
    one, other = (RunAtWork(row(n, RunStatus.RUNNING), (task(f"0{n}_a", TaskStatus.RUNNING),)) for n in (1, 2))
    for width in (50, 80, 120):
        assert [each.split()[-1] for each in texts((one, other), width, 3)[1:]] == ["00000001", "00000002"]
    assert "00000001" not in texts((one,), 80, 3)[1]


def test_two_runs_of_the_same_name_are_told_apart() -> None:
    one = RunAtWork(row(1, RunStatus.RUNNING), (task("01_a", TaskStatus.RUNNING),))
    copy = RunAtWork(row(1, RunStatus.FAILED, path=Path("/copy")), (task("01_a", TaskStatus.FAILED),))
    changes = Changes()
    changes.lines((one, copy), NOW, stale=False)
    assert changes.lines((one, copy), NOW, stale=False) == ()


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII, PLAIN])
def test_lines_fit_at_every_width(glyphs: Any) -> None:
    for width in WIDTHS:
        lines = strip_lines(busy(), frame(width, glyphs=glyphs), 6)
        assert len(lines) == 6
        assert all(cell_len(each.text) <= width for each in lines)
        assert all(each.text.translate(glyphs.instead).isascii() for each in lines) or glyphs is UNICODE


def test_which_fields_there_are_depends_on_the_width_alone() -> None:
    """A value that comes or goes moves no other one."""

    rich = one(agent="a" * 40, agent_progress=progress("x" * 200, tokens=9_999_999, tool_count=812))
    poor = one(agent="", agent_progress=None, started_at=ago(60))
    for width in WIDTHS:
        full, bare = (strip_lines(each, frame(width), 2)[1] for each in (rich, poor))
        assert [cell_len(text) for text, _ in full.pieces] == [cell_len(text) for text, _ in bare.pieces]


def test_words_of_others_do_nothing_to_the_terminal() -> None:
    nasty = "\x1b[2J\u202ex\x07\n" * 50
    working = RunAtWork(
        row(1, RunStatus.RUNNING),
        (task(nasty, TaskStatus.RUNNING, agent=nasty, agent_progress=progress(nasty)),),
        {},
    )
    blocked = RunAtWork(row(2, RunStatus.BLOCKED, live=Liveness.ENDED, needs_you=True, why=nasty))
    for line in strip_lines((working, blocked), frame(120), 5):
        assert line.text.isprintable()
    assert all(each.isprintable() for each in Changes().lines((working, blocked), NOW, stale=False))


def test_an_agent_has_worked_as_long_as_the_dashboard_says() -> None:
    (first,) = task("x", TaskStatus.FAILED, began=3600, ended=3000).attempts
    (again,) = task("x", TaskStatus.RUNNING, began=30).attempts
    ended = msgspec.structs.replace(first, ended_at=ago(3000))
    second = msgspec.structs.replace(again, n=2)
    retried = task("01_x", TaskStatus.RUNNING, began=3600, attempts=(ended, second))
    (entry,) = entries_of((RunAtWork(row(1, RunStatus.RUNNING), (retried,), {}),), NOW, UNICODE)
    assert entry.took == task_time(retried, NOW) == "10m30s"


def test_paused_and_waiting_tasks_need_you() -> None:
    (attempt,) = task("x", TaskStatus.RUNNING).attempts
    paused = task("01_p", TaskStatus.RUNNING, attempts=(msgspec.structs.replace(attempt, pause=PauseCause.OUTPUT_CAP),))
    asking = task("02_a", TaskStatus.WAITING)
    run = RunAtWork(row(1, RunStatus.RUNNING), (paused, asking, task("03_r", TaskStatus.RUNNING)), {})
    assert [each.needs_attention for each in entries_of((run,), NOW, UNICODE)] == [True, True, False]
    assert "2 alerts" in texts((run,), 80)[0]


# Changes


def test_a_line_is_printed_for_each_change_and_none_for_the_time() -> None:
    changes = Changes()
    first = changes.lines(busy(), NOW, stale=False)
    assert len(first) == 7
    assert first[:3] == (
        "crew 3 running - 2 waiting - 3/8 - 2 alerts cfc0cf97",
        "cfc0cf97 06_sec sec-reviewer running: quiet",
        "9e01b7d2 blocked: plan waits for approval",
    )
    later = NOW.replace(second=59)
    assert changes.lines(busy(), later, stale=False) == ()
    working, blocked = busy()
    docs = task("05_docs", TaskStatus.COMPLETED, agent="writer", agent_progress=progress("written"))
    new = replace(working, tasks=tuple(docs if each.id == "05_docs" else each for each in working.tasks))
    assert changes.lines((new, blocked), later, stale=False) == ("cfc0cf97 05_docs writer completed: written",)
    assert changes.lines((new, blocked), later, stale=True)[0].startswith("crew 3 running")


def test_an_object_is_printed_for_each_change_and_none_for_the_time() -> None:
    changes = Changes()
    told = changes.document(busy(), NOW, stale=False)
    assert told is not None
    assert {name: told[name] for name in ("running", "waiting", "done", "total", "alerts", "runs")} == {
        "running": 3, "waiting": 2, "done": 3, "total": 8, "alerts": 2, "runs": 1,
    }  # fmt: skip
    agents = told["agents"]
    assert isinstance(agents, list)
    assert len(agents) == 9
    assert agents[2] == {
        "runId": busy()[0].row.run_id,
        "taskId": "04_tests",
        "agent": "test-engineer",
        "status": "running",
        "attention": False,
        "activity": "bash npm test (8s)",
        "tools": 14,
        "tokens": 12_100,
        "startedAt": ago(60),
        "finishedAt": None,
    }
    assert changes.document(busy(), NOW.replace(second=59), stale=False) is None
    assert changes.document(busy()[:1], NOW, stale=False) is not None


def test_tokens_are_those_of_all_attempts_as_in_the_dashboard() -> None:
    (run,) = one(spent=Spent(attempts=1, input=4_000), agent_progress=progress(tokens=4_000))
    (member,) = run.tasks
    (second,) = member.attempts
    first = msgspec.structs.replace(second, n=1, spent=Spent(attempts=1, input=9_000))
    tried = (replace(run, tasks=(msgspec.structs.replace(member, attempts=(first, second)),)),)
    (entry,) = entries_of(tried, NOW, UNICODE)
    assert (entry.tokens, entry.tokens_said) == (13_000, "13k")
    assert "13k" in texts(tried, 100)[1].split()


# Reading


@pytest.fixture
def live(tmp_path: Path) -> Iterator[WrittenRun]:
    """A run with one task that runs and one that waits, whose coordinator is this process."""
    made = Project(tmp_path)
    runs = made.path / ".crew" / "runs"
    runs.mkdir(parents=True)
    run = WrittenRun(runs, plan(planned("build"), planned("ship", after=("build",))))
    lock = RunLock.acquire(run.layout.lock, RealFs())
    run.record(e.RunRunning())
    starting = e.AttemptStarting(n=1, cause=AttemptCause.FIRST, worker_id="w", program="shell", retries_spent=0)
    run.record(starting, "build")
    run.snapshots()
    yield run
    lock.release()


def rows_of(run: WrittenRun) -> tuple[RunRow, ...]:
    return RunIndex([run.path.parent]).read().rows


def names(tasks: tuple[Task, ...]) -> list[str]:
    return [f"{each.id} {each.status}" for each in tasks]


def test_runs_at_work_are_the_same_objects_until_something_changes(live: WrittenRun) -> None:
    at_work, rows = RunsAtWork(), rows_of(live)
    first = at_work.read(rows, NOW)
    assert [names(each.tasks) for each in first] == [["build running", "ship queued"]]
    assert at_work.read(rows, NOW) is first
    live.record(e.TaskCompleted(exit_code=0), "build")
    second = at_work.read(rows, NOW)
    assert [names(each.tasks) for each in second] == [["build completed", "ship queued"]]


def test_of_ended_runs_only_those_that_ended_a_moment_ago_are_read(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    runs.mkdir()
    failed_run(runs)
    interrupted_run(runs)
    at_work, rows = RunsAtWork(), RunIndex([runs]).read().rows
    now = datetime.now(UTC)
    assert len(at_work.read(rows, now)) == 2
    assert [each.row.live for each in at_work.read(rows, now + timedelta(hours=1))] == [Liveness.INTERRUPTED]


# The program


def tree(path: Path) -> str:
    """What lies below, with what it says."""
    found = hashlib.sha256()
    for each in sorted(path.rglob("*")):
        found.update(f"{each.relative_to(path)} {each.lstat().st_mtime_ns}".encode())
        if each.is_file():
            found.update(each.read_bytes())
    return found.hexdigest()


def session(project: Path, *words: str, size: tuple[int, int] = (80, 8)) -> PtySession:
    return PtySession([*IN_A_SHELL, "strip", "--root", str(project), *words], environment(), size)


def project_of(run: WrittenRun) -> Path:
    return run.path.parents[2]


def assert_clean(terminal: PtySession) -> None:
    assert ENTER_SCREEN not in terminal.raw
    assert terminal.raw.rfind(SHOW_CURSOR) > terminal.raw.rfind(HIDE_CURSOR) > -1
    assert terminal.settings == terminal.settings_before


def test_lines_are_rewritten_in_place_and_ctrl_c_leaves_a_clean_terminal(live: WrittenRun) -> None:
    before = tree(project_of(live))
    with session(project_of(live)) as terminal:
        terminal.wait_for("crew 1 running · 1 waiting · 0/2 · 0 alerts")
        terminal.wait_for("└ ◦ ship")
        assert tree(project_of(live)) == before
        live.record(e.TaskCompleted(exit_code=0), "build")
        live.snapshots()
        terminal.wait_for("crew 0 running · 1 waiting · 1/2")
        assert len([line for line in terminal.lines() if line]) <= 4
        terminal.press("echo me\r")
        terminal.press("\x03")
        assert terminal.exit_status() == 130
        assert_clean(terminal)
        assert "me" not in terminal.text()
        kept = [line for line in terminal.lines() if line]
        assert kept[0].startswith(" crew 0 running")
        assert kept[-1] == "crew-tui: strip: left; runs go on"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_it_leaves_a_clean_terminal(live: WrittenRun, number: signal.Signals) -> None:
    # Under nohup the suite ignores hang-ups, and whatever it starts would too.
    former = signal.signal(number, signal.SIG_DFL)
    try:
        with session(project_of(live)) as terminal:
            terminal.wait_for("crew 1 running")
            terminal.send(number)
            assert terminal.exit_status() == 128 + number
            assert_clean(terminal)
    finally:
        signal.signal(number, former)


def test_it_follows_the_size_of_the_terminal(live: WrittenRun) -> None:
    with session(project_of(live), "--lines", "9") as terminal:
        terminal.wait_for("crew 1 running · 1 waiting")
        terminal.resize(120, 8)
        # There is room for the agent's name now.
        terminal.wait_for("reader")
        terminal.resize(40, 2)
        terminal.wait_for("crew 1 run · 1 wait")
        terminal.wait_until(lambda: len([line for line in terminal.lines() if line]) == 2, "two lines")
        terminal.press("\x03")
        assert terminal.exit_status() == 130
        assert_clean(terminal)


def test_a_run_that_goes_on_is_shown_though_many_are_newer(live: WrittenRun) -> None:
    for number in range(FIRST_ROWS + 10):
        (live.path.parent / f"team_2099010101{number:04}_newer").mkdir()
    with session(project_of(live)) as terminal:
        terminal.wait_for("build")
        terminal.press("\x03")
        assert terminal.exit_status() == 130


def test_what_stands_before_the_command_is_not_taken_for_it(live: WrittenRun) -> None:
    argv = [*IN_A_SHELL, "--root", str(project_of(live)), "strip"]
    with PtySession(argv, environment(), (80, 8)) as terminal:
        terminal.wait_for("crew 1 running")
        terminal.press("\x03")
        assert terminal.exit_status() == 130
        assert [line for line in terminal.lines() if line][-1] == "crew-tui: strip: left; runs go on"


def test_without_runs_it_says_so_and_waits(tmp_path: Path) -> None:
    (tmp_path / ".crew").mkdir()
    with session(tmp_path) as terminal:
        terminal.wait_for("crew no active runs")
        run = WrittenRun(tmp_path / ".crew" / "runs", plan(planned("build")))
        lock = RunLock.acquire(run.layout.lock, RealFs())
        terminal.wait_for("crew 0 running · 1 waiting")
        lock.release()
        terminal.press("\x03")
        assert terminal.exit_status() == 130


def _begin(project: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, "--root", str(project), "strip", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def test_without_a_terminal_each_change_is_a_line(live: WrittenRun) -> None:
    with _begin(project_of(live)) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(3)]
        assert [line[9:].strip() for line in lines] == [
            "crew 1 running - 1 waiting - 0/2 - 0 alerts 89abcdef",
            "89abcdef build reader running: starting",
            "89abcdef ship reader queued: waits for build",
        ]
        live.record(e.TaskCompleted(exit_code=0), "build")
        later = [program.stdout.readline()[9:].strip() for _ in range(2)]
        assert later == ["89abcdef ship reader queued: ready", "89abcdef build reader completed"]
        program.terminate()
        assert program.wait() == 128 + signal.SIGTERM
        assert "\x1b" not in program.stdout.read()


def test_json_is_one_object_a_line(live: WrittenRun) -> None:
    with _begin(project_of(live), "--json") as program:
        assert program.stdout is not None
        first = json.loads(program.stdout.readline())
        assert (first["strip"]["running"], len(first["strip"]["agents"])) == (1, 2)
        live.record(e.TaskCompleted(exit_code=0), "build")
        second = json.loads(program.stdout.readline())
        assert [each["status"] for each in second["strip"]["agents"]] == ["queued", "completed"]
        program.send_signal(signal.SIGINT)
        assert program.wait() == 130


def test_under_nohup_it_goes_on_when_the_terminal_is_gone(live: WrittenRun) -> None:
    argv = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *PROGRAM, "--root", str(project_of(live)), "strip"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()) as it:
        assert it.stdout is not None
        first, *_ = (it.stdout.readline() for _ in range(3))
        assert "crew 1 running" in first
        it.send_signal(signal.SIGHUP)
        live.record(e.TaskCompleted(exit_code=0), "build")
        assert "ready" in it.stdout.readline()
        it.terminate()
        assert it.wait() == 128 + signal.SIGTERM
