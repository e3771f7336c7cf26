"""What each pane says, as lines."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from crew_core.model.prices import NANO
from crew_core.model.progress import Activity
from crew_core.model.spent import Spent
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import (
    NO_TASKS,
    Evidence,
    LinkSlice,
    LinkState,
    Liveness,
    Looked,
    OtherRuns,
    Problem,
    RunRow,
    RunsSlice,
    SliceName,
    SliceState,
    TasksSlice,
)
from crew_core.observe.tab_slices import OutputLine
from crew_tui.activity import activity
from crew_tui.event_words import event_words
from crew_tui.glyphs import ASCII, PLAIN, UNICODE, sign_of
from crew_tui.grouping import Group, group_of
from crew_tui.lines import Kept, Line, limited
from crew_tui.panes.agents import agents_lines
from crew_tui.panes.event_lines import event_line
from crew_tui.panes.footer import footer_line
from crew_tui.panes.header_line import header_line
from crew_tui.panes.output_rows import Look, OutputRow
from crew_tui.panes.progress_head import end_lines, phases, phases_line
from crew_tui.panes.run_head import run_head, without_run
from crew_tui.panes.standing import Standing, counts_of
from crew_tui.panes.tab_line import Badges, badges_of, tab_at, tab_line
from crew_tui.panes.timeline import known_until
from crew_tui.panes.took import Took, task_time
from crew_tui.situation import TABS, Region, Situation
from tests.tui.builders import (
    LINK,
    NOW,
    ROOT,
    a_busy_project,
    ago,
    event,
    frame,
    list_lines,
    progress,
    row,
    run_of,
    run_slice,
    runs,
    task,
    tasks,
)

DEAR = Spent(attempts=1, input=2000, cost_nano=NANO)

HOSTILE = "\x1b[2J\x1b]0;owned\x07go\u202eal\nsecond line [red]x[/]"


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.rstrip() for each in lines]


def listed(shown: RunsSlice, **changes: object) -> list[str]:
    return texts(tuple(list_lines(replace(shown, roots=(ROOT,)), frame(35, **changes))))


# Runs


def test_what_needs_the_person_comes_first() -> None:
    shown = runs(row(1), row(2, RunStatus.RUNNING), row(3, RunStatus.BLOCKED, needs_you=True), row(4, RunStatus.FAILED))
    said = listed(shown)
    assert [each for each in said if each.strip().split()[0] in ("NEEDS", "ACTIVE", "RECENT")] == [
        " NEEDS YOU 1",
        " ACTIVE 1",
        " RECENT 2",
    ]
    assert "blocked" in said[1]


def test_a_run_without_its_coordinator_needs_the_person() -> None:
    shown = row(1, RunStatus.RUNNING, live=Liveness.INTERRUPTED)
    assert group_of(shown) is Group.NEEDS_YOU
    assert "interrupted" in listed(runs(shown))[1]


def test_an_unreadable_run_is_listed_as_unknown() -> None:
    shown = row(1, None, live=Liveness.UNKNOWN, problem="manifest.json is damaged", goal="", total=0)
    assert "? 00000001 unknown" in listed(runs(shown))[1]


def test_no_runs_says_how_to_start_one_and_where_it_looked() -> None:
    said = listed(RunsSlice(SliceState.EMPTY, (), 0))
    assert " Start one with n." in said
    assert any("acme-api" in each for each in said)
    assert not any("Start one with" in each for each in listed(RunsSlice(SliceState.EMPTY, (), 0), read_only=True))


def test_no_runs_says_what_to_type_and_how_many_others_have() -> None:
    project = Path("/src/acme-api")
    places = tuple(project / each for each in (".crew/runs", ".crew/state/runs", ".pi/teams/state/runs"))
    others = (OtherRuns("all projects", 12), OtherRuns("more", 0), OtherRuns("shut", None))
    said = listed(RunsSlice(SliceState.EMPTY, (), 0, looked=Looked(places, others)))
    assert said[1:] == [
        " No runs here yet.",
        " Start one with n.",
        ' Or type crew-tui run "GOAL"',
        "",
        " w shows all projects: 12 runs.",
        " more: no runs either.",
        " w shows shut.",
        "",
        " Looked in",
        " /src/acme-api",
        "   .crew/runs",
        "   .crew/state/runs",
        "   .pi/teams/state/runs",
    ]


def test_of_many_places_without_runs_the_ends_of_the_first_are_told() -> None:
    places = tuple(Path(f"/home/somebody/in/a/deep/directory/project-{n}/.crew/runs") for n in range(9))
    said = listed(RunsSlice(SliceState.EMPTY, (), 0, looked=Looked((Path("/var/x"), *places))))
    assert said[-6:-1] == [f" …/directory/project-{n}/.crew/runs" for n in range(5)]
    assert said[-1] == " and 4 more places"


def test_loading_is_said_only_after_a_while() -> None:
    assert listed(RunsSlice(SliceState.LOADING, (), 0), waited=False) == []
    assert listed(RunsSlice(SliceState.LOADING, (), 0))[0] == " reading runs…"


def test_a_problem_stands_above_what_could_be_read() -> None:
    problem = Problem(Path("/x/runs"), "permission denied")
    said = listed(RunsSlice(SliceState.PARTIAL, (row(1),), 1, (problem,)))
    assert said[0] == " ! runs: permission denied"
    assert any("completed" in each for each in said)


def test_the_name_of_a_file_in_a_problem_steers_no_terminal() -> None:
    problem = Problem(Path("/x/a\x1b[2J\x9b31mb.jsonl"), "it is damaged")
    said = listed(RunsSlice(SliceState.PARTIAL, (row(1),), 1, (problem,)))
    assert said[0] == " ! ab.jsonl: it is damaged"


def test_stale_runs_stay_and_say_so() -> None:
    said = listed(runs(row(1), state=SliceState.STALE))
    assert "not up to date" in said[0]
    assert any("completed" in each for each in said)


def test_an_unchanged_run_is_the_same_line() -> None:
    kept: Kept[Line] = Kept()
    one, two = row(1), row(2)
    before = list_lines(runs(one, two), frame(34), kept)
    after = list_lines(runs(one, row(2, done=1)), frame(34), kept)
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, True, False]


# Agents


def test_each_task_has_shape_word_and_time() -> None:
    said = texts(agents_lines(tasks(task("a", TaskStatus.RUNNING), task("b")), frame(80), Kept()))
    assert said[0].split()[:3] == ["▶", "a", "running"]
    assert said[0].endswith("1m00s")
    assert "waits for a" not in said[0]


def test_a_queued_task_says_what_it_waits_for() -> None:
    shown = tasks(task("a", TaskStatus.RUNNING), task("b"), b="waits for a")
    assert "queued" in texts(agents_lines(shown, frame(80), Kept()))[1]
    assert "waits for a" in texts(agents_lines(shown, frame(80), Kept()))[1]


def test_one_of_500_tasks_changes_one_line() -> None:
    kept: Kept[Line] = Kept()
    members = [task(f"t{number:03}") for number in range(500)]
    before = agents_lines(tasks(*members), frame(80), kept)
    members[250] = task("t250", TaskStatus.RUNNING)
    after = agents_lines(tasks(*members), frame(80), kept)
    assert [number for number in range(500) if before[number] is not after[number]] == [250]


def head_of(of: RunRow, *members: Task, tab: Region = Region.AGENTS, width: int = 80, height: int = 30) -> list[str]:
    live = of.live
    until = known_until(run_of(of), live, members, NOW.timestamp())
    shown = run_head(run_slice(of), tasks(*members), tab, frame(width, height).counted_to(until))
    return texts(shown)


def test_how_long_an_agent_has_worked_is_counted_on_though_its_task_is_looked_through_once() -> None:
    took, at_work = Took(), task("a", TaskStatus.RUNNING)
    first, later = (took.task_time(at_work, NOW + timedelta(seconds=each)) for each in (0, 60))
    assert (first, later) == tuple(task_time(at_work, NOW + timedelta(seconds=each)) for each in (0, 60))
    assert first != later
    over = replace(at_work, status=TaskStatus.COMPLETED, finished_at=ago(-30))
    assert took.task_time(over, NOW + timedelta(hours=1)) == task_time(over, NOW + timedelta(hours=1))


def test_of_a_run_that_nobody_works_on_no_clock_goes_on() -> None:
    dead = row(1, RunStatus.RUNNING, live=Liveness.INTERRUPTED, seconds=90_000, updated_at=ago(89_990))
    assert "interrupted ran 10s · 1d ago" in head_of(dead)[1].replace("! ", "")
    assert " 1h00m" in head_of(row(1, RunStatus.RUNNING, seconds=3600))[1]


def test_what_a_run_has_used_stands_beside_how_far_it_is_as_far_as_there_is_room() -> None:
    done = tuple(task(name, TaskStatus.COMPLETED, spent=DEAR) for name in "ab")
    left = (task("c", TaskStatus.RUNNING), task("d"))
    bar = head_of(row(1, RunStatus.RUNNING), *done, *left)[2]
    assert bar.endswith("left · ≥4.0k tok · ≥$2.00")
    assert head_of(row(1, RunStatus.RUNNING), *done, *left, width=50)[2].endswith("1 running      ≥$2.00")
    assert "left" not in head_of(row(1, RunStatus.RUNNING), *done, *left, tab=Region.PROGRESS)[2]
    assert "$" not in head_of(row(1), task("a", TaskStatus.COMPLETED))[2]


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize(
    "badges",
    [
        {},
        {Region.MAIL: "·2", Region.HEALTH: "!", Region.PLAN: "!"},
        {Region.AGENTS: "!12", Region.HEALTH: "!"},
    ],
    ids=["none", "all", "ours"],
)
@pytest.mark.parametrize("width", [40, 48, 58, 66, 81])
def test_the_open_tab_has_its_name_and_each_is_found_where_it_stands(tab: Region, width: int, badges: Badges) -> None:
    said = tab_line(tab, width, badges).text
    (here,) = re.findall(r"\[([^\]]+)\]", said)
    here = here.removesuffix(badges.get(tab, "-"))
    whole = ("1 Agents", "2 Progress", "3 Mail", "4 Output", "5 Health", "7 Plan", "8 Graph")
    assert width == 40 or here in (*whole, *(("2 Prog", "4 Out", "5 Hlth") if width == 58 else ()))
    starts = [found.start() for found in re.finditer(r"(?<=[ \[])\d", said)]
    assert [tab_at(start, tab, width, badges) for start in starts] == list(TABS)
    assert tab_at(starts[TABS.index(tab)] + len(here) - 1, tab, width, badges) is tab


def test_a_tab_says_what_waits_in_it() -> None:
    of = run_slice(row(1, RunStatus.RUNNING))
    doubt = Evidence("ended", "its result is missing")
    problem = Problem(ROOT, "cannot be read")
    assert badges_of(of, NO_TASKS, UNICODE) == {}
    assert badges_of(replace(of, unread=2), NO_TASKS, UNICODE) == {Region.MAIL: "·2"}
    assert badges_of(replace(of, unread=120), NO_TASKS, ASCII) == {Region.MAIL: "-99+"}
    assert badges_of(replace(of, plan_waits=True), NO_TASKS, UNICODE) == {Region.PLAN: "!"}
    asking = tasks(task("a", TaskStatus.WAITING), task("b", TaskStatus.WAITING), task("c", TaskStatus.RUNNING))
    at_work = run_slice(row(1, RunStatus.RUNNING))
    assert badges_of(at_work, asking, UNICODE) == {Region.AGENTS: "!2"}
    assert badges_of(replace(at_work, foreign=True), asking, UNICODE) == {}
    assert badges_of(run_slice(row(1)), asking, UNICODE) == {}
    unwell = (replace(of, live=Liveness.INTERRUPTED), replace(of, doubts=(doubt,)), replace(of, problems=(problem,)))
    assert [badges_of(each, NO_TASKS, UNICODE) for each in unwell] == [{Region.HEALTH: "!"}] * 3
    of_task = replace(NO_TASKS, doubts={"a": doubt})
    assert badges_of(of, of_task, UNICODE) == {Region.HEALTH: "!"}
    said = tab_line(Region.AGENTS, 80, {Region.MAIL: "·2", Region.HEALTH: "!"}).text
    assert said == "[1 Agents] 2 Progress  3 Mail·2  4 Output  5 Health!  7 Plan  8 Graph "


def test_a_tick_changes_only_what_still_runs() -> None:
    kept: Kept[Line] = Kept()
    shown = tasks(task("a", TaskStatus.COMPLETED), task("b", TaskStatus.RUNNING), task("c"))
    before = agents_lines(shown, frame(80), kept)
    after = agents_lines(shown, frame(80, now=NOW.replace(second=40)), kept)
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, True]


def test_no_tasks_and_loading_tasks_are_said_apart() -> None:
    assert "No tasks" in texts(agents_lines(TasksSlice(SliceState.READY, ()), frame(), Kept()))[1]
    assert "reading tasks" in texts(agents_lines(TasksSlice(SliceState.LOADING, ()), frame(), Kept()))[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"agent_progress": None}, "working"),
        ({"agent_progress": None, "attempts": ()}, "starting"),
        ({"agent_progress": progress("one", "two\n")}, "two"),
        ({"agent_progress": progress(current_tool="bash", current_tool_args="ls")}, "bash ls"),
        ({"agent_progress": progress(activity_state=Activity.NEEDS_ATTENTION)}, "quiet for 2s"),
    ],
)
def test_a_running_task_says_what_it_does(changes: dict[str, object], said: str) -> None:
    assert activity(task("a", TaskStatus.RUNNING, **changes), "", NOW) == said


# Head of the run


def test_the_head_names_goal_state_and_share() -> None:
    of = row(0xCFC0CF97, RunStatus.RUNNING, seconds=252, goal="Do the thing")
    head = texts(run_head(run_slice(of), tasks(task("a", TaskStatus.COMPLETED), task("b")), Region.AGENTS, frame()))
    assert head[0] == "Do the thing"
    assert head[1].startswith("▶ running 4m12s · default · fast-fix")
    assert "50%  1/2 tasks" in head[2]
    assert "[1 Agents]" in head[3]


def test_an_interrupted_run_says_why_and_what_to_do() -> None:
    of = row(1, RunStatus.RUNNING, live=Liveness.INTERRUPTED)
    said = texts(run_head(run_slice(of, why="no coordinator lives"), NO_TASKS, Region.AGENTS, frame()))
    assert "! no coordinator lives" in said


def test_a_doubt_about_a_task_is_told_and_does_not_question_the_run() -> None:
    killed = Evidence("worker-killed", "its worker was killed", Path("/r/events.jsonl"), 42)
    members = replace(tasks(task("a", TaskStatus.COMPLETED)), doubts={"a": killed})
    of = run_slice(row(1, RunStatus.CANCELLED))
    said = texts(run_head(of, members, Region.AGENTS, frame()))
    assert said[1].startswith("■ cancelled ")
    assert "? a: its worker was killed" in said
    same = replace(killed, says="a: its worker was killed")
    said = texts(run_head(replace(of, doubts=(same,)), members, Region.AGENTS, frame()))
    assert said[1].startswith("■ cancelled? ")
    assert len([each for each in said if "killed" in each]) == 1
    assert not any("more doubt" in each for each in said)


def test_a_damaged_file_is_named_and_the_rest_is_shown() -> None:
    problem = Problem(Path("/r/tasks.json"), "not valid JSON at byte 18", 7)
    shown = run_slice(row(1), state=SliceState.PARTIAL, problems=(problem,))
    said = texts(run_head(shown, NO_TASKS, Region.AGENTS, frame()))
    assert "! tasks.json: not valid JSON at byte 18 (after #7)" in said
    assert said[0] == "Goal number 1"


@pytest.mark.parametrize(
    ("state", "words"), [(SliceState.LOADING, "reading the run"), (SliceState.ERROR, "cannot be shown")]
)
def test_a_run_that_is_not_there_says_what_is_going_on(state: SliceState, words: str) -> None:
    assert words in "".join(texts(without_run(run_slice(row(1), run=None, state=state), frame())))


# Progress


def test_phases_follow_dependencies() -> None:
    members = (task("1_a"), task("2_b", depends_on=("1_a",)), task("3_c", depends_on=("1_a",)))
    assert [[each.id for each in level] for level in phases(members)] == [["1_a"], ["2_b", "3_c"]]
    told = phases_line(members, frame())
    assert told is not None
    assert told.text == "phases   ◦ a 0/1 ─ ◦ b +1 0/2"


def test_one_phase_is_not_worth_a_line() -> None:
    assert phases_line((task("a"), task("b")), frame()) is None


def test_a_circle_of_dependencies_does_not_hang_the_pane() -> None:
    assert phases((task("a", depends_on=("b",)), task("b", depends_on=("a",))))


def test_the_end_of_a_run_is_told() -> None:
    ended = run_of(row(1, RunStatus.FAILED), summary="2 of 3 tasks completed, 1 failed", code="task_failed")
    assert texts(end_lines(ended, "", frame())) == ["end      2 of 3 tasks completed, 1 failed"]
    assert end_lines(run_of(row(1, RunStatus.RUNNING)), "", frame()) == ()


def test_an_event_without_a_message_says_what_its_data_says() -> None:
    shown = event(7, "attempt.ended", "a", n=2, outcome="failed", code="exit", detail="exit status 2")
    assert event_words(shown) == "attempt 2 · failed · exit status 2"
    assert event_words(event(8, "attempt.ended", "a", n=1, outcome="completed", code="completed")) == (
        "attempt 1 · completed"
    )
    assert "#7" in event_line(shown, frame()).text


# Output, header, footer


def test_output_keeps_its_indentation() -> None:
    shown = OutputLine(ago(1), "a", "text", "\tindented\x1b[1m!")
    assert OutputRow(shown, Look(80, UNICODE, UTC, task_cells=4)).line(0).text == " 14:03:21 a    │     indented!"


def test_the_header_counts_what_is_active_needs_you_and_failed() -> None:
    project = a_busy_project()
    shown = project[SliceName.RUNS]
    assert isinstance(shown, RunsSlice)
    said = header_line(Standing(("acme-api", "runs"), counts_of(shown), LINK), frame(80)).text
    assert said.startswith(" crew ▸ acme-api ▸ runs")
    assert said.endswith("2▶ 2! 1✗ │ ● live │ 14:03 ")
    assert cell_len(said) == 80


def test_the_header_counts_alerts_that_nobody_has_read() -> None:
    said = {
        (width, unread): header_line(Standing((), link=LINK, unread=unread), frame(width)).text
        for width in (80, 100)
        for unread in (0, 1, 3, 100)
    }
    assert said[80, 0].endswith("  ● live │ 14:03 ")
    assert said[80, 3].endswith(" 3 alerts │ ● live │ 14:03 ")
    assert said[100, 1].endswith(" 1 alert │ ● live │ 14:03 ")
    assert said[100, 100].endswith(" 99+ alerts │ ● live │ 14:03 ")


def test_alerts_are_only_marked_where_the_word_would_cut_what_is_looked_at() -> None:
    standing = Standing(("acme-api", "cfc0cf90"), link=LINK, unread=3)
    whole = " crew ▸ acme-api ▸ cfc0cf90"
    fits = cell_len(f"{whole} 3 alerts │ ● live │ 14:03 ")
    assert header_line(standing, frame(fits)).text == f"{whole} 3 alerts │ ● live │ 14:03 "
    assert header_line(standing, frame(fits - 1)).text == f"{whole}     ! 3 │ ● live │ 14:03 "


@pytest.mark.parametrize(
    ("room", "left"),
    [
        (37, " crew ▸ acme-api ▸ cfc0cf90 ▸ reports"),
        (36, " ▸ acme-api ▸ cfc0cf90 ▸ reports"),
        (31, " ▸ cfc0cf90 ▸ reports"),
        (20, " ▸ reports"),
        (9, " ▸ repor…"),
    ],
)
def test_crumbs_are_left_out_from_the_left_before_what_is_looked_at_is_cut(room: int, left: str) -> None:
    right = " ● live │ 14:03 "
    said = header_line(Standing(("acme-api", "cfc0cf90"), link=LINK), frame(room + cell_len(right)), "reports")
    assert said.text == f"{left.ljust(room)}{right}"


def test_the_header_says_what_was_used_today_where_there_is_room_and_something_is_known() -> None:
    day = NOW.date().isoformat()
    counts = counts_of(runs(row(1, spent_by_day={day: Spent(1, input=84_000, cost_nano=420_000_000)}), row(2)))
    used = Standing((), counts, LINK)
    assert "84k tok │ $0.42 today │ ● live" in header_line(used, frame(100)).text
    assert "tok" not in header_line(used, frame(99)).text
    assert "tok" not in header_line(used, frame(100, now=NOW + timedelta(days=1))).text


def test_the_header_says_when_what_is_shown_is_old() -> None:
    stale = LinkSlice("inotify", LinkState.STALE, ago(23))
    polling = LinkSlice("polling", LinkState.POLLING, ago(0))
    assert "○ stale 23s" in header_line(Standing((), link=stale), frame()).text
    assert "◌ polling" in header_line(Standing((), link=polling), frame()).text


def test_the_footer_gives_up_the_least_useful_keys_first() -> None:
    now = Situation(run_known=True, rows=3)
    wide, narrow = footer_line(now, frame(200)).text, footer_line(now, frame(40)).text
    assert "zoom" in wide
    assert "zoom" not in narrow
    assert "quit" in narrow
    assert cell_len(narrow) <= 40


# All of them


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII, PLAIN])
def test_every_shape_is_one_cell_and_every_status_has_its_own(glyphs: object) -> None:
    for statuses in (RunStatus, TaskStatus):
        shapes = [sign_of(status, glyphs).shape for status in statuses]  # type: ignore[arg-type]
        assert len(set(shapes)) == len(shapes)
        assert all(cell_len(shape) == 1 for shape in shapes)


def test_hostile_text_is_shown_as_words_only() -> None:
    of = row(1, RunStatus.RUNNING, goal=HOSTILE, workflow=HOSTILE, team=HOSTILE)
    member = task("a", TaskStatus.RUNNING, agent=HOSTILE, agent_progress=progress(HOSTILE))
    lines = [
        *list_lines(runs(of), frame(80)),
        *run_head(run_slice(of, why=HOSTILE), tasks(member), Region.AGENTS, frame()),
        *agents_lines(tasks(member, a=HOSTILE), frame(), Kept()),
        event_line(event(1, HOSTILE, HOSTILE, HOSTILE), frame()),
        OutputRow(OutputLine(HOSTILE, HOSTILE, "text", HOSTILE), Look(80, UNICODE, UTC, task_cells=8)).line(0),
        header_line(Standing((HOSTILE,), counts_of(runs(of)), LINK), frame()),
    ]
    for each in lines:
        assert each.text.isprintable()
        assert "owned" not in each.text
        assert "\u202e" not in each.text


@pytest.mark.parametrize("width", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55])
def test_no_width_is_too_small(width: int) -> None:
    of = row(1, RunStatus.RUNNING)
    member = task("a", TaskStatus.RUNNING)
    lines = [
        *list_lines(runs(of), frame(width)),
        *run_head(run_slice(of), tasks(member), Region.OUTPUT, frame(width, 9)),
        *agents_lines(tasks(member), frame(width), Kept()),
        event_line(event(1, "task.failed", "a"), frame(width)),
        footer_line(Situation(), frame(width)),
        header_line(Standing(("acme",), counts_of(runs(of)), LINK), frame(width)),
    ]
    for each in lines:
        assert sum(cell_len(text) for text, _ in limited(each.pieces, width)) <= width
