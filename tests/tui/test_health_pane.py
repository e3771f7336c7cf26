"""The health tab: grades that follow the clock, and what every verdict rests on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rich.cells import cell_len

from crew_core.model.asks import Ask, AskKind
from crew_core.model.progress import Progress
from crew_core.model.state import Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, Liveness, RunSlice, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Grade, Worker
from crew_tui.glyphs import ASCII, PLAIN, UNICODE, Glyphs
from crew_tui.grades import beat_age, grade, worst
from crew_tui.lines import Kept, Line
from crew_tui.panes.evidence import why_lines
from crew_tui.panes.health import HealthPane, health_lines, what_to_do
from crew_tui.panes.health_head import grade_sign, workers_lines
from crew_tui.panes.not_understood import not_understood, not_understood_lines
from tests.tui.builders import NOW, ROOT, ago, frame, row, run_slice, task, tasks
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, RUN_DIR, a_run_in_every_tab, health, worker

TASKS = tasks(task("04_tests", TaskStatus.RUNNING), task("05_docs", TaskStatus.RUNNING))


def running(**changes: object) -> RunSlice:
    return run_slice(row(1, RunStatus.RUNNING), **changes)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.rstrip() for each in lines]


# Grades


@pytest.mark.parametrize(
    ("silent", "expected"),
    [
        (0, Grade.HEALTHY),
        (30, Grade.HEALTHY),
        (30.1, Grade.WARN),
        (60, Grade.WARN),
        (60.1, Grade.STALE),
        (300, Grade.STALE),
        (300.1, Grade.DEAD),
        (90_000, Grade.DEAD),
    ],
)
def test_a_grade_follows_from_the_age_of_the_heartbeat(silent: float, expected: Grade) -> None:
    assert grade(worker("a", silent), NOW) is expected


def test_a_process_that_is_gone_is_dead_however_young_its_heartbeat_is() -> None:
    assert grade(worker("a", 1, alive=False), NOW) is Grade.DEAD
    assert grade(worker("a", 1, alive=None), NOW) is Grade.HEALTHY


@pytest.mark.parametrize(
    ("started", "expected"),
    [(ago(29), Grade.STARTING), (ago(30), Grade.MISSING), (ago(9000), Grade.MISSING), (None, Grade.MISSING)],
)
def test_without_a_heartbeat_a_worker_is_starting_for_a_while_and_then_missing(
    started: str | None, expected: Grade
) -> None:
    assert grade(worker("a", None, started_at=started), NOW) is expected


@pytest.mark.parametrize("beat", ["", "yesterday", "1970-01-01T00:00:00Z", "2026-05-15T14:03:22"])
def test_a_heartbeat_at_no_possible_moment_is_none(beat: str) -> None:
    assert beat_age(worker("a", beat_at=beat), NOW) is None


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_no_worker_gets_healthier_while_it_is_silent(first: float, more: float) -> None:
    order = (Grade.HEALTHY, Grade.WARN, Grade.STALE, Grade.DEAD)
    now, later = (grade(worker("a", 0), NOW + timedelta(seconds=each)) for each in (first, first + more))
    assert order.index(now) <= order.index(later)


def test_the_clock_alone_changes_a_grade() -> None:
    silent = worker("a", 25)
    assert [grade(silent, NOW + timedelta(seconds=each)).value for each in (0, 10, 60, 300)] == [
        "healthy",
        "warn",
        "stale",
        "dead",
    ]


def test_worst_is_who_has_been_silent_longest() -> None:
    assert worst((worker("a", 3), worker("b", 74), worker("c", None)), NOW) == ("b", 74.0)
    assert worst((worker("c", None),), NOW) is None


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII, PLAIN])
def test_every_grade_has_a_shape_of_one_cell_and_a_word(glyphs: Glyphs) -> None:
    signs = [grade_sign(each, glyphs) for each in Grade]
    assert all(cell_len(sign.shape) == 1 for sign in signs)
    assert len({sign.shape for sign in signs}) == len(signs)
    assert [sign.word for sign in signs] == [each.value for each in Grade]


# Lines


def test_the_line_of_workers_counts_each_grade_and_names_the_worst() -> None:
    found = (worker("04_tests"), worker("05_docs", 34), worker("06_sec", 74))
    assert texts(workers_lines(found, frame(110))) == [
        "workers running 3 → healthy 1 · warn 1 · stale 1 · dead 0 · missing 0                     worst 1m14s (06_sec)"
    ]


def test_in_a_narrow_pane_what_is_grave_comes_first() -> None:
    found = (worker("a"), worker("b", 400), worker("c", None, started_at=ago(100)))
    said = texts(workers_lines(found, frame(44)))
    assert said[1].split() == ["dead", "1", "·", "missing", "1", "·", "healthy", "1"]
    assert all(cell_len(each) <= 44 for each in said)


def test_a_row_says_pid_age_grade_what_it_does_and_what_to_do() -> None:
    lines = health_lines(health(worker("04_tests", 74, doing="rg -n jwt")), running(), TASKS, frame(100), Kept())
    assert lines[0].key == ""
    assert lines[1].key == "04_tests"
    assert " ".join(lines[1].text.split()) == "○ 04_tests 48112 1m14s stale rg -n jwt c cancel the task"


def test_what_a_worker_does_comes_from_its_task_when_its_status_does_not_say() -> None:
    said = texts(health_lines(health(worker("05_docs")), running(), TASKS, frame(100), Kept()))
    assert "working" in said[1]


@pytest.mark.parametrize(
    ("found", "run", "expected"),
    [
        (Grade.HEALTHY, {}, "–"),
        (Grade.WARN, {}, "wait"),
        (Grade.STALE, {}, "c cancel the task"),
        (Grade.DEAD, {}, "c cancel the task"),
        (Grade.MISSING, {}, "c cancel the task"),
        (Grade.HEALTHY, {"live": Liveness.INTERRUPTED}, "R resume the run"),
        (Grade.DEAD, {"foreign": True}, "–"),
        (Grade.DEAD, {"newer": "written by a newer one"}, "–"),
        (Grade.DEAD, {"newer": "written by a newer one", "live": Liveness.INTERRUPTED}, "–"),
    ],
)
def test_only_what_can_be_done_is_suggested(found: Grade, run: dict[str, object], expected: str) -> None:
    assert what_to_do(found, running(**run), frame()) == expected


def test_who_waits_for_an_answer_says_with_which_key_it_is_given() -> None:
    asking = tasks(task("04_tests", TaskStatus.RUNNING, asks=(Ask("p", AskKind.PERMISSION, "make"),)))
    said = health_lines(health(worker("04_tests")), running(), asking, frame(100), Kept())[1].text
    assert said.rstrip().endswith("B answer it")


def test_a_run_of_another_program_says_that_nothing_can_be_done() -> None:
    said = texts(health_lines(health(worker("a", 400)), running(foreign=True), TASKS, frame(100), Kept()))
    assert said[-1] == " It was started elsewhere: nothing can be done to it from here."
    said = texts(health_lines(health(worker("a", 400)), running(newer="it is newer"), TASKS, frame(100), Kept()))
    assert said[-1] == " Of a newer crew-tui: nothing can be done to it from here."
    said = texts(health_lines(health(worker("a", 400)), running(), TASKS, frame(100, read_only=True), Kept()))
    assert said[-1] == " Read-only: nothing can be done to it from here."


def test_no_workers_says_who_was_the_last() -> None:
    skipped = task("03_c", TaskStatus.SKIPPED, finished_at=ago(60))
    ended = tasks(task("01_a", TaskStatus.COMPLETED, finished_at=ago(720)), task("02_b"), skipped)
    assert texts(health_lines(health(), running(), ended, frame(), Kept())) == [
        " No running workers.",
        " The last one to end was 01_a, completed 12m ago.",
    ]
    assert texts(health_lines(health(), running(), TASKS, frame(), Kept())) == [" No running workers."]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (SliceState.LOADING, "reading signs of life"),
        (SliceState.STALE, "not up to date"),
        (SliceState.ERROR, "cannot be read"),
        (SliceState.PARTIAL, "healthy"),
    ],
)
def test_each_state_of_the_data_is_told(state: SliceState, words: str) -> None:
    shown = health(worker("a"), state=state)
    assert words in " ".join(texts(health_lines(shown, running(), TASKS, frame(), Kept())))
    assert health_lines(None, running(), TASKS, frame(waited=False), Kept()) == ()


def test_a_tick_repaints_only_rows_that_say_something_else() -> None:
    kept: Kept[Line] = Kept()
    shown = health(worker("04_tests", 2), worker("05_docs", None, started_at=ago(100)))
    before = health_lines(shown, running(), TASKS, frame(), kept)
    after = health_lines(shown, running(), TASKS, frame(now=NOW + timedelta(seconds=1)), kept)
    assert [a is b for a, b in zip(before, after, strict=True)] == [True, False, True]


# Why


def evidence(rule: str, says: str, seq: int | None = None) -> Evidence:
    return Evidence(rule, says, RUN_DIR / "events.jsonl", seq)


def test_every_evidence_and_every_doubt_names_rule_file_and_event() -> None:
    run = running(
        path=RUN_DIR,
        live=Liveness.INTERRUPTED,
        evidence=(evidence("lock-free", "nobody holds the lock"),),
        doubts=(evidence("late-event", "it went on after its end", 412),),
    )
    shown = TasksSlice(SliceState.READY, (), {}, {"a": evidence("exit-code", "its worker ended with exit code 3", 7)})
    assert texts(why_lines(run, shown, None, frame(100))) == [
        " why it counts as interrupted",
        " lock-free           nobody holds the lock · events.jsonl",
        "",
        " what speaks against the record (2)",
        " late-event          it went on after its end · events.jsonl #412",
        " exit-code           a: its worker ended with exit code 3 · events.jsonl #7",
    ]


def test_a_file_below_the_run_is_named_from_there_and_another_by_its_name() -> None:
    inside = Evidence("r", "says", RUN_DIR / "attempts" / "a" / "status.json")
    outside = Evidence("r", "says so", ROOT.parent / "other.json")
    said = texts(
        why_lines(running(path=RUN_DIR, evidence=(inside, outside)), TasksSlice(SliceState.EMPTY, ()), None, frame())
    )
    assert said[1].endswith("attempts/a/status.json")
    assert said[2].endswith("· other.json")


def test_what_is_evidence_twice_is_said_once() -> None:
    same = evidence("lock-held", "held")
    found = why_lines(running(evidence=(same,)), TASKS, health(evidence=(same,)), frame())
    assert len([each for each in found if "lock-held" in each.text]) == 1


def test_what_speaks_against_a_task_and_so_against_the_run_is_said_once() -> None:
    of_task = evidence("worker-killed", "its worker was killed", 7)
    run = running(path=RUN_DIR, doubts=(replace(of_task, says="a: its worker was killed"),))
    said = texts(why_lines(run, replace(TASKS, doubts={"a": of_task}), None, frame(100)))
    assert said[0] == " what speaks against the record (1)"
    assert len(said) == 2
    dry = evidence("scaffold", "a dry run")
    said = texts(why_lines(running(doubts=(dry,)), replace(TASKS, doubts={"a": dry, "b": dry}), None, frame(100)))
    assert said[0] == " what speaks against the record (1)"


def test_each_line_of_evidence_can_be_gone_to() -> None:
    found = why_lines(running(evidence=(evidence("rule", "word " * 60),)), TASKS, None, frame(60))
    keys = [each.key for each in found]
    assert all(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("live", Liveness)
def test_the_heading_says_what_the_run_counts_as(live: Liveness) -> None:
    found = why_lines(running(live=live, evidence=(evidence("r", "s"),)), TASKS, None, frame())
    expected = "running" if live is Liveness.ENDED else live.value
    assert found[0].text == f" why it counts as {expected}"


# On screen


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_tab_at_every_width(width: int) -> None:
    app = OneTab(HealthPane)
    async with app.run_test(size=(width, 30)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "04_tests" in said
        assert "stale" in said
        assert "lock-held" in said
        assert "no-answer" in said
        assert app.pane.chosen_task == "04_tests"
        app.pane.move(2)
        assert app.pane.chosen_task == ""


async def test_the_cursor_begins_at_a_worker_also_where_they_come_after_the_evidence() -> None:
    app = OneTab(HealthPane)
    async with app.run_test(size=(80, 30)) as pilot:
        slices = a_run_in_every_tab()
        app.pane.take({name: each for name, each in slices.items() if name is not SliceName.HEALTH})
        await pilot.pause()
        assert "lock-held" in "\n".join(app.texts())
        app.pane.take(slices)
        await pilot.pause()
        assert app.pane.chosen_task == "04_tests"


async def test_a_tick_alone_turns_a_worker_stale() -> None:
    app = OneTab(HealthPane)
    async with app.run_test(size=(100, 30)) as pilot:
        slices = a_run_in_every_tab()
        app.pane.take(slices)
        await pilot.pause()
        assert "healthy 1" in "\n".join(app.texts())
        app.tick(NOW + timedelta(seconds=200))
        await pilot.pause()
        assert "healthy 0 · warn 0 · stale 2" in "\n".join(app.texts())


@pytest.mark.parametrize("width", [0, 1, 2, 5, 12, 30, 60])
def test_hostile_text_and_no_room_do_no_harm(width: int) -> None:
    bad = Evidence(HOSTILE, HOSTILE * 20, RUN_DIR / "x\x1b[31m.json", 3)
    shown = health(worker(HOSTILE, doing=HOSTILE), coordinator=HOSTILE, evidence=(bad,))
    run = running(path=RUN_DIR, doubts=(bad,))
    members = replace(TASKS, doubts={HOSTILE: bad})
    drawn_for = frame(width)
    lines = (
        *workers_lines(shown.workers, drawn_for),
        *health_lines(shown, run, members, drawn_for, Kept()),
        *why_lines(run, members, shown, drawn_for),
    )
    for each in lines:
        assert "owned" not in each.text
        assert "\x1b" not in each.text
        assert "\u202e" not in each.text


def test_workers_are_compared_by_what_they_say() -> None:
    assert worker("a") == Worker("a", 1, 48112, ago(100), ago(1), True)


# What nobody understood


def strange(name: str, count: int) -> Task:
    return replace(task(name, TaskStatus.RUNNING), agent_progress=Progress(unknown_events=count))


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_that_no_adapter_understood_are_counted_by_task(width: int) -> None:
    counts = not_understood([strange("a", 2), strange("b", 0), strange("c", 7), task("d", TaskStatus.COMPLETED)])
    lines = not_understood_lines(counts, width)
    said = " ".join(" ".join(texts(lines)).split())
    assert said == "9 lines of output not understood, kept as written in the transcript: c 7, a 2"
    assert all(cell_len(each.text) <= width for each in lines)


def test_where_everything_is_understood_nothing_is_said() -> None:
    assert not not_understood_lines(not_understood(TASKS.tasks), 80)


def test_many_programs_of_another_version_are_not_all_named() -> None:
    counts = not_understood(strange(f"t{number}", number + 1) for number in range(9))
    assert " ".join(texts(not_understood_lines(counts, 200))).strip().endswith("t8 9, t7 8, t6 7, 6 tasks more")


async def test_the_tab_shows_what_was_not_understood() -> None:
    app = OneTab(HealthPane)
    async with app.run_test(size=(80, 30)) as pilot:
        slices = a_run_in_every_tab()
        app.pane.take(slices | {SliceName.TASKS: tasks(strange("04_tests", 3))})
        await pilot.pause()
        assert "3 lines of output not understood" in "\n".join(app.texts())
