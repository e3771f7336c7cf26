"""The plan tab: phases, their tasks, and what was decided about them."""

from __future__ import annotations

from dataclasses import replace as dataclass_replace
from pathlib import Path

import pytest
from msgspec.structs import replace

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, SliceName, SliceState
from crew_core.observe.tab_slices import (
    Approval,
    ChangeKind,
    PlanChange,
    PlanItem,
    PlanPhase,
    PlanRevision,
    PlanSlice,
)
from crew_tui.actions import Action
from crew_tui.glyphs import ASCII, PLAIN, UNICODE, Glyphs
from crew_tui.keymap.table import DEFAULT
from crew_tui.lines import ENDLESS, Kept, Line
from crew_tui.panes.plan import PlanPane, after_words, approval_lines, item_line, phase_line, phase_sign, plan_lines
from crew_tui.panes.plan_revision import revision_lines
from crew_tui.plain import plain_run
from crew_tui.situation import Region, Situation
from tests.tui.builders import ago, frame, row, run_slice, task, tasks
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import grid
from tests.tui.one_tab import OneTab
from tests.tui.tab_samples import HOSTILE, a_plan, a_run_in_every_tab
from tests.tui.test_dashboard import PROJECT, WORKING, ready, until

RUN = run_slice(row(1, RunStatus.RUNNING))


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text.rstrip() for each in lines]


def plan(*items: PlanItem, name: str = "execute") -> PlanSlice:
    return PlanSlice(SliceState.READY, (PlanPhase(name, items),))


def test_a_phase_counts_what_is_done_and_an_item_says_how_its_task_stands() -> None:
    known = tasks(task("a", TaskStatus.COMPLETED), task("b", TaskStatus.RUNNING))
    shown = plan(PlanItem("Split it", "a", "executor"), PlanItem("Rotate", "b", "executor", ("a",)))
    said = texts(plan_lines(shown, known, frame(100), Kept()))
    assert said[0] == " ▾ ▶ execute  1/2"
    assert said[1].split() == ["✓", "Split", "it", "a", "completed", "executor"]
    assert said[2].split() == ["▶", "Rotate", "b", "running", "executor", "after", "a"]


def test_what_is_no_task_yet_is_planned() -> None:
    (heading, item) = plan_lines(plan(PlanItem("Later", None, "writer")), tasks(), frame(100), Kept())
    assert heading.text == " ▾ ◦ execute  0/1"
    assert item.text.split() == ["·", "Later", "planned", "writer"]
    assert item.key


@pytest.mark.parametrize(
    ("statuses", "shape"),
    [
        ((TaskStatus.COMPLETED, TaskStatus.RUNNING, TaskStatus.FAILED), "▶"),
        ((TaskStatus.COMPLETED, TaskStatus.WAITING), "…"),
        ((TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.QUEUED), "✗"),
        ((TaskStatus.COMPLETED, TaskStatus.QUEUED), "◦"),
        ((TaskStatus.COMPLETED, None), "◦"),
        ((TaskStatus.COMPLETED, TaskStatus.SKIPPED), "✓"),
        ((TaskStatus.SKIPPED,), "–"),
        ((), "◦"),
    ],
)
def test_a_phase_looks_like_what_matters_most_in_it(statuses: tuple[TaskStatus | None, ...], shape: str) -> None:
    members = [task(f"t{n}", status) if status else None for n, status in enumerate(statuses)]
    assert phase_sign(members, UNICODE).shape == shape


def test_what_an_answer_brought_and_fan_outs_are_marked() -> None:
    item = PlanItem("x", "a", "r", ("b", "c", "d", "e"))
    assert after_words(item, task("a")) == "after b, c, d +1"
    assert after_words(item, task("a", added_by="02_plan")) == "added by 02_plan"
    assert after_words(item, task("a", for_each="01_list")) == "once for each of 01_list"
    assert after_words(PlanItem("x", None, "r"), None) == ""


