"""What the person has arranged stays arranged, whatever other dashboards do and whatever becomes of the file."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from crew_tui.app import Dashboard
from crew_tui.sorting import Sort
from crew_tui.ui_state import UiState, UiStateFile, read_state, state_path
from tests.tui.builders import a_busy_project
from tests.tui.dashboard import ScriptedSource, dashboard


class Clockwork:
    """Waits until the test says that the time has come."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def __call__(self, delay_s: float, call: Callable[[], None]) -> Clockwork:
        assert delay_s >= 0
        self.waiting.append(call)
        return self

    def cancel(self) -> None:
        self.waiting.clear()

    def strike(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()


ARRANGED = UiState(44, "progress", "team turned", "crew-light")


def on_disk(path: Path) -> Any:
    return json.loads(path.read_text())


def test_it_is_in_the_state_directory() -> None:
    assert state_path() == Path(os.environ["XDG_STATE_HOME"]) / "crew-tui" / "ui.json"


def test_what_is_remembered_is_there_next_time() -> None:
    path = state_path()
    file = UiStateFile(path)
    assert file.state == UiState()
    file.remember(ARRANGED)
    file.close()
    assert read_state(path) == UiStateFile(path).state == ARRANGED
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_nothing_is_written_where_nothing_was_changed() -> None:
    file = UiStateFile(state_path())
    file.remember(UiState())
    file.close()
    assert not state_path().parent.exists()


def test_many_changes_are_written_once_and_after_a_while() -> None:
    path, later = state_path(), Clockwork()
    file = UiStateFile(path, later=later)
    for width in range(30, 40):
        file.remember(UiState(runs_width=width))
    assert len(later.waiting) == 1
    assert not path.exists()
    later.strike()
    assert on_disk(path) == {"runsWidth": 39}
    file.remember(UiState(runs_width=39, tab="mail"))
    later.strike()
    assert on_disk(path) == {"runsWidth": 39, "tab": "mail"}
    file.close()


def test_the_write_happens_in_another_thread() -> None:
    written = threading.Event()
    threads: list[threading.Thread] = []

    def in_a_thread(delay_s: float, call: Callable[[], None]) -> threading.Timer:
        def run() -> None:
            threads.append(threading.current_thread())
            call()
            written.set()

        timer = threading.Timer(0, run)
        timer.start()
        return timer

    file = UiStateFile(state_path(), later=in_a_thread)
    file.remember(ARRANGED)
    assert written.wait(10)
    assert threads != [threading.current_thread()]
    assert read_state(state_path()) == ARRANGED


def test_two_dashboards_keep_each_others_entries() -> None:
    path = state_path()
    one, two = UiStateFile(path), UiStateFile(path)
    one.remember(UiState(runs_width=50, tab="mail"))
    one.close()
    two.remember(UiState(sort="team", tab="plan"))
    two.close()
    assert read_state(path) == UiState(50, "plan", "team")
    one.remember(UiState(runs_width=51, tab="mail"))
    one.close()
    assert read_state(path) == UiState(51, "plan", "team"), "only what was changed here is written"


def test_what_is_set_back_to_the_default_leaves_the_file() -> None:
    path = state_path()
    file = UiStateFile(path)
    file.remember(ARRANGED)
    file.close()
    file.remember(UiState(tab="progress"))
    file.close()
    assert on_disk(path) == {"tab": "progress"}


def test_entries_of_a_newer_version_stay() -> None:
    path = state_path()
    path.parent.mkdir(parents=True)
    path.write_text('{"columns": ["id"], "tab": "mail"}')
    file = UiStateFile(path)
    file.remember(UiState(tab="plan"))
    file.close()
    assert on_disk(path) == {"columns": ["id"], "tab": "plan"}


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"tab": "\xff"}', b"[" * 60_000, b'{"tab": "mail"' + b" " * 2_000_000 + b"}"],
    ids=["empty", "torn", "list", "null", "not UTF-8", "deep", "long"],
)
def test_a_damaged_file_is_no_error_and_is_replaced(content: bytes) -> None:
    path = state_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert read_state(path) == UiState()
    file = UiStateFile(path)
    file.remember(UiState(tab="plan"))
    file.close()
    assert on_disk(path) == {"tab": "plan"}


def test_one_wrong_entry_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "ui.json"
    path.write_text('{"runsWidth": -3, "tab": 7, "sort": "team", "theme": []}')
    assert read_state(path) == UiState(sort="team")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=2)))
def test_no_value_of_an_entry_is_an_error(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.getbasetemp() / "ui.json"
    names = ("runsWidth", "tab", "sort", "theme")
    path.write_text(json.dumps(dict.fromkeys(names, value)))
    assert isinstance(read_state(path), UiState)


def test_a_home_that_cannot_be_written_disturbs_nobody(tmp_path: Path) -> None:
    # A file where the directory should be: for root as for everybody else.
    (tmp_path / "state").write_text("")
    file = UiStateFile(tmp_path / "state" / "crew-tui" / "ui.json")
    file.remember(ARRANGED)
    file.close()
    assert file.state == ARRANGED


def test_a_dashboard_that_is_suspended_while_it_writes_is_not_waited_for_long() -> None:
    path = state_path()
    path.parent.mkdir(parents=True)
    held = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        file = UiStateFile(path)
        file.remember(ARRANGED)
        file.close()
    finally:
        os.close(held)
    assert read_state(path) == ARRANGED


async def until_begun(pilot: Pilot[None], app: Dashboard) -> None:
    async with asyncio.timeout(10):
        while not app.main.runs.selected:
            await pilot.pause()


async def test_what_was_pressed_is_there_the_next_time() -> None:
    project = a_busy_project()
    file = UiStateFile(state_path())
    app = dashboard(ScriptedSource(project), arranged=file)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_begun(pilot, app)
        await pilot.press("greater_than_sign", "greater_than_sign", "S", "5")
        await pilot.pause()
        left = (app.main.runs_width, app.main.tab, app.main.runs.sort)
    assert left[0] != 37
    assert left[2] != Sort()
    file.close()
    again = dashboard(ScriptedSource(project), arranged=UiStateFile(state_path()))
    async with again.run_test(size=(120, 40)) as pilot:
        await until_begun(pilot, again)
        assert (again.main.runs_width, again.main.tab, again.main.runs.sort) == left


async def test_who_only_looks_leaves_no_file() -> None:
    file = UiStateFile(state_path())
    app = dashboard(ScriptedSource(a_busy_project()), arranged=file)
    async with app.run_test(size=(120, 40)) as pilot:
        await until_begun(pilot, app)
        await pilot.press("j", "k")
    file.close()
    assert not state_path().exists()
