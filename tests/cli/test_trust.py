"""`trust`: accept, look, change, accept again, take back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.program import Project, make_project


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project that nobody has accepted."""
    made = make_project(tmp_path / "stranger")
    monkeypatch.chdir(made.path)
    return made


def test_a_project_is_accepted_as_it_is_and_a_change_takes_that_back(stranger: Project, crew: Run) -> None:
    accepted = crew("trust", ".").out.splitlines()
    assert accepted == [f"{stranger.path}: trusted, 2 files:", "  + agents/worker.md", "  + teams/crew.team.md"]
    assert crew("trust", ".").out == f"{stranger.path}: was trusted already, 2 files\n"
    stranger.write("agents/worker.md", "changed")
    (listed,) = crew("trust", "--json").json["trusted"]
    assert (listed["standing"], listed["changes"]) == ("changed since it was trusted", ["~ agents/worker.md"])
    again = crew("trust", ".").out.splitlines()
    assert again == [f"{stranger.path}: trusted again, 1 change:", "  ~ agents/worker.md"]
    assert crew("trust", "--remove", ".").out == f"{stranger.path}: not trusted any more\n"
    assert crew("trust", "--json").json["trusted"] == []


def test_json_says_what_was_accepted(stranger: Project, crew: Run) -> None:
    told = crew("trust", ".", "--json").json["trusted"]
    assert (told["before"], told["standing"]) == ("untrusted", "trusted")
    assert sorted(told["files"]) == ["agents/worker.md", "teams/crew.team.md"]
    assert crew("trust", "--remove", ".", "--json").json["removed"] == str(stranger.path)


def test_a_path_inside_a_project_means_the_project(stranger: Project, crew: Run) -> None:
    inside = stranger.path / "src"
    inside.mkdir()
    assert crew("trust", str(inside)).out.startswith(f"{stranger.path}: trusted")
    assert crew("trust", "--remove", str(inside)).out == f"{stranger.path}: not trusted any more\n"


def test_a_project_that_is_gone_can_be_taken_back(stranger: Project, crew: Run, tmp_path: Path) -> None:
    crew("trust", ".")
    moved = stranger.path.rename(tmp_path / "moved")
    assert crew("trust", "--json").json["trusted"][0]["standing"] == "missing"
    assert crew("trust", "--remove", str(stranger.path)).status == 0
    assert moved.is_dir()


def test_what_was_never_accepted_is_not_found(stranger: Project, crew: Run) -> None:
    done = crew("trust", "--remove", ".")
    assert (done.status, done.err) == (5, "crew-tui: trust --remove .: is not trusted; see: crew-tui trust\n")


def test_a_project_that_brings_nothing_needs_no_trust(tmp_path: Path, crew: Run) -> None:
    (tmp_path / ".git").mkdir()
    assert crew("trust", str(tmp_path)).out == f"{tmp_path}: brings nothing that needs trust\n"
    assert crew("trust", "--json").json["trusted"] == []


def test_an_untrusted_project_runs_nothing_of_its_own(stranger: Project, crew: Run) -> None:
    stranger.write("workflows/crew.workflow.md", "---\nname: crew\ndescription: d\n---\n\n## a\nrole: worker\n\ntrue\n")
    done = crew("run", "x", "--team", "crew")
    assert (done.status, done.out) == (4, "")
    assert done.err.startswith(f"crew-tui: run: {stranger.path} is untrusted")
    assert done.err.endswith(f"; crew-tui trust {stranger.path}\n")
    assert not (stranger.path / ".crew" / "runs").exists()