def test_a_doubted_task_is_doubted_here_too() -> None:
    doubt = Evidence("no-answer", "it said nothing")
    line = item_line(PlanItem("x", "a", "r"), task("a", TaskStatus.COMPLETED), frame(), widest=8, key="a", doubted=True)
    assert "completed?" in line.text
    known = tasks(task("a", TaskStatus.COMPLETED))
    shown = plan_lines(
        plan(PlanItem("x", "a", "r")), type(known)(known.state, known.tasks, {}, {"a": doubt}), frame(), Kept()
    )
    assert "completed?" in shown[1].text


@pytest.mark.parametrize(
    ("approval", "said"),
    [
        (Approval("pending", ago(660)), "! approval pending for 11m: tasks that change files wait for it."),
        (Approval("pending"), "! approval pending: tasks that change files wait for it."),
        (Approval("approved", ago(180), "operator"), "✓ approved by operator 3m ago"),
        (Approval("approved", ago(1)), "✓ approved just now"),
        (Approval("cancelled", ago(7200), "operator"), "■ cancelled by operator 2h ago"),
        (Approval("granted?", None), "? granted?"),
        (Approval("", None), "? unknown"),
    ],
)
def test_what_was_decided_when_and_by_whom(approval: Approval, said: str) -> None:
    assert texts(approval_lines(approval, RUN, frame(100))) == [said]


def test_a_pending_approval_elsewhere_is_decided_elsewhere() -> None:
    foreign = run_slice(row(1, RunStatus.BLOCKED), foreign=True)
    said = approval_lines(Approval("pending"), foreign, frame(120))[0].text
    assert said.endswith("Decide where it was started.")


def test_an_unchanged_row_is_the_same_line() -> None:
    kept: Kept[Line] = Kept()
    first, second = task("a", TaskStatus.RUNNING), task("b")
    shown = plan(PlanItem("x", "a", "r"), PlanItem("y", "b", "r"))
    before = plan_lines(shown, tasks(first, second), frame(), kept)
    after = plan_lines(shown, tasks(first, task("b", TaskStatus.RUNNING)), frame(), kept)
    assert [a is b for a, b in zip(before, after, strict=True)] == [False, True, False]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (None, "reading the plan"),
        (PlanSlice(SliceState.LOADING, ()), "reading the plan"),
        (PlanSlice(SliceState.EMPTY, ()), "This workflow has no plan step"),
        (PlanSlice(SliceState.ERROR, ()), "The plan cannot be read"),
    ],
)
def test_a_plan_that_is_not_there_says_why(found: PlanSlice | None, words: str) -> None:
    assert words in " ".join(texts(plan_lines(found, tasks(), frame(90), Kept())))


@pytest.mark.parametrize("state", [SliceState.STALE, SliceState.PARTIAL])
async def test_a_plan_that_is_old_or_incomplete_is_shown(state: SliceState) -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(100, 24)) as pilot:
        shown = PlanSlice(state, a_plan().phases)
        app.show(run=RUN, tasks=tasks(task("01_explore")), plan=shown)
        await pilot.pause()
        said = "\n".join(app.texts())
        assert ("not up to date" in said) is (state is SliceState.STALE)
        assert "split session store" in said


