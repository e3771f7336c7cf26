"""The lines below the tasks: what the selected one does, and what it has said last."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from crew_core.model.prices import NANO
from crew_core.model.spent import Spent
from crew_core.model.state import Hold, HoldCause, Task
from crew_core.model.status import RunStatus, TaskStatus
from crew_tui.glyphs import ASCII
from crew_tui.lines import Kept, Line, Tone
from crew_tui.panes.agents import AgentsPane
from crew_tui.panes.live_output import live_output
from tests.tui.builders import ago, frame, progress, row, run_slice, task, tasks
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, attempt

AT_WORK = task(
    "04_tests",
    TaskStatus.RUNNING,
    agent_progress=progress(
        "PASS session.test.ts (12)",
        "FAIL refresh.test.ts",
        current_tool="bash",
        current_tool_args="npm test -- auth/session",
        current_tool_started_at=ago(8),
        tool_count=14,
    ),
)


def told(of: Task, rows: int = 9, width: int = 60) -> list[str]:
    return [each.text for each in live_output(of, frame(width), rows, Kept())]


def test_the_tool_with_its_arguments_stands_above_what_was_said_last() -> None:
    assert told(AT_WORK) == [
        "",
        " 04_tests ── npm test -- auth/session   bash #14 · 8s",
        "  ⎿ PASS session.test.ts (12)",
        "  ⎿ FAIL refresh.test.ts",
    ]


def test_arguments_give_way_to_the_tool_and_its_time() -> None:
    assert told(AT_WORK, width=40)[1] == " 04_tests ── npm test …   bash #14 · 8s"


def test_where_the_row_has_no_room_model_tokens_and_cost_stand_here() -> None:
    spent = Spent(attempts=1, input=84_000, output=100, cost_nano=NANO // 8)
    member = replace(AT_WORK, attempts=(attempt(1, 60, None, model="fake/model-9", spent=spent),))
    assert told(member)[2] == "  model-9 · 84k tok · $0.12"
    assert told(member, rows=3) == told(member)[:3]
    assert told(member, width=120) == told(AT_WORK, width=120)


def test_a_task_that_waits_says_all_of_what_it_waits_for() -> None:
    reason = "waits for the directory held by team_20260515140000_00000000cfc0cf90/01_ask"
    waits = task("02_test", hold=Hold(HoldCause.DIRECTORY, "x"))

    def told_of(rows: int) -> list[str]:
        return [each.text for each in live_output(waits, frame(50), rows, Kept(), reason)]

    assert told_of(9) == [
        "",
        " 02_test ── queued   ",
        "  waits for the directory held by",
        "  team_20260515140000_00000000cfc0cf90/01_ask",
    ]
    assert told_of(3)[-1] == "  waits for the directory held by team_20260515…"
    narrow = [each.text for each in live_output(waits, frame(32), 9, Kept(), reason)][2:]
    assert "".join(each[2:] for each in narrow) == reason.replace("held by", "heldby")
    assert told_of(2) == []


def test_what_a_retry_waits_for_is_told_once() -> None:
    waits = task("a", parked_until=ago(-7), error="exit status 3", attempts=(attempt(1, 60, 50),))
    lines = live_output(waits, frame(100), 9, Kept(), "retry at some time after: exit status 3")
    assert [each.text for each in lines[2:]] == ["  retry in 7s: exit status 3"]


def test_there_are_as_many_lines_as_there_is_room_for() -> None:
    talkative = task("a", TaskStatus.RUNNING, agent_progress=progress(*map(str, range(9))))
    assert told(talkative, rows=2) == []
    assert told(talkative, rows=3) == ["", " a ── running   1m00s", "  ⎿ 8"]
    assert [each[-1] for each in told(talkative, rows=9)[2:]] == list("5678")


def test_a_failed_task_tells_its_last_words_and_what_was_wrong() -> None:
    failed = task("a", TaskStatus.FAILED, error="exit status\n2", agent_progress=progress("ouch", tool_count=1))
    lines = live_output(failed, frame(60), 9, Kept())
    assert [each.text for each in lines[1:]] == [" a ── failed   1 tool · 41s", "  ⎿ ouch", "  ⎿ exit status 2"]
    assert lines[-1].pieces[-1][1] is Tone.FAIL


@pytest.mark.parametrize(
    "silent",
    [
        task("a"),
        task("a", TaskStatus.SKIPPED, error="03 failed"),
        task("a", TaskStatus.COMPLETED),
        task("a", TaskStatus.RUNNING, agent_progress=progress(" ")),
    ],
)
def test_what_its_own_row_says_is_not_told_again(silent: Task) -> None:
    assert told(silent) == []


def test_unchanged_lines_are_the_same_objects() -> None:
    kept: Kept[Line] = Kept()
    before = live_output(AT_WORK, frame(60), 9, kept)
    assert all(a is b for a, b in zip(before, live_output(AT_WORK, frame(60), 9, kept), strict=True))
    older = live_output(AT_WORK, frame(60, now=frame().now.replace(second=23)), 9, kept)
    assert [a is b for a, b in zip(before, older, strict=True)] == [True, False, True, True]


@pytest.mark.parametrize("width", [0, 1, 5, 13, 34, 80])
def test_hostile_text_is_cut_to_the_room_and_cannot_be_selected(width: int) -> None:
    bad = task(
        HOSTILE,
        TaskStatus.RUNNING,
        error=HOSTILE,
        agent_progress=progress(HOSTILE, current_tool=HOSTILE, current_tool_args=HOSTILE),
    )
    lines = live_output(bad, frame(width), 9, Kept())
    assert len(lines) == 4
    for each in lines:
        assert not any(bad in each.text for bad in ("\x1b", "\u202e", "\n", "owned"))
        assert cell_len(each.text) <= max(5, width)
        assert not each.key


async def test_the_block_follows_the_selection_which_never_enters_it() -> None:
    app = OneTab(AgentsPane)
    async with app.run_test(size=(80, 20)) as pilot:
        other = task("05_docs", TaskStatus.RUNNING, agent_progress=progress("## Notes"))
        app.show(run=run_slice(row(1)), tasks=tasks(AT_WORK, other, task("06_verify")))
        await pilot.pause()
        assert any("⎿ FAIL refresh" in each for each in app.texts())
        app.pane.move(1)
        await pilot.pause()
        assert any("⎿ ## Notes" in each for each in app.texts())
        assert not any("FAIL refresh" in each for each in app.texts())
        app.pane.move(9)
        await pilot.pause()
        assert app.pane.selected == "06_verify"
        assert not any("⎿" in each for each in app.texts())


async def test_without_room_the_tasks_come_first() -> None:
    app = OneTab(AgentsPane)
    async with app.run_test(size=(80, 20)) as pilot:
        app.show(run=run_slice(row(1)), tasks=tasks(AT_WORK, *(task(f"t{number}") for number in range(9))))
        await pilot.pause()
        least = 2 + len(app.pane.view.head) + 10 + 3
        await pilot.resize_terminal(80, least - 1)
        await pilot.pause()
        assert len(app.pane.view.body) == 10
        await pilot.resize_terminal(80, least)
        await pilot.pause()
        assert len(app.pane.view.body) == 13
        assert app.texts()[-2].strip("┃ ") == "⎿ FAIL refresh.test.ts"


async def test_ascii_terminals_get_ascii_shapes() -> None:
    app = OneTab(AgentsPane, glyphs=ASCII)
    async with app.run_test(size=(80, 20)) as pilot:
        app.show(run=run_slice(row(1, RunStatus.RUNNING)), tasks=tasks(AT_WORK))
        await pilot.pause()
        assert any("04_tests -- npm test -- auth/session   bash #14 - 8s" in each for each in app.texts())
        assert "\n".join(app.texts()).isascii()
