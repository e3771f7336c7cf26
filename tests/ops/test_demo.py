"""The built-in demonstration works in any directory and leaves it as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from crew_core.ops.start import StartRequest, start_run
from crew_core.ops.trusting import trust
from tests.engine.real_run import RealRun
from tests.ops.crew_project import run_of, until_ended
from tests.resources.resource_files import put

pytestmark = pytest.mark.usefixtures("no_process_left")

ROOT = Path(__file__).parents[2]
POSIX = ("sh", "sed", "sort", "uniq", "head", "wc", "tr", "grep", "cut", "cat", "dirname", "find", "mktemp", "rm")
ODD_NAMES = ("a b/c d.py", "new\nline.py", "-n.py", 'q"uote.sh', "back\\slash.py", "ü/é.py", "$(touch evil).py")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "place"
    path.mkdir()
    return path


def _git(place: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", place, *arguments], check=True, capture_output=True, text=True)
    return done.stdout


def _files(place: Path) -> set[str]:
    skipped = (".crew", ".git")
    return {str(p.relative_to(place)) for p in place.rglob("*") if p.relative_to(place).parts[0] not in skipped}


def _demo(place: Path) -> tuple[RealRun, str, str]:
    """The run, its status, and its report."""
    trust(place)
    run = run_of(start_run(StartRequest("Get to know this", place, team="demo")))
    status = until_ended(run)
    return run, status, run.result("04_report")


def test_it_completes_in_an_empty_repository(place: Path) -> None:
    _git(place, "init", "-q")
    _, status, report = _demo(place)
    assert status == "completed"
    for line in (
        "01_map: completed: Map: no files",
        "02_lint: completed: Lint: no linter",
        "03_test: completed: Tests:",
    ):
        assert f"- {line}" in report
    assert _git(place, "status", "--porcelain") == ""


@pytest.mark.parametrize("repository", [True, False])
def test_names_of_any_kind_are_counted_and_never_carried_out(place: Path, repository: bool) -> None:
    for name in ODD_NAMES:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("one\ntwo\n")
    if repository:
        _git(place, "init", "-q")
    before = _files(place)
    run, status, report = _demo(place)
    assert status == "completed", report
    # Without git a name with an end of line counts as two.
    assert f"Map: {len(ODD_NAMES) if repository else len(ODD_NAMES) + 1} files" in report
    assert "2 a b/c d.py" in run.result("01_map")
    assert _files(place) == before


def test_without_git_python_and_linters_it_still_reports(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in POSIX:
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(tools))
    (place / "tests").mkdir()
    (place / "tests" / "test_it.py").write_text("def test_it():\n    assert True\n")
    (place / "ruff.toml").write_text("")
    (place / ".crew").mkdir()
    _, status, report = _demo(place)
    assert status == "completed"
    assert "# Map: 2 files" in report
    assert "set up for ruff, which is not installed: nothing checked" in report
    assert "# Tests: tests has some; pytest is not installed: nothing tested" in report


def test_in_a_project_that_is_not_trusted_no_program_of_its_own_runs(place: Path, tmp_path: Path) -> None:
    for program in (".venv/bin/python", ".venv/bin/ruff", "venv/bin/python", "node_modules/.bin/ruff"):
        put(place / program, f"#!/bin/sh\ntouch {tmp_path}/touched\n").chmod(0o755)
    put(place / "ruff.toml", "")
    put(place / "tests" / "test_it.py", f"open({str(tmp_path / 'touched')!r}, 'w')\n")
    _git(place, "init", "-q")
    _git(place, "add", "-Af")
    run = run_of(start_run(StartRequest("Get to know this", place, team="demo")))
    assert until_ended(run) == "completed"
    assert "not trusted" in run.result("02_lint")
    assert "not trusted" in run.result("03_test")
    assert not (tmp_path / "touched").exists()


def _python_project(place: Path, monkeypatch: pytest.MonkeyPatch, test: str, module: str) -> None:
    monkeypatch.setenv("PATH", f"{ROOT}/.venv/bin:{os.environ['PATH']}")
    (place / "tests").mkdir()
    (place / "tests" / "test_it.py").write_text(test)
    (place / "ruff.toml").write_text('lint.select = ["F"]\n')
    (place / "it.py").write_text(module)
    (place / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")
    _git(place, "init", "-q")
    _git(place, "add", "-A")
    _git(place, "commit", "-qm", "all")


def test_it_runs_linter_and_tests_and_leaves_nothing_behind(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test = (
        "from hypothesis import given, strategies as st\n\n@given(st.integers())\ndef test_it(n):\n    assert n == n\n"
    )
    _python_project(place, monkeypatch, test, "one = 1\n")
    before = _files(place)
    run, status, report = _demo(place)
    assert status == "completed", report
    assert "All checks passed" in report
    assert "# Tests: pytest tests" in report
    assert "1 passed" in report
    assert "longest: tests/test_it.py, 5 lines" in report
    assert _git(place, "status", "--porcelain", "--ignored").split("\n") == ["!! .crew/", ""]
    assert _files(place) == before
    assert len(run.task("03_test").attempts) == 1


def test_what_linter_and_tests_find_is_in_the_report_of_a_failed_run(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _python_project(place, monkeypatch, "def test_it():\n    assert 0\n", "import os\n")
    _, status, report = _demo(place)
    assert status == "failed"
    assert "it.py:1:8: F401" in report
    assert "FAILED tests/test_it.py::test_it" in report
    assert _git(place, "status", "--porcelain") == ""
