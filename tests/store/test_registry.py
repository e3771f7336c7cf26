"""Finding runs from anywhere on the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from crew_core.store.errors import UnsafePath
from crew_core.store.machine import MachineStore
from crew_core.store.registry import RegisteredRun, RunRegistry
from tests.seams.unsynced_fs import UnsyncedFs


def _run(run_id: str) -> RegisteredRun:
    return RegisteredRun(run_id, f"/p/.crew/runs/{run_id}", "team", "goal", "2026-01-02T03:04:05.000Z", "/p")


@pytest.fixture
def registry(tmp_path: Path) -> RunRegistry:
    return RunRegistry(UnsyncedFs(), MachineStore(tmp_path).runs)


def test_runs_are_listed_newest_first_and_found_again(registry: RunRegistry) -> None:
    assert registry.all_runs() == []
    for run_id in ("r_20260102_b", "r_20260101_a", "r_20260103_c"):
        registry.register(_run(run_id))
    assert registry.run_ids() == ["r_20260103_c", "r_20260102_b", "r_20260101_a"]
    assert registry.all_runs() == [_run("r_20260103_c"), _run("r_20260102_b"), _run("r_20260101_a")]
    assert registry.read("r_20260101_a") == _run("r_20260101_a")
    assert registry.unregister("r_20260102_b")
    assert not registry.unregister("r_20260102_b")
    assert registry.run_ids() == ["r_20260103_c", "r_20260101_a"]


def test_damaged_and_newer_entries_are_left_out_of_the_list(registry: RunRegistry, tmp_path: Path) -> None:
    registry.register(_run("good"))
    (MachineStore(tmp_path).runs / "bad.json").write_text("{")
    (MachineStore(tmp_path).runs / "new.json").write_text('{"schemaVersion": 99}')
    (MachineStore(tmp_path).runs / "no-text.json").write_bytes(b'{"runId": "\xff"}')
    (MachineStore(tmp_path).runs / "no-file.json").mkdir()
    assert registry.all_runs() == [_run("good")]
    assert registry.run_ids() == ["no-text", "no-file", "new", "good", "bad"]


def test_a_copy_that_somebody_else_made_is_no_run(registry: RunRegistry, tmp_path: Path) -> None:
    registry.register(_run("good"))
    (MachineStore(tmp_path).runs / "good (copy).json").write_text("{}")
    (MachineStore(tmp_path).runs / ".good.json").write_text("{}")
    assert registry.all_runs() == [_run("good")]


@pytest.mark.parametrize("run_id", ["../x", "", "a/b", ".hidden", "a.json"])
def test_an_id_that_is_no_plain_name_is_refused(registry: RunRegistry, run_id: str) -> None:
    with pytest.raises(UnsafePath):
        registry.register(_run(run_id))
    with pytest.raises(UnsafePath):
        registry.read(run_id)


def test_the_store_of_this_user_is_under_xdg_state(own_home: Path) -> None:
    assert MachineStore.of_this_user().root == own_home / ".local" / "state" / "crew-tui"
