"""Waiting for a screen that has come to rest."""

from __future__ import annotations

from collections.abc import Sequence

from textual.pilot import Pilot

from crew_tui.app import Dashboard
from tests.tui.grid import grid, styled_grid


def is_shown(app: Dashboard) -> bool:
    """The selected run has been read: keys mean it from now on."""
    selected = app.main.runs.selected
    return bool(selected) and str(app.main.detail.run.path) == selected


async def gone_through(pilot: Pilot[None], app: Dashboard, keys: Sequence[str], shows: str = "") -> str:
    """The grid after these keys, when `shows`, which a thread may bring, stands on it too."""
    seen = await settled(pilot, app)
    for key in keys:
        await pilot.press(key)
        seen = await settled(pilot, app)
    while shows not in "\n".join(grid(app.screen)):
        await pilot.pause()
    return await settled(pilot, app) if shows else seen


async def settled(pilot: Pilot[None], app: Dashboard) -> str:
    """The grid when nothing works any more and a whole turn of the loop has not changed it."""
    await app.workers.wait_for_complete()
    # What is done when the first frame is painted may change it: alerts are counted in the header.
    while app.main.begun and app.alerting._loudness is None:
        await pilot.pause()
    before, now = "", styled_grid(app.screen)
    while now != before:
        app.alerting.look()
        await pilot.pause()
        before, now = now, styled_grid(app.screen)
    return now
