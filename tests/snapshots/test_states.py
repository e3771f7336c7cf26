"""The five states of every pane, at four sizes: empty, loading, stale, partial, error."""

from __future__ import annotations

import pytest

from crew_core.observe.slices import SliceName
from tests.snapshots.cases import EMPTY, RUNS_STATES, STATES, TABS, WORKING, Slices
from tests.snapshots.goldens import SIZES, compare, size_name
from tests.snapshots.looking import settled
from tests.tui.dashboard import ScriptedSource, dashboard

#: Pane and state of each golden: the slices, and the key that leads to the pane.
CASES: dict[str, tuple[Slices, str]] = {
    **{f"state-{tab}-{state}": (slices, key) for tab, key in TABS.items() for state, slices in STATES.items()},
    **{f"state-runs-{state}": (slices, "") for state, slices in RUNS_STATES.items()},
    # Alerts are made here of what the slices say: they are not read, so that there is nothing else to be said of them.
    "state-alerts-empty": (EMPTY, "exclamation_mark"),
}
STATE_NAMES = tuple(CASES)


#: The suite takes the two sizes that most people have; the smallest and the largest are torture's.
_SAMPLED = [size if size in ((80, 24), (120, 40)) else pytest.param(size, marks=pytest.mark.torture) for size in SIZES]


@pytest.mark.parametrize("size", _SAMPLED, ids=size_name)
@pytest.mark.parametrize("name", CASES)
async def test_the_pane_says_what_it_knows(name: str, size: tuple[int, int], look: None) -> None:
    slices, key = CASES[name]
    app = dashboard(ScriptedSource(dict(slices)), select=WORKING.path)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, app)
        app.main.waited = True
        if key:
            await pilot.press(key)
        app.main.waited = True
        app.main.rebuild()
        seen = await settled(pilot, app)
    compare(f"{name}-{size_name(size)}.txt", seen)


def test_every_state_is_looked_at() -> None:
    assert set(STATES) == set(RUNS_STATES) == {"empty", "loading", "stale", "partial", "error"}
    assert SliceName.RUN in STATES["error"]
