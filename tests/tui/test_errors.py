"""What cannot be read says which file it is and where, and the keys that lead to it."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from crew_core.observe.slices import Liveness, Problem, RunSlice, RunsSlice, SliceName, SliceState
from crew_tui.aside import Failed, read_aside
from crew_tui.lines import Kept
from crew_tui.panes.artifacts import artifacts_lines
from crew_tui.panes.conditions import conditions, failed_lines
from crew_tui.panes.run_head import without_run
from crew_tui.screens.picker import Picker
from tests.tui.builders import a_busy_project, frame, list_lines, row, run_slice
from tests.tui.dashboard import ScriptedSource, dashboard
from tests.tui.test_dashboard import ready, shown, until

BUSY = a_busy_project()
WORKING = BUSY[SliceName.RUN]
assert isinstance(WORKING, RunSlice)
assert WORKING.path is not None
TASKS_FILE = WORKING.path / "tasks.json"
PROBLEM = Problem(TASKS_FILE, "not JSON (byte 18442)", 411)
DAMAGED = {
    **BUSY,
    SliceName.RUN: replace(WORKING, state=SliceState.ERROR, run=None, live=Liveness.UNKNOWN, problems=(PROBLEM,)),
}


def test_an_error_says_what_where_and_what_to_press() -> None:
    broken = run_slice(row(1), run=None, state=SliceState.ERROR, problems=(PROBLEM,))
    said = [
        each.text for each in (*conditions(broken.state, broken.problems, frame(100)), *without_run(broken, frame()))
    ]
    assert said[0] == "! tasks.json: not JSON (byte 18442) (after #411)"
    assert str(TASKS_FILE.parent) in said[1]
    assert "r reads it again, E opens the file, y copies its path" in " ".join(said)
    gone = run_slice(row(1), run=None, state=SliceState.ERROR)
    assert not any("E opens" in each.text for each in without_run(gone, frame()))


def test_of_several_projects_the_list_says_whose_directory_cannot_be_read() -> None:
    one, two = Path("/src/one/.crew/runs"), Path("/src/two/.crew/runs")
    problem = Problem(two, "cannot be read: Permission denied")
    shown = RunsSlice(SliceState.PARTIAL, (row(1),), 1, (problem,), (one, two))
    assert "/src/two/.crew" in list_lines(shown, frame(60))[1].text
    alone = replace(shown, roots=(two,))
    assert not any("/src/two" in each.text for each in list_lines(alone, frame(60)))


def test_what_was_read_aside_and_failed_names_its_file() -> None:
    failed = Failed("it cannot be read: Permission denied", Path("/r/events.jsonl"))
    assert [each.text.strip() for each in failed_lines(failed, frame())] == [
        "",
        "it cannot be read: Permission denied",
        "/r/events.jsonl",
    ]
    assert "/r/events.jsonl" in artifacts_lines(failed, frame(), Kept())[2].text


def test_a_failure_of_the_system_knows_its_file(tmp_path: Path) -> None:
    told: list[object] = []
    done = Event()

    def take(result: object) -> None:
        told.append(result)
        done.set()

    read_aside((tmp_path / "none").read_bytes, take, lambda callback: callback())
    assert done.wait(20)
    assert told == [Failed("it is not there", tmp_path / "none")]


@pytest.mark.parametrize(("slices", "name"), [(DAMAGED, "tasks.json"), (BUSY, "events.jsonl")])
async def test_e_opens_the_file_that_is_damaged(
    slices: dict[SliceName, object], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "nano")
    app = dashboard(ScriptedSource(dict(slices)), select=WORKING.path)
    async with app.run_test(size=(160, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("E")
        # No file of the scripted run is there: that is told of the one that was to be opened.
        told = f"{WORKING.path}/{name} cannot be read: No such file or directory"
        await until(pilot, lambda: told in [each.message for each in app._notifications])


async def test_y_copies_what_is_wrong_and_where() -> None:
    app = dashboard(ScriptedSource(dict(DAMAGED)), select=WORKING.path)
    async with app.run_test(size=(160, 30)) as pilot:
        await ready(pilot, app)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, Picker))
        assert "what is wrong" in shown(app)
        assert "path of that file" in shown(app)
