"""The five states of every pane, at four sizes: empty, loading, stale, partial, error."""

from __future__ import annotations

import pytest

from crew_core.observe.slices import SliceName
from tests.snapshots.cases import EMPTY, RUNS_STATES, STATES, TABS, WORKING, Slices
from tests.snapshots.covers import COVER_STATES
from tests.snapshots.goldens import SIZES, compare, golden, size_name
from tests.snapshots.looking import settled
from tests.tui.dashboard import ScriptedSource, dashboard

#: Pane and state of each golden: the slices, and the key that leads to the pane.
CASES: dict[str, tuple[Slices, str]] = {
    **{f"state-{tab}-{state}": (slices, key) for tab, key in TABS.items() for state, slices in STATES.items()},
    **{f"state-runs-{state}": (slices, "") for state, slices in RUNS_STATES.items()},
    # Alerts are made here of what the slices say: they are not read, so that they have no error of their own.
    "state-alerts-empty": (EMPTY, "exclamation_mark"),
    "state-alerts-stale": (RUNS_STATES["stale"], "exclamation_mark"),
    "state-alerts-partial": (RUNS_STATES["partial"], "exclamation_mark"),
}
STATE_NAMES = tuple(CASES)


#: The suite takes the size that shows the most with the least room; the others are torture's.
_SAMPLED = [size if size == (80, 24) else pytest.param(size, marks=pytest.mark.torture) for size in SIZES]


@pytest.mark.parametrize("size", _SAMPLED, ids=size_name)
@pytest.mark.parametrize("name", CASES)
async def test_the_pane_says_what_it_knows(name: str, size: tuple[int, int], look: None) -> None:
    slices, key = CASES[name]
    app = dashboard(ScriptedSource(dict(slices)), select=WORKING.path)
    async with app.run_test(size=size) as pilot:
        await settled(pilot, app)
        app.main.patience.lost = True
        if key:
            await pilot.press(key)
        app.main.patience.lost = True
        app.main.rebuild()
        seen = await settled(pilot, app)
    compare(f"{name}-{size_name(size)}.txt", seen)


_FIVE = {"empty", "loading", "stale", "partial", "error"}


def test_every_state_is_looked_at() -> None:
    assert set(STATES) == set(RUNS_STATES) == _FIVE
    assert SliceName.RUN in STATES["error"]
    for pane in ("transcript", "text", "artifacts", "replay", "resources"):
        assert {name.rpartition("-")[2] for name in COVER_STATES if name.startswith(f"state-{pane}-")} >= _FIVE, pane


@pytest.mark.parametrize("size", SIZES, ids=size_name)
def test_no_two_states_of_a_pane_look_alike(size: tuple[int, int]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for name in (*CASES, *COVER_STATES):
        pane, text = name.rpartition("-")[0], golden(f"{name}-{size_name(size)}.txt")
        assert (pane, text) not in seen, (name, seen[pane, text])
        seen[pane, text] = name
