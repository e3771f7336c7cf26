"""The agents tab: what each task does, and what speaks against its record."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from crew_core.model.progress import Activity
from crew_core.model.state import Hold, HoldCause
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, SliceState, TasksSlice
from crew_tui.activity import activity
from crew_tui.glyphs import UNICODE
from crew_tui.lines import Kept, Line, Tone
from crew_tui.panes.agents import AgentColumns, AgentsPane, agents_lines, task_line, task_sign
from tests.tui.builders import NOW, ago, frame, progress, row, run_slice, task, tasks
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, a_run_in_every_tab


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.rstrip() for each in lines]


@pytest.mark.parametrize(
    ("changes", "reason", "said"),
    [
        ({"status": TaskStatus.QUEUED}, "waits for a, b", "waits for a, b"),
        ({"status": TaskStatus.WAITING}, "", "waits for an answer"),
        ({"status": TaskStatus.WAITING}, "asks: which branch?", "asks: which branch?"),
        ({"status": TaskStatus.FAILED, "error": "exit status 2"}, "", "exit status 2"),
        ({"status": TaskStatus.FAILED, "code": "worker_timeout"}, "", "worker_timeout"),
        ({"status": TaskStatus.COMPLETED, "agent_progress": progress("done so", "all", " ")}, "", "all"),
        ({"status": TaskStatus.COMPLETED, "agent_progress": progress("x", current_tool="bash")}, "", "x"),
        (
            {"status": TaskStatus.RUNNING, "agent_progress": progress("x", current_tool="bash")},
            "verifying: ls",
            "verifying: ls",
        ),
        (
            {
                "status": TaskStatus.RUNNING,
                "agent_progress": progress("x", current_tool="bash", activity_state=Activity.NEEDS_ATTENTION),
            },
            "",
            "quiet for 2s",
        ),
        (
            {
                "status": TaskStatus.RUNNING,
                "agent_progress": progress(
                    current_tool="bash", current_tool_args="npm test", current_tool_started_at=ago(65)
                ),
            },
            "",
            "bash npm test (1m05s)",
        ),
        (
            {"status": TaskStatus.QUEUED, "parked_until": ago(-7), "error": "exit status 3"},
            "retry at 2026-01-01T00:00:07Z after: exit status 3",
            "retry in 7s: exit status 3",
        ),
        (
            {
                "status": TaskStatus.QUEUED,
                "parked_until": ago(7),
                "error": "exit status 3",
                "hold": Hold(HoldCause.DIRECTORY, "other/a"),
            },
            "waits for the directory held by other/a",
            "waits for the directory held by other/a",
        ),
    ],
)
def test_what_a_task_does_in_the_order_of_what_matters(changes: dict[str, object], reason: str, said: str) -> None:
    assert activity(task("a", **changes), reason, NOW) == said  # type: ignore[arg-type]


def test_a_doubted_record_stands_there_with_its_doubt() -> None:
    doubt = Evidence("worker-killed", "its worker was killed by SIGKILL")
    shown = replace(tasks(task("a", TaskStatus.COMPLETED), task("b", TaskStatus.COMPLETED)), doubts={"a": doubt})
    doubted, sure = agents_lines(shown, frame(100), Kept())
    assert "completed? executor" in doubted.text
    assert "its worker was killed by SIGKILL" in doubted.text
    assert "completed  executor" in sure.text
    sign = task_sign(task("a", TaskStatus.COMPLETED), UNICODE, doubted=True)
    assert (sign.shape, sign.word, sign.tone) == ("✓", "completed?", Tone.WARN)


def test_a_doubt_that_comes_changes_its_row_only() -> None:
    kept: Kept[Line] = Kept()
    shown = replace(tasks(task("a", TaskStatus.COMPLETED), task("b")), doubts={"b": Evidence("unknown-status", "odd")})
    before = agents_lines(shown, frame(100), kept)
    after = agents_lines(
        replace(shown, doubts={**shown.doubts, "a": Evidence("exit-code", "exit code 3")}), frame(100), kept
    )
    assert [a is b for a, b in zip(before, after, strict=True)] == [False, True]


def test_the_program_is_named_where_there_are_several() -> None:
    mixed = tasks(task("a", program="claude"), task("b", program="codex"))
    assert "claude" in agents_lines(mixed, frame(120), Kept())[0].text
    same = tasks(task("a", program="claude"), task("b", program="claude"))
    assert "claude" not in agents_lines(same, frame(120), Kept())[0].text
    assert "claude" not in agents_lines(mixed, frame(50), Kept())[0].text


def test_why_a_task_waits_has_the_room_of_what_it_has_not_used_yet() -> None:
    used = task("a", TaskStatus.RUNNING, agent_progress=progress("x", tokens=1200))
    why = "waits for the directory held by other/01_ask"
    shown = replace(tasks(used, task("b")), reasons={"b": why})
    working, waiting = agents_lines(shown, frame(87), Kept())
    assert f" {why} " in waiting.text
    assert working.text.index("executor") == waiting.text.index("executor")
    assert cell_len(waiting.text) <= 86


def test_without_tasks_the_cause_is_told() -> None:
    nobody = TasksSlice(SliceState.READY, ())
    assert texts(agents_lines(nobody, frame(), Kept(), "no agent fills the role"))[1] == (
        " No agents were started: no agent fills the role"
    )
    assert texts(agents_lines(nobody, frame(), Kept()))[1] == " No tasks: the run has not begun."
    broken = TasksSlice(SliceState.ERROR, ())
    assert texts(agents_lines(broken, frame(), Kept()))[1] == " Its tasks cannot be read."


def test_old_tasks_stay_and_say_so() -> None:
    said = texts(agents_lines(TasksSlice(SliceState.STALE, (task("a"),)), frame(), Kept()))
    assert "not up to date" in said[0]
    assert "a" in said[1]


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_tab_at_every_width(width: int) -> None:
    app = OneTab(AgentsPane)
    async with app.run_test(size=(width, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "02_plan" in said
        assert "completed?" in said


async def test_the_filter_language_narrows_the_list_and_keeps_the_selection() -> None:
    app = OneTab(AgentsPane)
    async with app.run_test(size=(100, 24)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        app.pane.move(3)
        assert app.pane.filter_by("status:running") == "2 of 7"
        await pilot.pause()
        assert app.pane.selected == "04_tests"
        assert "status:running: 2 of 7" in app.texts()[-1]
        assert not any("01_explore" in each for each in app.texts())
        app.pane.filter_by("status:failed 05")
        await pilot.pause()
        assert any("None of 7 tasks is left: Esc shows all." in each for each in app.texts())
        assert app.pane.filtered
        app.pane.unfilter()
        await pilot.pause()
        assert any("01_explore" in each for each in app.texts())


async def test_an_ended_run_without_tasks_says_why() -> None:
    app = OneTab(AgentsPane)
    async with app.run_test(size=(100, 24)) as pilot:
        ended = run_slice(row(1, RunStatus.BLOCKED), why="the plan was refused")
        app.show(run=ended, tasks=TasksSlice(SliceState.READY, ()))
        await pilot.pause()
        assert any("No agents were started: the plan was refused" in each for each in app.texts())


@pytest.mark.parametrize(
    ("model", "cells", "shown"),
    [
        ("claude-sonnet-4-5", 17, "claude-sonnet-4-5"),
        ("claude-sonnet-4-5", 13, "…sonnet-4-5"),
        ("claude-sonnet-4-5", 11, "…sonnet-4-5"),
        ("claude-sonnet-4-5", 10, "…4-5"),
        ("claudesonnet45", 8, "…onnet45"),
        ("通义千问通义千问通义", 17, "…千问通义千问通义"),
        ("千问-通义千问-旗舰版", 13, "…旗舰版"),
        ("x" * 20 + "é" * 12, 13, "…" + "é" * 12),
    ],
)
def test_the_end_of_a_long_models_name_is_shown(model: str, cells: int, shown: str) -> None:
    layout = AgentColumns(widest=8, word=9, programs=False, models=cells, tokens=False, costs=0)
    line = task_line(task("a", TaskStatus.RUNNING, model=model), "", "1s", frame(120), layout, doubted=False)
    assert shown + " " in line.text
    assert line.text.count("…") == shown.count("…")
    assert cell_len(line.text) <= 120


@pytest.mark.parametrize("width", [0, 1, 4, 9, 30])
def test_hostile_text_and_no_room_do_no_harm(width: int) -> None:
    bad = task(HOSTILE, TaskStatus.RUNNING, agent=HOSTILE, program=HOSTILE, agent_progress=progress(HOSTILE))
    shown = TasksSlice(SliceState.READY, (bad,), {HOSTILE: HOSTILE}, {HOSTILE: Evidence(HOSTILE, HOSTILE)})
    for each in agents_lines(shown, frame(width), Kept(), HOSTILE):
        assert "owned" not in each.text
        assert "\x1b" not in each.text
