"""Alerts: each episode is told once to whoever looks at the dashboard, and listed until it is dismissed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from textual.widgets._toast import Toast

from crew_core.model.status import RunStatus
from crew_core.observe.slices import Liveness, RunRow, SliceName
from crew_tui.alerting.delivery import LOOK_S
from crew_tui.alerting.loudness import Loudness
from tests.acceptance.stage import Stage, playing, scripted
from tests.tui.builders import LINK, NOW, row, runs
from tests.tui.dashboard import ScriptedSource


@dataclass
class World:
    """One run beside a finished one, and a clock that the test moves."""

    stage: Stage
    source: ScriptedSource
    now: list[datetime]
    toasts: list[str] = field(default_factory=list)

    async def becomes(self, of: RunRow, true: Callable[[], bool]) -> None:
        """The run is another one from now on; time passes until that has had its consequence."""
        self.source.publish(runs=runs(of, row(9)))
        await self.stage.until(lambda: self._later() or true(), "the alert")

    def _later(self) -> None:
        self.now[0] += timedelta(seconds=1)
        as_of = self.now[0].isoformat()
        self.source.publish(link=msgspec.structs.replace(LINK, as_of=as_of))

    def told(self, words: str) -> int:
        return sum(words in each for each in self.toasts)


@asynccontextmanager
async def opened_on(first: RunRow) -> AsyncIterator[World]:
    now = [NOW]
    source = ScriptedSource({SliceName.RUNS: runs(first, row(9)), SliceName.LINK: LINK})
    app = scripted(source, clock=lambda: now[0], find_loudness=Loudness)
    async with playing(app, (100, 30), toasts=True) as stage:
        world = World(stage, source, now)
        notify = app.notify

        def noted(message: str, **options: object) -> None:
            world.toasts.append(f"{options.get('title')} {message}")
            notify(message, **options)  # type: ignore[arg-type]

        app.notify = noted  # type: ignore[method-assign]
        await stage.sees("00000001")
        # What is so when it first looks is no news; nothing tells when it has.
        await asyncio.sleep(2 * LOOK_S)
        yield world


def run(live: Liveness) -> RunRow:
    return row(1, RunStatus.RUNNING, live=live, needs_you=live is Liveness.INTERRUPTED)


async def test_dead_alive_and_dead_are_two_episodes_each_told_once() -> None:
    async with opened_on(run(Liveness.LIVE)) as world:
        for episode in (1, 2):
            await world.becomes(run(Liveness.INTERRUPTED), lambda of=episode: world.told("interrupted") == of)
            await world.becomes(run(Liveness.LIVE), lambda: "alert" not in world.stage.lines()[0])
        await world.stage.press("!")
        await world.stage.sees("alerts 2")
        assert world.told("interrupted") == 2


async def test_what_is_over_already_raises_none() -> None:
    async with opened_on(row(1, RunStatus.FAILED)) as world:
        changed = row(1, RunStatus.FAILED, goal="another goal")
        times = iter(range(20))
        await world.becomes(changed, lambda: next(times) == 19)
        assert world.toasts == []
        await world.stage.press("!")
        await world.stage.sees("No alerts.")


async def test_what_was_dismissed_stays_dismissed() -> None:
    async with opened_on(run(Liveness.LIVE)) as world:
        dead = run(Liveness.INTERRUPTED)
        await world.becomes(dead, lambda: world.told("interrupted") == 1)
        await world.stage.press("!", "x")
        await world.stage.sees("No alerts.")
        times = iter(range(20))
        await world.becomes(msgspec.structs.replace(dead, goal="another goal"), lambda: next(times) == 19)
        assert "No alerts." in world.stage.text()
        assert world.told("interrupted") == 1


async def test_the_list_of_alerts_is_not_covered_by_what_was_told() -> None:
    async with opened_on(row(1, RunStatus.COMPLETED)) as world:
        app = world.stage.app
        app.notify("since you left", timeout=3_600)
        await world.stage.until(lambda: len(app.screen.query(Toast)) == 1, "the toast")
        await world.stage.press("!")
        await world.stage.sees("No alerts.")
        await world.stage.until(lambda: not app.screen.query(Toast), "the toast to go")
