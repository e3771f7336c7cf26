"""What happens between the loop and other threads: slices in, requests out."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import FrameType

import pytest

from crew_core.observe.slices import LinkSlice, LinkState, SliceName
from crew_core.ops.scopes import Scope
from crew_tui.screens.ticking import tick_after_s
from crew_tui.steering import Steering, Told
from crew_tui.store_link import StoreLink
from tests.tui.builders import LINK, NOW, ROOT, a_busy_project
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.grid import grid


def linked(source: ScriptedSource) -> StoreLink:
    return StoreLink((Scope("acme", lambda: (ROOT,)),), source)


def test_what_is_read_before_there_is_a_loop_waits_for_it() -> None:
    source = ScriptedSource(dict.fromkeys((SliceName.RUNS, SliceName.LINK), LINK))
    link = linked(source)
    seen: list[object] = []
    link.bus.subscribe(SliceName.LINK, seen.append)
    link.start()
    assert not seen

    async def use() -> None:
        link.open(lambda callback: callback())

    asyncio.run(use())
    assert seen == [LINK]


@pytest.mark.parametrize("line", range(1, 9))
async def test_nothing_is_lost_that_comes_while_the_loop_is_taken(line: int) -> None:
    """Another thread is held up at this line of handing a callback over, until the loop is there or waits for it."""
    link = linked(ScriptedSource(dict.fromkeys((SliceName.RUNS, SliceName.LINK), LINK)))
    called: list[str] = []
    held_up, opened = threading.Event(), threading.Event()
    lines = iter(range(1, 99))

    def hold_up(frame: FrameType, what: str, _: object) -> Callable[..., object] | None:
        if frame.f_code is not StoreLink.run_soon.__code__:
            return None
        if what == "line" and next(lines) == line:
            held_up.set()
            opened.wait(0.1)
        return hold_up

    def hand_over() -> None:
        sys.settrace(hold_up)
        link.run_soon(partial(called.append, "it"))
        held_up.set()

    thread = threading.Thread(target=hand_over)
    thread.start()
    assert held_up.wait(10)
    link.open(lambda callback: callback())
    opened.set()
    thread.join(10)
    await asyncio.sleep(0)
    assert called == ["it"]


def test_slices_that_come_after_the_end_are_dropped() -> None:
    source = ScriptedSource(dict.fromkeys((SliceName.RUNS, SliceName.LINK), LINK))
    link = linked(source)

    async def use() -> None:
        link.open(lambda callback: callback())

    asyncio.run(use())
    source.publish(link=LINK)


async def test_slices_come_from_another_thread() -> None:
    source = ScriptedSource(a_busy_project())
    app = dashboard(source)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        polling = LinkSlice("polling", LinkState.POLLING, None)
        thread = threading.Thread(target=lambda: source.publish(link=polling))
        thread.start()
        async with asyncio.timeout(10):
            while "polling" not in grid(app.screen)[0]:
                await pilot.pause()
        thread.join()


async def test_an_error_in_a_pane_ends_the_dashboard_as_its_own_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    source = ScriptedSource(a_busy_project())
    app = dashboard(source)

    async def use() -> None:
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.pause()
            monkeypatch.setattr(app.main.header, "compose_view", lambda frame: 1 / 0)
            source.publish(link=LinkSlice("polling", LinkState.POLLING, None))
            await pilot.pause()

    with pytest.raises(ZeroDivisionError):
        await use()
    assert isinstance(app.failure, ZeroDivisionError)


def test_requests_under_way_reach_their_end_before_the_program_does() -> None:
    told: list[Told] = []
    may_end = threading.Event()
    steering = Steering(told.append, lambda callback: callback())

    def request() -> Told:
        may_end.wait(10)
        return Told("done")

    steering.carry_out(request)
    may_end.set()
    steering.finish()
    assert told == [Told("done")]


def test_time_moves_by_seconds_only_while_something_runs() -> None:
    assert tick_after_s(NOW, alive=True) == 1
    assert tick_after_s(NOW, alive=False) == 60 - NOW.second
    assert tick_after_s(NOW + timedelta(seconds=37.5), alive=False) == 0.5
