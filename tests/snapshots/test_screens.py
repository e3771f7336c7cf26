"""Each screen as it was when somebody last looked at it: text and styles, at four sizes."""

from __future__ import annotations

import pytest

from tests.snapshots.cases import EMPTY, SCREENS, WORKING
from tests.snapshots.covers import COVER_STATES, COVERS
from tests.snapshots.goldens import FOLDER, SIZES, compare, size_name
from tests.snapshots.looking import gone_through, is_shown
from tests.snapshots.matches import MATCHES
from tests.snapshots.test_states import STATE_NAMES
from tests.tui.dashboard import ScriptedSource, dashboard

#: The largest and the smallest are torture's: what is left out for want of room has tests of its own.
_SAMPLED = [size if size in ((80, 24), (120, 40)) else pytest.param(size, marks=pytest.mark.torture) for size in SIZES]


@pytest.mark.parametrize("size", _SAMPLED, ids=size_name)
@pytest.mark.parametrize("name", SCREENS)
async def test_the_screen_looks_as_it_did(name: str, size: tuple[int, int], look: None) -> None:
    case = SCREENS[name]
    app = dashboard(ScriptedSource(dict(case.slices)), select=WORKING.path)
    async with app.run_test(size=size) as pilot:
        while case.slices is not EMPTY and not is_shown(app):
            await pilot.pause()
        seen = await gone_through(pilot, app, case.keys, case.shows)
    compare(f"{name}-{size_name(size)}.txt", seen)


def test_no_snapshot_is_left_over() -> None:
    wanted = {
        f"{name}-{size_name(size)}.txt"
        for name in (*SCREENS, *STATE_NAMES, *COVERS, *COVER_STATES, MATCHES)
        for size in SIZES
    }
    assert {path.name for path in FOLDER.glob("*.txt")} == wanted
