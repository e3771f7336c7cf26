"""What a key needs somebody to offer is offered somewhere: no entry of the key table waits for what never comes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crew_core.model import events as e
from crew_core.model.status import AttemptCause, AttemptOutcome
from crew_core.model.transcript import AgentEvent, Kind
from crew_core.ops.scopes import Scope
from crew_tui.actions import Action
from crew_tui.keymap.entry import Key
from crew_tui.keymap.table import DEFAULT
from crew_tui.screens.keyed import KeyedScreen
from crew_tui.situation import Region, Situation
from tests.acceptance.stage import Stage, playing, scripted, watched
from tests.acceptance.walk import PLACES, Place, go
from tests.acceptance.written_runs import OwnRun, interrupted, moment
from tests.snapshots.cases import REVISED, WORKING
from tests.tui.dashboard import ScriptedSource

#: What is pressed in a place, so that all comes about that it has to offer.
_PRESSED = ("g", "G", "j", "/ n e e d l e enter n", "/ e enter n", "+ + -", "t + right", "[ {")

_LEAVING = frozenset({Action.COPY, Action.EDITOR, Action.PAGER, Action.SHELL})


def waits_for_an_offer(entry: Key, region: Region) -> bool:
    without, having = Situation(region), Situation(region, offers=frozenset({entry.action}))
    return entry.when(having) and not entry.when(without)


def a_run_tried_twice(root: Path) -> OwnRun:
    """The first task's first attempt is over: what it said is only in its transcript."""
    run = OwnRun(root, 9)
    run.start("01_look")
    run.tell("01_look", 1, AgentEvent(Kind.TEXT, text="the needle"))
    ended = e.AttemptEnded(n=1, outcome=AttemptOutcome.FAILED, code="exit", detail="", ended_at=moment(2), exit_code=2)
    run.happens(ended, "01_look")
    run.happens(
        e.AttemptStarting(n=2, cause=AttemptCause.RETRY, worker_id="w-2", program="shell", retries_spent=1), "01_look"
    )
    run.tell("01_look", 2, AgentEvent(Kind.STARTED))
    run.work("01_look", 2)
    run.end("01_look", 2)
    run.start("02_change")
    args = {"path": "a.py", "old_string": "hay", "new_string": "needle"}
    run.tell("02_change", 1, AgentEvent(Kind.TOOL_START, text="a.py", tool="edit", id="1", data={"args": args}))
    run.tell("02_change", 1, AgentEvent(Kind.TEXT, text="another \x1b[1mneedle\x1b[m"))
    run.work("02_change")
    run.snapshots()
    return run


async def offered_in(place: Place, stage: Stage, run: OwnRun) -> AsyncIterator[Situation]:
    """The situations that come about there."""
    for keys in _PRESSED:
        stage.app.main.select_when_seen(run.path)
        await go(stage, place)
        for key in ("", *keys.split()):
            await stage.press(*key.split())
            await stage.until(lambda: "searching" not in stage.text(), "all is searched")
            if isinstance(stage.app.screen, KeyedScreen):
                yield stage.app.screen.situation()


async def offered_by_a_corrected_plan() -> frozenset[Action]:
    """No agent of a written run has corrected its plan."""
    async with playing(scripted(ScriptedSource(REVISED), select=WORKING.path), (120, 30)) as stage:
        await stage.sees("4/7 tasks")
        await stage.press("7")
        await stage.sees("X diff")
        return stage.app.main.situation().offers


# One walk through every place, which takes its time on a machine that others use too.
@pytest.mark.timeout(240)
async def test_whatever_waits_for_an_offer_is_offered(tmp_path: Path) -> None:
    root = tmp_path / "runs"
    interrupted(root)
    run = a_run_tried_twice(root)
    scopes = (Scope("acme", lambda: (root,)), Scope("all", lambda: (root, tmp_path)))
    offers: dict[Region, set[Action]] = {region: set() for region in Region}
    async with playing(watched(scopes, select=run.path, start_in=tmp_path), (120, 30)) as stage:
        await stage.sees("01_look")
        for place in PLACES:
            async for now in offered_in(place, stage, run):
                offers[now.region] |= now.offers
    offers[Region.PLAN] |= await offered_by_a_corrected_plan()
    waiting = [(entry, place) for entry in DEFAULT.entries for place in entry.scope if waits_for_an_offer(entry, place)]
    never = [(entry.action, place) for entry, place in waiting if entry.action not in offers[place]]
    # What leaves the dashboard for a moment needs something to leave it with, which not every screen has.
    assert [(action, place) for action, place in never if action not in _LEAVING] == []
    assert not _LEAVING - set.union(*offers.values())
