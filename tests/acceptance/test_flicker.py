"""Flicker: in no frame is a list empty that was not empty before and is not empty now."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crew_core.model.status import RunStatus, TaskStatus
from crew_core.observe.observer import Observer
from crew_core.observe.slices import SliceName, SliceState, TasksSlice
from crew_core.observe.tab_slices import Box, MailSlice
from crew_core.ops.scopes import Scope
from crew_tui.store_link import MakeSource, Publish, Source
from tests.acceptance.stage import playing, scripted, watched
from tests.acceptance.written_runs import completed, interrupted
from tests.tui.builders import a_busy_project, event, events, letter, output, row, run_slice, runs, task, tasks
from tests.tui.dashboard import ScriptedSource

OF = row(0xCFC0CF97, RunStatus.RUNNING)


def some_runs(chance: random.Random) -> object:
    others = [row(number, chance.choice(list(RunStatus))) for number in range(1, chance.randint(2, 30))]
    listed = chance.sample([OF, *others], len(others) + 1)
    return runs(*listed, state=chance.choice((SliceState.READY, SliceState.PARTIAL, SliceState.STALE)))


def some_tasks(chance: random.Random) -> object:
    others = [task(f"t{number:02}", chance.choice(list(TaskStatus))) for number in range(chance.randint(0, 12))]
    return tasks(task("04_tests", chance.choice((TaskStatus.RUNNING, TaskStatus.COMPLETED))), *others)


def some_letters(chance: random.Random) -> object:
    letters = [letter(f"m{number}", box, "leader", "04_tests", "text") for number, box in enumerate(tuple(Box) * 4)]
    return MailSlice(SliceState.READY, tuple(letters[: chance.randint(1, len(letters))]))


def a_run(chance: random.Random) -> object:
    state = chance.choice((SliceState.READY, SliceState.PARTIAL))
    return run_slice(OF, why=chance.choice(("", "waits for something")), state=state)


CHANGES: dict[str, Callable[[random.Random], object]] = {
    "runs": some_runs,
    "run": a_run,
    "tasks": some_tasks,
    "events": lambda chance: events(*(event(number, "run.noted") for number in range(1, chance.randint(2, 40)))),
    "output": lambda chance: output([("04_tests", "text", "so it says")] * chance.randint(1, 40)),
    "mail": some_letters,
}

#: What stands in each tab as long as its list is not empty.
WORDS = {"1": "04_tests", "2": "run.noted", "3": "leader", "4": "so it says", "7": "01_explore", "8": "04_tests"}

#: The slices that change at once, by what chance, and the tab that is gone to meanwhile, if any.
steps = st.lists(
    st.tuples(
        st.sets(st.sampled_from(sorted(CHANGES)), min_size=1), st.integers(0, 999), st.sampled_from(["", *WORDS])
    ),
    min_size=5,
    max_size=40,
)


async def no_frame_is_empty(storm: Sequence[tuple[set[str], int, str]]) -> None:
    chance = random.Random(0)
    source = ScriptedSource(a_busy_project())
    async with playing(scripted(source, select=OF.path), (120, 30)) as stage:
        source.publish(**{name: made(chance) for name, made in CHANGES.items()})
        await stage.press("1")
        seen, found = {"1"}, list[str]()

        def look() -> None:
            text = stage.text()
            wanted = WORDS.get(open_tab(text), "the line of the tabs")
            if "cfc0cf97 " not in text.replace("▶", " ") or (wanted not in text and wanted in seen):
                found.append(text)
            if wanted in text:
                seen.add(wanted)

        stage.app.on_frame = look
        for names, seed, tab in storm:
            chance = random.Random(seed)
            source.publish(**{name: CHANGES[name](chance) for name in names})
            if tab:
                stage.type(tab)
            for _ in range(seed % 7):
                await asyncio.sleep(0)
            if seed % 3 == 0:
                await stage.settled()
        await stage.settled()
        assert not found, found[0]


def open_tab(text: str) -> str:
    """The number of the tab that is open."""
    return text.partition("[")[2][:1]


#: To find what is smallest takes minutes, and says no more.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


@settings(max_examples=6, phases=_PHASES)
@given(steps)
async def test_no_storm_makes_a_list_flicker(storm: Sequence[tuple[set[str], int, str]]) -> None:
    await no_frame_is_empty(storm)


@pytest.mark.torture
@settings(max_examples=300, phases=_PHASES)
@given(steps)
async def test_none_of_many_storms_does(storm: Sequence[tuple[set[str], int, str]]) -> None:
    await no_frame_is_empty(storm)


def one_by_one(root: Path) -> MakeSource:
    """The real observer, so slow that everything it tells is taken in before it tells the next."""
    loop = asyncio.get_running_loop()

    def make(publish: Publish) -> Source:
        def tell(changes: dict[SliceName, object]) -> None:
            publish(changes)
            taken = threading.Event()
            # Behind what `publish` has put there, and what that puts there.
            loop.call_soon_threadsafe(loop.call_soon, loop.call_soon, taken.set)
            taken.wait(0.5)

        return Observer(lambda: [root], tell)

    return make


async def test_reading_everything_again_empties_nothing(tmp_path: Path) -> None:
    """What stands there stays until what is read anew takes its place."""
    root = tmp_path / "runs"
    interrupted(root)
    run = completed(root)
    scopes = (Scope("acme", lambda: (root,)),)
    async with playing(watched(scopes, select=run.path, make_source=one_by_one(root))) as stage:
        await stage.sees("01_look")
        without = list[str]()
        told = asyncio.Event()

        def look(slice: object) -> None:
            """As if each change were followed by a frame."""
            assert isinstance(slice, TasksSlice)
            if not all(words in stage.text() for words in ("01_look", "03_check", "00000001", "00000003")):
                without.append(stage.text())
            if slice.state is SliceState.READY:
                told.set()

        stage.app.link.bus.subscribe(SliceName.TASKS, look)
        await stage.press("r")
        await told.wait()
        assert not without, without[0]
