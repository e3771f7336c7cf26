"""What a run has brought forth is compared with what was recorded; nothing leads out of the run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from crew_core.model.records import Artifact
from crew_core.model.state import Run
from crew_core.model.status import RunStatus
from crew_core.observe.produced import Condition, artifacts_root, produced
from tests.tui.builders import row, run_of, task

TEXT = b"what came of it\n"


def artifact(path: str, data: bytes = TEXT, **changes: object) -> Artifact:
    given = {
        "kind": "result",
        "path": path,
        "created_at": "2026-05-15T14:00:00Z",
        "producer": "01_a",
        "size_bytes": len(data),
        "content_hash": hashlib.sha256(data).hexdigest(),
    }
    return Artifact(**{**given, **changes})  # type: ignore[arg-type]


def run_with(*pieces: Artifact) -> Run:
    return run_of(row(1, RunStatus.COMPLETED), artifacts=pieces)


def own_run(tmp_path: Path) -> Path:
    run_dir = tmp_path / ".crew" / "runs" / "r"
    (run_dir / "artifacts" / "results").mkdir(parents=True)
    return run_dir


def test_each_condition_is_told(tmp_path: Path) -> None:
    run_dir = own_run(tmp_path)
    root = run_dir / "artifacts"
    (root / "same").write_bytes(TEXT)
    (root / "other").write_bytes(b"WHAT came of it\n")
    (root / "longer").write_bytes(TEXT * 2)
    (root / "unknown").write_bytes(TEXT)
    (root / "directory").mkdir()
    pieces = [
        artifact("same"),
        artifact("other"),
        artifact("longer"),
        artifact("gone"),
        artifact("unknown", content_hash=""),
        artifact("directory"),
    ]
    found = produced(run_dir, run_with(*pieces), ())
    assert [piece.condition for piece in found] == [
        Condition.INTACT,
        Condition.CHANGED,
        Condition.CHANGED,
        Condition.MISSING,
        Condition.UNCHECKED,
        Condition.UNREADABLE,
    ]
    assert found[2].size_bytes == 2 * len(TEXT)


def test_results_come_first_and_each_path_once(tmp_path: Path) -> None:
    run_dir = own_run(tmp_path)
    result = artifact("results/01_a.txt")
    (run_dir / "artifacts" / "results" / "01_a.txt").write_bytes(TEXT)
    found = produced(run_dir, run_with(artifact("goal.md"), result), (task("01_a", result_artifact=result), task("b")))
    assert [piece.artifact.path for piece in found] == ["results/01_a.txt", "goal.md"]
    assert found[0].path == run_dir / "artifacts" / "results" / "01_a.txt"


@pytest.mark.parametrize("path", ["../../secret", "/etc/passwd", "a//b", "a/./b", "", "nul\0", "link", "there/secret"])
def test_no_path_leads_out_of_the_run(tmp_path: Path, path: str) -> None:
    run_dir = own_run(tmp_path)
    (tmp_path / "secret").write_bytes(TEXT)
    (run_dir / "artifacts" / "link").symlink_to(tmp_path / "secret")
    (run_dir / "artifacts" / "there").symlink_to(tmp_path)
    (found,) = produced(run_dir, run_with(artifact(path)), ())
    assert found.condition is Condition.UNREADABLE
    assert found.size_bytes is None
    assert found.problem


def test_artifacts_of_pi_crew_lie_beside_its_state(tmp_path: Path) -> None:
    crew = tmp_path / ".crew"
    assert artifacts_root(crew / "state" / "runs" / "r") == crew / "artifacts" / "r"
    assert artifacts_root(crew / "runs" / "r") == crew / "runs" / "r" / "artifacts"
