"""Projects for the command line, with and without runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crew_tui.cli.main import main
from tests.cli.program import Done, Project, make_project
from tests.cli.recorded_run import failed_run, interrupted_run

Run = Callable[..., Done]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A trusted project, which is the current directory."""
    made = make_project(tmp_path / "project")
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def recorded(project: Project, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same with a run that failed and a newer one that was interrupted, at 80 columns; its runs directory."""
    runs = project.path / ".crew" / "runs"
    failed_run(runs)
    interrupted_run(runs)
    monkeypatch.setenv("COLUMNS", "80")
    return runs


@pytest.fixture
def crew(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command line, carried out in this process."""

    def run(*words: str) -> Done:
        capsys.readouterr()
        status = main(list(words))
        told = capsys.readouterr()
        return Done(status, told.out, told.err)

    return run
