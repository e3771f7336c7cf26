"""When the store thread fails: what is shown then, and that it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crew_core.model import events as e
from crew_core.observe import tireless_thread
from crew_core.observe.observer import Observer
from crew_core.observe.run_source import RunSource, source_of
from crew_core.observe.slices import LinkState, SliceName, SliceState
from crew_core.observe.watcher import Backend
from tests.observe.test_observer import Seen, written


@pytest.fixture
def seen() -> Seen:
    return Seen()


class Failing:
    """Gives the directories of runs, unless something is wrong."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wrong = ""
        self.asked = 0

    def __call__(self) -> list[Path]:
        self.asked += 1
        if self.wrong:
            raise RuntimeError(self.wrong)
        return [self.root]


def test_when_reading_fails_it_is_shown_as_of_then_and_goes_on_when_somebody_asks(tmp_path: Path, seen: Seen) -> None:
    run = written(tmp_path)
    run.record(e.RunRunning())
    find = Failing(tmp_path / "runs")
    observer = Observer(find, seen.publish, backend=Backend.POLLING)
    observer.start()
    try:
        observer.select(run.path)
        seen.until(lambda now: now.run.run is not None and now.link.state is LinkState.POLLING, "the run")
        find.wrong = "no room for it"
        observer.refresh()
        seen.until(lambda now: now.run.state is SliceState.STALE, "that it is stale")
        assert (seen.link.state, seen.runs.state) == (LinkState.STALE, SliceState.STALE)
        assert "no room for it" in seen.link.problems[0].what
        since = seen.link.as_of
        assert since is not None
        assert (seen.run.as_of, seen.runs.as_of) == (since, since)
        assert seen.run.run is not None
        assert len(seen.runs.rows) == 1
        told = len(seen.history)
        observer.refresh()
        seen.until(lambda now: any(SliceName.LINK in each for each in now.history[told:]), "that it failed again")
        assert seen.link.as_of == since
        find.wrong = ""
        observer.refresh()
        seen.until(lambda now: now.link.state is LinkState.POLLING and now.run.state is SliceState.READY, "it goes on")
        assert (seen.runs.state, seen.runs.as_of, seen.run.as_of) == (SliceState.READY, None, None)
    finally:
        observer.close()


def test_what_failed_is_tried_again_by_itself(tmp_path: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tireless_thread, "FIRST_S", 0.01)
    find = Failing(tmp_path / "runs")
    find.wrong = "not yet"
    observer = Observer(find, seen.publish, backend=Backend.POLLING)
    observer.start()
    try:
        seen.until(lambda now: find.asked > 3, "further attempts")
        assert (seen.link.state, seen.runs.state) == (LinkState.STALE, SliceState.ERROR)
        find.wrong = ""
        seen.until(lambda now: now.link.state is LinkState.POLLING, "that it goes on")
        assert seen.runs.state is SliceState.EMPTY
    finally:
        observer.close()


@given(st.integers(1, 10_000))
def test_attempts_come_after_one_second_and_ever_later_up_to_thirty(failures: int) -> None:
    assert tireless_thread.wait_s(1) == 1.0
    assert tireless_thread.wait_s(failures) <= tireless_thread.wait_s(failures + 1) <= 30.0
    assert failures < 6 or tireless_thread.wait_s(failures) == 30.0


def test_a_run_that_cannot_be_read_does_not_keep_another_from_being_read(
    tmp_path: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = written(tmp_path), written(tmp_path, 1)
    for run in (good, bad):
        run.record(e.RunRunning())

    def failing(run_dir: Path) -> RunSource:
        if run_dir == bad.path:
            raise RuntimeError("not to be read")
        return source_of(run_dir)

    monkeypatch.setattr("crew_core.observe.selected.source_of", failing)
    observer = Observer(lambda: [tmp_path / "runs"], seen.publish, backend=Backend.POLLING)
    observer.start()
    try:
        observer.select(good.path)
        seen.until(lambda now: now.run.run is not None, "the good one")
        observer.select(bad.path)
        seen.until(lambda now: now.run.state is SliceState.ERROR, "that the other cannot be read")
        assert seen.run.path == bad.path
        assert "not to be read" in seen.run.problems[0].what
        observer.select(good.path)
        seen.until(lambda now: now.run.path == good.path and now.run.state is SliceState.READY, "the good one again")
        seen.until(lambda now: now.link.state is LinkState.POLLING, "that reading goes on")
    finally:
        observer.close()
