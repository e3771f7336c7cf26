"""Text fuzz: whatever stands in goals, outputs and letters, borders stay where they are and nothing raw is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crew_core.config.first_look import Wishes
from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.slices import Evidence, LinkSlice, LinkState, Problem, SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import (
    Approval,
    Box,
    ChangeKind,
    HealthSlice,
    MailSlice,
    PlanChange,
    PlanItem,
    PlanPhase,
    PlanRevision,
    PlanSlice,
    Worker,
)
from crew_tui.glyphs import GlyphWish
from tests.acceptance.hostile import PIECES, texts, watch_frames
from tests.acceptance.stage import playing, scripted
from tests.tui.builders import ago, event, events, letter, output, progress, row, run_of, run_slice, runs, task
from tests.tui.dashboard import ScriptedSource

SIZES = ((40, 12), (60, 20), (80, 24), (121, 40))
NAMES = ("01_look", "02_change", "03_check", "04_more")


def project(says: Callable[[], str]) -> dict[SliceName, object]:
    """One run in the middle of its work; everything in it that somebody else has written is `says`."""
    of = row(1, RunStatus.RUNNING, goal=says(), team=says(), workflow=says(), project=says(), why=says())
    others = [row(n, goal=says(), team=says(), why=says(), doubt=says(), problem=says()) for n in (2, 3)]
    names = [f"{name}{says()}" for name in NAMES]
    statuses = (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.QUEUED)
    members = tuple(
        task(
            name,
            status,
            depends_on=(names[place - 1],) if place else (),
            step_id=says(),
            role=says(),
            agent=says(),
            program=says(),
            title=says(),
            error=says(),
            agent_progress=progress(says(), current_tool=says(), current_tool_args=says()),
        )
        for place, (name, status) in enumerate(zip(names, statuses, strict=True))
    )
    journal = [
        event(n, says() or "x", names[n % 4], says(), error=says(), detail=says(), **{says() or "k": says()})
        for n in range(1, 9)
    ]
    doubt = Evidence(says(), says(), Path("/r") / "tasks.json", 7)
    letters = [
        letter(f"m{n}", box, says(), says(), says(), kind=says(), status=says(), data=says(), task_id=names[n])
        for n, box in enumerate((Box.INBOX, Box.OUTBOX, Box.INBOX))
    ]
    phases = [PlanPhase(says(), (PlanItem(says(), name, says()), PlanItem(says(), None, says()))) for name in names]
    return {
        SliceName.RUNS: replace(runs(of, *others), problems=(Problem(Path("/r"), says()),), state=SliceState.PARTIAL),
        SliceName.LINK: LinkSlice(says(), LinkState.STALE, ago(3), (Problem(Path("/r"), says()),)),
        SliceName.RUN: run_slice(
            of,
            run=run_of(of, summary=says(), code=says()),
            why=says(),
            problems=(Problem(Path("/r/x"), says()),),
            evidence=(doubt,),
            doubts=(doubt,),
        ),
        SliceName.TASKS: TasksSlice(SliceState.READY, members, {name: says() for name in names}, {names[0]: doubt}),
        SliceName.EVENTS: events(*journal),
        SliceName.OUTPUT: output([(names[n % 4], kind, says()) for n, kind in enumerate(("text", "error", "raw") * 4)]),
        SliceName.MAIL: MailSlice(SliceState.READY, tuple(letters), (Problem(Path("/r/m"), says()),)),
        SliceName.HEALTH: HealthSlice(
            SliceState.READY, (Worker(names[2], 1, 7, ago(9), ago(1), None, says()),), says(), (doubt,)
        ),
        SliceName.PLAN: PlanSlice(
            SliceState.READY,
            tuple(phases),
            Approval(says(), ago(5), says()),
            Path("/r/plan.json"),
            tuple(PlanRevision(says(), 2, tuple(PlanChange(k, says(), says()) for k in ChangeKind)) for _ in range(2)),
        ),
    }


async def every_frame_is_whole(said: Sequence[str], size: tuple[int, int], glyphs: str) -> None:
    source = ScriptedSource(project(cycle(said).__next__))
    async with playing(scripted(source, wishes=Wishes(glyphs=glyphs)), size, toasts=True) as stage:
        found = watch_frames(stage)
        await stage.press(
            "enter", *"123", "j", "enter", *"457", "X", "j", *"8", "t", *"x?", "escape", "escape", ":", "escape"
        )
        stage.app.notify_briefly(said[0])
        await stage.press("escape", "j", "/", *"a", "escape", "c", "n", "escape")
        assert stage.app.frames > 10
        assert found == []


#: In a toast it was cut inside of its third sign.
FLAGS = "👩\u200d💻🇩🇪🏳️\u200d🌈plain words"


@settings(max_examples=4)
@given(st.lists(texts, min_size=1, max_size=9), st.sampled_from(SIZES), st.sampled_from(GlyphWish))
@example([FLAGS], (80, 24), GlyphWish.AUTO)
async def test_no_text_breaks_a_frame(said: list[str], size: tuple[int, int], glyphs: str) -> None:
    await every_frame_is_whole(said, size, glyphs)


@pytest.mark.torture
@settings(max_examples=400)
@given(st.lists(texts, min_size=1, max_size=9), st.sampled_from(SIZES), st.sampled_from(GlyphWish))
@example(["漢" * 500_000 + "\x1b[2J"], (80, 24), GlyphWish.UNICODE)
async def test_none_of_many(said: list[str], size: tuple[int, int], glyphs: str) -> None:
    await every_frame_is_whole(said, size, glyphs)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_none_of_those_that_are_known(size: tuple[int, int]) -> None:
    await every_frame_is_whole(PIECES, size, GlyphWish.UNICODE)
