"""Leak: however often a screen was opened and closed, nothing of it is left."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.timer import Timer

from tests.acceptance.stage import Stage, over_own, playing
from tests.acceptance.walk import MODALS, PLACES, Place, go, home
from tests.acceptance.written_runs import completed, failed, interrupted

EVERYWHERE = (*PLACES, *MODALS)


def left(stage: Stage) -> dict[str, int]:
    """What there is of each kind of thing that a screen may leave behind."""
    gc.collect()
    bus = stage.app.link.bus
    return {
        "tasks": len(asyncio.all_tasks()),
        "timers": sum(
            isinstance(each, Timer) and each._task is not None and not each._task.done() for each in gc.get_objects()
        ),
        "widgets": len(stage.app._registry),
        "workers": len(stage.app.workers._workers),
        # The loop keeps a few for what may block; it makes as many as it has cores and four, and no more.
        "threads": sum(not each.name.startswith("asyncio_") for each in threading.enumerate()),
        "descriptors": len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0,
        "subscriptions": sum(len(each) for each in bus._subscribers.values()),
        "listeners": len(stage.app.alerting._listeners),
        "screens": len(stage.app.screen_stack),
    }


def runs(timer: Timer) -> bool:
    return timer._task is not None and not timer._task.done()


async def open_and_close(stage: Stage, place: Place) -> None:
    assert await go(stage, place), place.name
    await home(stage)


@asynccontextmanager
async def opened_everything_once(tmp_path: Path) -> AsyncIterator[Stage]:
    """What is made once and kept, as the panes of the tabs are, is there."""
    root = tmp_path / "runs"
    for write in (failed, interrupted, completed):
        run = write(root)
    async with playing(over_own(root, select=run.path, start_in=tmp_path), (80, 24)) as stage:
        await stage.sees("01_look")
        for place in EVERYWHERE:
            await open_and_close(stage, place)
        yield stage


async def test_nothing_is_left_of_screens_that_were_closed(tmp_path: Path) -> None:
    async with opened_everything_once(tmp_path) as stage:
        before = left(stage)
        for place in EVERYWHERE * 2:
            await open_and_close(stage, place)
        assert await grown(stage, before) == {}


@pytest.mark.torture
async def test_nothing_is_left_however_often(tmp_path: Path) -> None:
    async with opened_everything_once(tmp_path) as stage:
        for place in EVERYWHERE:
            before = left(stage)
            for _ in range(200):
                await open_and_close(stage, place)
            assert await grown(stage, before) == {}, place.name


async def grown(stage: Stage, before: dict[str, int]) -> dict[str, int]:
    """What there is more of than before, when threads and timers that are about to end have had the time to."""
    more: dict[str, int] = {}
    for _ in range(20):
        after = left(stage)
        more = {name: after[name] - count for name, count in before.items() if after[name] > count}
        if not more:
            break
        await asyncio.sleep(0.05)
        await stage.settled()
    return more