@pytest.mark.parametrize("width", [60, 80, 120, 200])
async def test_the_tab_at_every_width(width: int) -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(width, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "approval pending for 11m" in said
        assert "3/5 items done" in said
        assert "1 planned, not tasks yet" in said
        assert "adaptive-plan.json" in app.texts()[-1]
        assert app.pane.chosen_task == "", "the first line is a phase"
        app.pane.move(3)
        assert app.pane.chosen_task == "02_plan"


def rows(app: OneTab[PlanPane]) -> list[str]:
    return [each.text.strip() for each in app.pane.view.body]


async def test_a_folded_phase_hides_its_items_and_says_so_until_it_is_unfolded() -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(100, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        before = rows(app)
        app.pane.move(4)
        assert app.pane.folded is False
        assert app.pane.perform(Action.OPEN_OUTPUT)
        assert app.pane.folded is True
        assert rows(app) == [*before[:4], before[4].replace("▾", "▸")]
        assert rows(app)[4].endswith("execute  1/3"), "what is hidden is counted"
        assert app.pane.perform(Action.OPEN_OUTPUT)
        assert rows(app) == before
        app.pane.move(1)
        assert app.pane.folded is None
        assert not app.pane.perform(Action.OPEN_OUTPUT), "a task is opened by the screen"


async def test_folds_stay_with_their_phase_while_it_grows_and_when_one_comes_back_to_the_run() -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(100, 26)) as pilot:
        first, other = RUN, run_slice(row(2, RunStatus.RUNNING))
        execute = PlanPhase("a", (PlanItem("x", "a", "r"),), "a")
        app.show(run=first, tasks=tasks(task("a")), plan=PlanSlice(SliceState.READY, (execute,)))
        await pilot.pause()
        app.pane.perform(Action.OPEN_OUTPUT)
        begin = PlanPhase("z", (PlanItem("y", "z", "r"),), "z")
        grown = PlanPhase("a, b", (*execute.items, PlanItem("w", "b", "r")), "a")
        app.show(plan=PlanSlice(SliceState.READY, (begin, grown)))
        assert rows(app)[2].startswith("▸")
        assert len(rows(app)) == 3
        app.show(run=other, tasks=tasks(task("a")), plan=PlanSlice(SliceState.READY, (execute,)))
        assert rows(app)[0].startswith("▾"), "another run has its own"
        app.show(run=first, tasks=tasks(task("a")), plan=PlanSlice(SliceState.READY, (begin, grown)))
        assert rows(app)[2].startswith("▸")


REVISED = PlanRevision(
    "02_plan",
    2,
    (
        PlanChange(ChangeKind.ADDED, "rotate refresh tokens"),
        PlanChange(ChangeKind.CHANGED, "split session store", "writer → executor"),
        PlanChange(ChangeKind.REMOVED, "rewrite router"),
    ),
)


def test_a_difference_takes_as_few_lines_as_its_room_allows() -> None:
    assert texts(revision_lines((REVISED,), frame(120))) == [
        " diff v1 → v2   + rotate refresh tokens   ~ split session store (writer → executor)   - rewrite router"
    ]
    assert texts(revision_lines((REVISED,), frame(60))) == [
        " diff v1 → v2   + rotate refresh tokens",
        "   ~ split session store (writer → executor)",
        "   - rewrite router",
    ]
    same = PlanRevision("02_plan", 3, ())
    assert texts(revision_lines((REVISED, same), frame(200))) == [
        " diff v1 → v2 of 02_plan   + rotate refresh tokens   ~ split session store (writer → executor)"
        "   - rewrite router",
        " diff v2 → v3 of 02_plan   they are the same",
    ]


def test_a_title_gives_way_to_what_has_changed() -> None:
    changed = PlanRevision("p", 2, (PlanChange(ChangeKind.CHANGED, "split the session store", "writer → executor"),))
    said = texts(revision_lines((changed,), frame(46)))
    assert said == [" diff v1 → v2", "   ~ split the session s… (writer → executor)"]
    for width in range(40):
        assert all(len(text) <= max(1, width) for text in texts(revision_lines((changed,), frame(width))))


async def test_the_difference_is_shown_and_hidden_and_only_where_there_are_two_versions() -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(110, 26)) as pilot:
        app.pane.take(a_run_in_every_tab())
        await pilot.pause()
        assert app.pane.offers() == frozenset()
        assert not app.pane.perform(Action.PLAN_DIFF)
        assert "v2" not in app.texts()[-1]
        before = rows(app)
        app.show(plan=replace(a_plan(), revisions=(REVISED,)))
        assert app.pane.offers() == {Action.PLAN_DIFF}
        assert app.pane.view.note == "v2 · adaptive-plan.json"
        assert rows(app) == before, "nobody has asked"
        assert app.pane.perform(Action.PLAN_DIFF)
        assert rows(app)[len(before)].startswith("diff v1 → v2")
        assert app.pane.chosen_task == ""
        assert app.pane.folded is None
        assert app.pane.perform(Action.PLAN_DIFF)
        assert rows(app) == before


