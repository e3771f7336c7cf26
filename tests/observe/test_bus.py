"""The bus: what is published from any thread is told in turns, the newest version of each slice."""

from __future__ import annotations

from collections.abc import Callable

from crew_core.observe.bus import Bus
from crew_core.observe.slices import SliceName


class Turns:
    """Callbacks that wait until the test takes a turn."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, callback: Callable[[], None]) -> None:
        self.waiting.append(callback)

    def take(self) -> None:
        waiting, self.waiting = self.waiting, []
        for callback in waiting:
            callback()


def test_of_versions_within_one_turn_the_last_is_told() -> None:
    turns, told = Turns(), list[object]()
    bus = Bus(turns)
    bus.subscribe(SliceName.RUNS, told.append)
    bus.publish({SliceName.RUNS: "first"})
    bus.publish({SliceName.RUNS: "second"})
    assert (told, len(turns.waiting)) == ([], 1)
    turns.take()
    assert told == ["second"]


def test_slices_are_told_in_the_order_of_their_last_versions() -> None:
    turns, told = Turns(), list[object]()
    bus = Bus(turns)
    for name in (SliceName.RUN, SliceName.EVENTS):
        bus.subscribe(name, told.append)
    bus.publish({SliceName.EVENTS: "events of one run"})
    bus.publish({SliceName.RUN: "another run", SliceName.EVENTS: "its events"})
    turns.take()
    assert told == ["another run", "its events"]


def test_whoever_comes_late_is_told_what_there_is() -> None:
    turns, told = Turns(), list[object]()
    bus = Bus(turns)
    bus.publish({SliceName.RUNS: "runs", SliceName.LINK: "link"})
    turns.take()
    bus.subscribe(SliceName.RUNS, told.append)
    bus.subscribe(SliceName.TASKS, told.append)
    assert told == ["runs"]
    bus.publish({SliceName.RUNS: "more"})
    turns.take()
    assert told == ["runs", "more"]
