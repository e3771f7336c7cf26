"""Identity: the selected run is the same however the list is shuffled, grows and shrinks, until it is gone itself."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crew_core.model.status import RunStatus
from crew_core.observe.slices import RunRow
from tests.acceptance.stage import playing, scripted
from tests.tui.builders import LINK, row, runs
from tests.tui.dashboard import ScriptedSource

KEYS = ("j", "k", "G", "g", "pagedown", "S", "I", "1", "escape", "space")

#: What moves the selection; every other key must leave it where it is.
MOVING = frozenset({"j", "k", "G", "g", "pagedown"})

steps = st.lists(
    st.tuples(st.sampled_from(("shuffle", "add", "remove", "change", "key")), st.integers(0, 999)),
    min_size=10,
    max_size=60,
)


def changed(listed: Sequence[RunRow], what: str, chance: random.Random, selected: str) -> list[RunRow]:
    """The list after a change that leaves the selected run in it."""
    match what:
        case "shuffle":
            return chance.sample(listed, len(listed))
        case "add":
            new = row(chance.randrange(1000, 10**9), chance.choice(list(RunStatus)))
            return [new, *(each for each in listed if each.path != new.path)]
        case "remove":
            gone = chance.choice(listed)
            return [each for each in listed if each is not gone or str(each.path) == selected]
        case _:
            old = chance.choice(listed)
            new = row(int(old.run_id[-16:], 16), chance.choice(list(RunStatus)), seconds=chance.randint(1, 10**6))
            return [new if each is old else each for each in listed]


async def it_stays(script: Sequence[tuple[str, int]]) -> None:
    listed = [row(number, status) for number, status in enumerate((*RunStatus, *RunStatus), 1)]
    source = ScriptedSource({"runs": runs(*listed), "link": LINK})  # type: ignore[dict-item]
    async with playing(scripted(source), (100, 16)) as stage:
        await stage.press("j", "j")
        pane = stage.app.main.runs
        for what, seed in script:
            chance, before = random.Random(seed), pane.selected
            if what == "key":
                key = chance.choice(KEYS)
                if key in MOVING and stage.app.main.place != "runs":
                    continue
                await stage.press(key)
                assert pane.selected == before or key in MOVING
            else:
                listed = changed(listed, what, chance, before)
                source.publish(runs=runs(*listed))
                await stage.settled()
                assert pane.selected == before
            assert any(str(each.path) == pane.selected for each in listed)
            assert pane.selected[-8:] in stage.text(), "the selected run is in sight"


@settings(max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(steps)
async def test_the_selected_run_stays_selected(script: Sequence[tuple[str, int]]) -> None:
    await it_stays(script)


@pytest.mark.torture
@settings(max_examples=300, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(steps)
async def test_it_does_in_many_ways(script: Sequence[tuple[str, int]]) -> None:
    await it_stays(script)


async def test_only_its_end_takes_the_selection_away_to_the_run_in_its_place() -> None:
    listed = [row(number) for number in range(1, 6)]
    source = ScriptedSource({"runs": runs(*listed), "link": LINK})  # type: ignore[dict-item]
    async with playing(scripted(source), toasts=True) as stage:
        await stage.press("j")
        gone = stage.app.main.runs.selected
        source.publish(runs=runs(*(each for each in listed if str(each.path) != gone)))
        await stage.settled()
        assert stage.app.main.runs.selected not in ("", gone)
        await stage.sees(f"{gone[-8:]} is gone")