async def test_the_difference_comes_into_sight_below_a_plan_that_is_longer_than_the_page() -> None:
    app = OneTab(PlanPane)
    async with app.run_test(size=(60, 20)) as pilot:
        long = plan(*(PlanItem(f"item {n}", None, "r") for n in range(40)))
        app.show(run=RUN, tasks=tasks(), plan=replace(long, revisions=(REVISED,)))
        await pilot.pause()
        app.pane.perform(Action.PLAN_DIFF)
        await pilot.pause()
        said = "\n".join(app.texts())
        assert "diff v1 → v2" in said
        assert "- rewrite router" in said


def test_a_text_without_an_end_has_everything_unfolded_and_the_difference() -> None:
    slices = {**a_run_in_every_tab(), SliceName.PLAN: replace(a_plan(), revisions=(REVISED,))}
    said = "\n".join(plain_run(Path("/r"), slices, frame(ENDLESS, glyphs=PLAIN)))
    assert "diff v1 > v2   + rotate refresh tokens" in said
    assert "split session store" in said


def test_x_stops_no_run_where_it_shows_the_difference_of_plans() -> None:
    running = Situation(Region.PLAN, run=RUN.run, run_known=True, rows=5)
    assert DEFAULT.find("X", running) is None
    assert DEFAULT.find("X", dataclass_replace(running, region=Region.PROGRESS)) is Action.STOP_RUN


def test_a_phase_with_nothing_in_it_has_nothing_to_fold() -> None:
    (heading,) = plan_lines(plan(), tasks(), frame(100), Kept())
    assert (heading.key, heading.text) == ("", "   ◦ execute  0/0")


@pytest.mark.parametrize(("glyphs", "shapes"), [(ASCII, "-+"), (PLAIN, "  "), (UNICODE, "▾▸")])
def test_each_set_of_shapes_has_its_own_for_folding(glyphs: Glyphs, shapes: str) -> None:
    phase = PlanPhase("execute", (PlanItem("x", None, "r"),))
    said = [phase_line(phase, (None,), frame(glyphs=glyphs), folded=folded).text[1] for folded in (False, True)]
    assert "".join(said) == shapes


async def test_the_screen_says_what_enter_does_at_the_selected_line() -> None:
    app = dashboard(ScriptedSource(PROJECT), select=WORKING.path)
    async with app.run_test(size=(120, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("7")
        await until(pilot, lambda: app.main.place is Region.PLAN and bool(app.main.detail.selected))

        def enter() -> list[str]:
            return [key.short for key in DEFAULT.available(app.main.situation()) if "enter" in key.keys]

        assert enter() == ["fold"]
        await pilot.press("enter")
        assert enter() == ["unfold"]
        assert "find the session code" not in "\n".join(grid(app.screen))
        await pilot.press("enter", "down")
        assert enter() == ["its output"]
        await pilot.press("enter")
        await until(pilot, lambda: app.main.place is Region.OUTPUT)


@pytest.mark.parametrize("width", [0, 1, 3, 8, 20, 60])
def test_hostile_text_and_no_room_do_no_harm(width: int) -> None:
    item = PlanItem(HOSTILE, HOSTILE, HOSTILE, (HOSTILE,))
    drawn_for = frame(width)
    lines = (
        *approval_lines(Approval(HOSTILE, HOSTILE, HOSTILE), RUN, drawn_for),
        *plan_lines(plan(item, name=HOSTILE), tasks(task(HOSTILE, TaskStatus.RUNNING)), drawn_for, Kept()),
        phase_line(PlanPhase(HOSTILE, (item,)), (None,), drawn_for),
    )
    for each in lines:
        assert "owned" not in each.text
        assert "\x1b" not in each.text
        assert "\u202e" not in each.text
